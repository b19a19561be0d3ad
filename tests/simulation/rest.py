"""Checks what must hold once a shop is at rest."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeVar, cast

from domain.fulfilment.policy import POLICY
from projectors.models.registry import PAGES
from projectors.verification.money_ledger import UNDONE
from projectors.verification.verify import verify
from schemas.order import OrderStatus
from schemas.topics import TopicPartition
from schemas.wire import published_to
from streams.provider_books import EntryState
from tests.simulation.ports.broker import PARTITIONS
from tests.simulation.ports.documents import SimulatedDatabase
from tests.simulation.ports.store import BystandersStore
from tests.simulation.setup import DOCUMENTS
from tests.simulation.simulation import Simulation

T = TypeVar("T")
MAX_SHOWN = 3


def findings(simulation: Simulation) -> list[str]:
    """Return every contradiction of the guarantees, those found during the run included."""
    witness = simulation.witness
    witness.stock.check_end()
    witness.money.check()
    witness.sequence.check_end(simulation.log.head())
    checks = (
        _unrest(simulation),
        _goods(simulation),
        _money_outside(simulation),
        _messages(simulation),
        _replies(simulation),
    )
    found = [f"{name}: {line}" for name, lines in witness.findings.shown.items() for line in lines[:MAX_SHOWN]]
    found += [line for check in checks for line in list(check)[:MAX_SHOWN]]
    if any(DOCUMENTS in parts for parts in simulation.setup.processes.values()):
        found += _documents(simulation)
    return found


def _unrest(simulation: Simulation) -> Iterator[str]:
    yield from (f"a process ended by {each}" for each in simulation.deaths)
    yield from (f"nobody caught {each}" for each in simulation.loop.errors)
    if not simulation.is_at_rest:
        yield f"G6: not at rest after {simulation.loop.steps} steps: {simulation.describe_unrest()}"
    setup = simulation.setup
    is_in_time = setup.policy.inventory_timeout >= POLICY.inventory_timeout and not setup.slowest_stock
    if is_in_time and not simulation.faults.struck:
        yield from (
            f"G6: order {order_id} failed for want of an answer of the warehouse, and nothing went wrong"
            for order_id in simulation.witness.unanswered
        )


def _goods(simulation: Simulation) -> Iterator[str]:
    """G4 beyond levels: who waits for the carrier has goods, and who ended without them has no label."""
    held = {order_id for level in simulation.witness.stock.levels.values() for order_id in level.reserved_by_order}
    for order_id, account in simulation.witness.money.accounts.items():
        if account.is_completed and account.status is OrderStatus.SHIPPING_PREPARED and order_id not in held:
            yield f"G4: order {order_id} is completed, and nothing is held for it"
        if account.status in UNDONE and order_id in simulation.outside.labels:
            yield f"G3: order {order_id} has ended, and its label is not voided"


def _money_outside(simulation: Simulation) -> Iterator[str]:
    """G3 and G5 beyond the log: the provider has moved the money of an order once, and as the log says."""
    books, balances = simulation.outside.books, simulation.witness.money.accounts
    for order_id, account in balances.items():
        entry = books.find(order_id)
        if account.balance != (kept := entry.kept if entry else 0):
            yield f"G5: the provider keeps {kept} of order {order_id}, and the log says {account.balance}"
    for (order_id, what), keys in simulation.outside.keys.items():
        if len(keys) > 1:
            yield f"G3: the {what} of order {order_id} was asked for under several keys: {sorted(keys)}"
    for (order_id, state), times in books.moves.items():
        if state is EntryState.CHARGED and times > 1:
            yield f"G3: order {order_id} was charged {times} times"


def _messages(simulation: Simulation) -> Iterator[str]:
    """G3: every event is on the broker, in order per partition, unless the broker has lost everything."""
    expected: dict[TopicPartition, list[int]] = defaultdict(list)
    for stored in simulation.log.log(0, simulation.log.head(), None, ()):
        for partition in published_to(stored, PARTITIONS):
            expected[partition].append(stored.position)
    for partition, records in simulation.broker.logs.items():
        firsts: dict[int, int] = {}
        before = dict(zip(expected[partition], [0, *expected[partition]]))  # noqa: B905 - the last has none behind it
        for record in records:
            headers = dict(record.headers)
            position, previous = int(headers["position"]), int(headers["previous"])
            firsts.setdefault(position, previous)
            if previous != before.get(position):
                yield f"G3: {position} on {partition} names {previous} before it, not {before.get(position)}"
        if simulation.broker.lost:
            continue
        if list(firsts) != expected[partition]:
            yield f"G3: {partition} has {list(firsts)}, not {expected[partition]}"


def _replies(simulation: Simulation) -> Iterator[str]:
    """G8: every reply to one key is the same, and says where its effect is in the log."""
    for key, replies in simulation.people.replies.items():
        if any(reply != replies[0] for reply in replies):
            yield f"G8: {key} was answered differently: {replies}"
        for reply in replies:
            if (
                reply["version"]
                and simulation.log.position_of(reply["streamId"], reply["version"]) != reply["position"]
            ):
                yield f"G8: the reply to {key} names a position that its event does not have: {reply}"
    placed = sum(1 for key in simulation.people.replies if key.startswith("order-"))
    if (orders := len(simulation.witness.money.accounts)) != placed:
        yield f"G8: {placed} keys placed {orders} orders"


def _documents(simulation: Simulation) -> Iterator[str]:
    """G7: every document equals the fold of the log."""
    database = cast(Any, SimulatedDatabase(simulation.documents))
    report = simulation.loop.run_now(
        verify(BystandersStore(simulation.log), database, partitions=PARTITIONS, models=PAGES)
    )
    yield from (f"G7: {line}" for line in report.shown["G7"][:MAX_SHOWN])
    if report.behind:
        yield f"G7: {report.behind} events are missing in documents"
