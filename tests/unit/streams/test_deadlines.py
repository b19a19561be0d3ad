"""Whoever is up fires what is due: each timer at its owner, and none of them twice."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from concurrency.background import background
from domain.fulfilment.policy import POLICY
from event_store.records import AppendRequest, Timer
from schemas.envelope import Cause, wrap_events
from schemas.errors import Unavailable
from schemas.saga import PaymentProcessing, SagaStarted
from schemas.stream_names import saga_stream
from streams import deadlines
from streams.deadline_check import DeadlineCheck
from streams.deadlines import Deadlines, TimerLoop
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.payment import Payments
from streams.shipping import Shipping
from tests.examples import NOON, ORDER_ID
from tests.histories import PARTITIONS, events
from tests.sealing import new_sealer
from tests.unit.streams.fakes import Counts, Depot, SetClock, Till, TroubledStore, give, order_id, put, types_of

SAGA = saga_stream(ORDER_ID)
CAUSE = Cause(id="of-a-later-release", at=NOON, correlation_id="of-a-later-release")
Worker = Callable[[], Deadlines]


@pytest.fixture
def worker(store: TroubledStore, clock: SetClock, counts: Counts) -> Worker:
    """One process with every agent; call again for another."""

    def process() -> Deadlines:
        agents = [
            Fulfilment(store, clock=clock, metrics=counts),
            Payments(store, Till(), clock=clock, metrics=counts),
            Inventory(store, clock=clock, metrics=counts),
            Shipping(store, Depot(), new_sealer(), clock=clock, metrics=counts),
        ]
        return Deadlines(store, agents, clock=clock)

    return process


async def charges(store: TroubledStore) -> list[int]:
    """The attempts asked of payment so far."""
    saga = [envelope.event for envelope in await store.stream(SAGA)]
    return [event.attempt for event in saga if isinstance(event, PaymentProcessing)]


@pytest.fixture
async def overdue(store: TroubledStore, clock: SetClock, counts: Counts) -> None:
    """An order whose payment has not answered in time."""
    await give(Fulfilment(store, clock=clock, metrics=counts), await put(store, *events("order.created")))
    clock.pass_by(31)


async def test_nothing_due_is_nothing_done(store: TroubledStore, worker: Worker) -> None:
    await store.append(
        AppendRequest(timers=(Timer("t", "saga", ORDER_ID, "1", SetClock().now + timedelta(seconds=1)),))
    )
    units = len(store.units)
    assert await worker().fire_due() == 0
    assert len(store.units) == units


async def test_a_due_timer_is_fired_at_its_owner(store: TroubledStore, worker: Worker, overdue: None) -> None:
    deadlines = worker()
    assert await deadlines.fire_due() == 1
    assert await charges(store) == [1, 2]
    assert await deadlines.fire_due() == 0


async def test_two_workers_fire_a_timer_once(
    store: TroubledStore, worker: Worker, overdue: None, counts: Counts
) -> None:
    first, second = worker(), worker()
    await asyncio.gather(first.fire_due(), second.fire_due())
    await second.fire_due()
    assert await charges(store) == [1, 2]
    assert await store.parked("saga") == []


async def test_a_timer_of_an_order_without_a_saga_stops_no_other(
    store: TroubledStore, worker: Worker, overdue: None
) -> None:
    await store.append(AppendRequest(timers=(Timer("orphan", "saga", "nobody", "1", SetClock().now),)))
    assert await worker().fire_due() == 2
    assert await charges(store) == [1, 2]
    assert await worker().fire_due() == 0


async def test_it_fires_again_after_the_database_was_down(
    store: TroubledStore, worker: Worker, overdue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "POLL_EVERY", 0)
    due, failures = store.due, [Unavailable("down"), Unavailable("down")]

    async def troubled(_now: datetime, *, kind: str) -> list[Timer]:
        if failures:
            raise failures.pop()
        return await due(SetClock().now + timedelta(seconds=31), kind=kind)

    monkeypatch.setattr(store, "due", troubled)
    running = asyncio.ensure_future(worker().run())

    async def asked_again() -> bool:
        return (await types_of(store, SAGA)).count("payment.processing") == 2

    await store.until(asked_again)
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_processor_that_hangs_stops_no_other_kind_of_timer(
    store: TroubledStore, clock: SetClock, counts: Counts, overdue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "POLL_EVERY", 0)
    payments = Payments(store, Till(), clock=clock, metrics=counts)

    async def hang(_timers: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(payments, "fire", hang)
    await store.append(AppendRequest(timers=(Timer("late", "charge", ORDER_ID, "1", SetClock().now),)))
    fired = Deadlines(store, [payments, Fulfilment(store, clock=clock, metrics=counts)], clock=clock)

    async def asked_again() -> bool:
        return await charges(store) == [1, 2]

    async with background(fired.run()):
        await store.until(asked_again)


@pytest.mark.parametrize(("rounds", "age"), [((0, 0, 0), 3), ((1, 2, 3), 0), ((1, 1, 1), 2), ((0, 0, 1), 0)])
def test_a_loop_ages_while_it_finishes_no_round(
    store: TroubledStore, clock: SetClock, counts: Counts, rounds: tuple[int, ...], age: int
) -> None:
    loop = TimerLoop(store, Fulfilment(store, clock=clock, metrics=counts), "saga", clock=clock)
    for finished in rounds:
        loop.rounds = finished
        loop.observe()
    assert loop.age == age


class SagaOfLaterRelease(SagaStarted):
    """An event that this release does not know."""

    wire_name: ClassVar[str] = "saga.moved"


@pytest.mark.parametrize("is_checked", [True, False])
async def test_a_saga_that_cannot_be_read_stops_no_other_timer(
    store: TroubledStore, clock: SetClock, counts: Counts, is_checked: bool
) -> None:
    check = DeadlineCheck(store, policy=POLICY, partitions=PARTITIONS) if is_checked else None
    fulfilment = Fulfilment(store, clock=clock, metrics=counts, check=check)
    [started] = events("saga.started", order_id=order_id(2))
    await put(store, *events("saga.started", order_id=order_id(1)))
    unknown = wrap_events(saga_stream(order_id(2)), 0, [SagaOfLaterRelease(**dict(started))], CAUSE)
    await store.append(AppendRequest(events=tuple(unknown)))
    timers = [Timer(f"t-{n}", "saga", order_id(n), "payment/forward/1/retry", clock()) for n in (1, 2)]
    await store.append(AppendRequest(timers=tuple(timers)))
    deadlines = Deadlines(store, [fulfilment], clock=clock)
    assert await deadlines.fire_due() == 2
    assert counts.of("handled", "saga") == 1
    clock.pass_by(1)
    [later] = [timer for timer in await store.due(clock(), kind="saga") if timer.subject == order_id(2)]
    assert later.attempts == 1
