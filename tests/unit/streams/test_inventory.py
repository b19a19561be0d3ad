"""The inventory processor: a batch is decided in order and appended at once, and no stock is promised twice."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from concurrency.background import background
from event_store.records import AppendRequest
from event_store.unit_of_work import UnitOfWork
from projectors.folding import fold
from projectors.models.stock import STOCK as STOCK_MODEL
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.errors import Poison, StreamUnreadable
from schemas.message import Event
from schemas.stream_names import saga_stream, warehouse_stream
from schemas.topics import STOCK, TopicPartition
from schemas.warehouse import InventoryFailed, InventoryReserved, StockLine, StockReplenished
from streams.agents import Agent
from streams.inventory import Inventory
from streams.triggers import trigger_of_timer
from subscriptions.liveness import ConsumerWaiting, check_not_waiting
from tests.examples import LAMP_ID, NOON
from tests.histories import PARTITIONS, events
from tests.timers import next_due
from tests.unit.streams.fakes import (
    Counts,
    SetClock,
    TroubledStore,
    give,
    order_id,
    published,
    put,
    say_published,
    types_of,
)

STREAM = warehouse_stream("main")
PLACE = TopicPartition(STOCK, 0)
LIFETIME = timedelta(minutes=15)


@pytest.fixture
def inventory(store: TroubledStore, clock: SetClock, counts: Counts) -> Inventory:
    return Inventory(store, clock=clock, metrics=counts)


def lamps(quantity: int) -> tuple[StockLine, ...]:
    return (StockLine(product_id=LAMP_ID, quantity=quantity),)


def delivery(quantity: int, *, receipt: str = "r-1") -> list[Event]:
    """Pieces of a product of which there were none: with the signal that says so."""
    received = events("stock.received", items=lamps(quantity), receipt_id=receipt)
    return [*received, *events("stock.replenished", product_id=LAMP_ID, available=quantity)]


def request_of(name: str, number: int, *, quantity: int = 1, attempt: int = 1) -> list[Event]:
    return events(name, order_id=order_id(number), items=lamps(quantity), attempt=attempt)


def reserve(number: int, *, quantity: int = 1, attempt: int = 1) -> list[Event]:
    return request_of("inventory.reservation", number, quantity=quantity, attempt=attempt)


async def outcomes(store: TroubledStore) -> list[tuple[str, str]]:
    """The types of the warehouse's answers, and the numbers of their orders."""
    return [
        (envelope.type, envelope.event.order_id[-1])
        for envelope in await store.stream(STREAM)
        if envelope.type.startswith("inventory") and hasattr(envelope.event, "order_id")
    ]


async def test_a_batch_is_decided_in_order_in_one_append(store: TroubledStore, inventory: Inventory) -> None:
    await put(store, *delivery(50))
    requests = await put(store, *reserve(1, quantity=20), *reserve(2, quantity=20), *reserve(3, quantity=20))
    store.units.clear()
    await inventory.handle(PLACE, requests, 4)
    [unit] = store.units
    assert [event.version for event in unit.events] == list(range(3, 3 + len(unit.events)))
    assert [checkpoint.position for checkpoint in unit.checkpoints] == [4]
    assert await outcomes(store) == [
        ("inventory.reserved", "1"),
        ("inventory.reserved", "2"),
        ("inventory.failed", "3"),
    ]


async def test_each_answer_of_a_batch_names_its_own_request(store: TroubledStore, inventory: Inventory) -> None:
    await put(store, *delivery(50))
    requests = [
        *await put(store, *reserve(1), correlation_id="checkout-1"),
        *await put(store, *reserve(2), correlation_id="checkout-2"),
    ]
    await give(inventory, requests)
    answers = [envelope for envelope in await store.stream(STREAM) if envelope.type == "inventory.reserved"]
    assert [answer.causation_id for answer in answers] == [request.id for request in requests]
    assert [answer.correlation_id for answer in answers] == ["checkout-1", "checkout-2"]


async def test_the_state_is_cached_from_batch_to_batch(store: TroubledStore, inventory: Inventory) -> None:
    await put(store, *delivery(50))
    requests = await put(store, *reserve(1), *reserve(2))
    await give(inventory, requests[:1])
    reads = store.reads
    await give(inventory, requests[1:])
    assert store.reads == reads
    assert len(await outcomes(store)) == 2


async def test_a_second_delivery_holds_nothing_twice(
    store: TroubledStore, inventory: Inventory, clock: SetClock, counts: Counts
) -> None:
    await put(store, *delivery(50))
    requests = await put(store, *reserve(1, quantity=30))
    await give(inventory, requests)
    await give(inventory, requests)
    await give(Inventory(store, clock=clock, metrics=counts), requests)
    assert await outcomes(store) == [("inventory.reserved", "1")]


async def test_a_receipt_appended_meanwhile_is_seen_when_the_batch_is_decided_again(
    store: TroubledStore, inventory: Inventory, counts: Counts
) -> None:
    await put(store, *delivery(5))
    requests = await put(store, *reserve(1), *reserve(2, quantity=30))
    await give(inventory, requests[:1])
    await put(store, *delivery(50, receipt="r-2"))
    await give(inventory, requests[1:])
    assert await outcomes(store) == [("inventory.reserved", "1"), ("inventory.reserved", "2")]
    assert counts.of("races_lost", "inventory") == 1


async def test_two_writers_at_once_never_promise_stock_twice(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    await put(store, *delivery(10))
    requests = await put(store, *(each for number in range(1, 9) for each in reserve(number, quantity=3)))
    writers = [Inventory(store, clock=clock, metrics=counts) for _ in range(2)]
    await asyncio.gather(writers[0].handle(PLACE, requests[:4], 5), writers[1].handle(PLACE, requests[4:], 9))
    kinds = [kind for kind, _ in await outcomes(store)]
    assert (kinds.count("inventory.reserved"), kinds.count("inventory.failed")) == (3, 5)


async def test_an_undo_of_an_unknown_reservation_is_a_tombstone_that_refuses_the_late_request(
    store: TroubledStore, inventory: Inventory
) -> None:
    await put(store, *delivery(50))
    await give(inventory, await put(store, *request_of("inventory.release", 1)))
    await give(inventory, await put(store, *reserve(1)))
    released, refused = (envelope.event for envelope in (await store.stream(STREAM))[2:])
    assert released.wire_name == "inventory.released"
    assert isinstance(refused, InventoryFailed)
    assert refused.reason == "released"
    assert await next_due(store) is None


async def test_a_request_that_is_refused_is_parked_and_the_batch_goes_on(
    store: TroubledStore, inventory: Inventory, counts: Counts
) -> None:
    await put(store, *delivery(50))
    requests = await put(store, *reserve(1), *events("shipping.dispatched", order_id=order_id(2)), *reserve(3))
    await inventory.handle(PLACE, requests, 4)
    assert await outcomes(store) == [("inventory.reserved", "1"), ("inventory.reserved", "3")]
    assert [(row.subject, row.cause) for row in await store.parked("inventory")] == [(order_id(2), "refused")]


async def test_what_is_held_is_held_until_its_time_is_up(
    store: TroubledStore, inventory: Inventory, clock: SetClock
) -> None:
    await put(store, *delivery(50))
    clock.pass_by(7)
    await give(inventory, await put(store, *reserve(1)))
    held = (await store.stream(STREAM))[-1].event
    assert isinstance(held, InventoryReserved)
    assert held.expires_at == await next_due(store) == NOON + timedelta(seconds=7) + LIFETIME


async def test_what_was_not_paid_for_in_time_is_available_again_in_the_view_and_said_to_be(
    store: TroubledStore, inventory: Inventory, clock: SetClock
) -> None:
    def shown() -> tuple[int, int, str]:
        stock = fold(STOCK_MODEL, {}, history).documents[f"main/{LAMP_ID}"] or {}
        return stock["reserved"], stock["available"], stock["level"]

    await put(store, *delivery(5))
    await give(inventory, await put(store, *reserve(1, quantity=5)))
    history = await store.stream(STREAM)
    assert (shown(), history[-1].type) == ((5, 0, "out"), "stock.out")
    clock.pass_by(LIFETIME.total_seconds())
    await inventory.fire(await store.due(clock(), kind="reservation"))
    history = await store.stream(STREAM)
    assert shown() == (0, 5, "low")
    assert [each.type for each in history[-2:]] == ["inventory.expired", "stock.replenished"]
    assert history[-1].event == StockReplenished(warehouse_id="main", product_id=LAMP_ID, available=5)


@pytest.mark.parametrize("end", ["inventory.confirmation", "inventory.release"])
async def test_what_is_held_for_good_or_no_more_has_no_timer(
    store: TroubledStore, inventory: Inventory, end: str
) -> None:
    await put(store, *delivery(50))
    await give(inventory, await put(store, *reserve(1)))
    await give(inventory, await put(store, *request_of(end, 1)))
    assert await next_due(store) is None


async def expiring(store: TroubledStore, inventory: Inventory, clock: SetClock) -> None:
    await put(store, *delivery(50), *events("saga.started", order_id=order_id(1)))
    await give(inventory, await put(store, *reserve(1)))
    clock.pass_by(LIFETIME.total_seconds())


async def test_a_reservation_expires_once_even_when_two_workers_fire(
    store: TroubledStore, inventory: Inventory, clock: SetClock, counts: Counts
) -> None:
    await expiring(store, inventory, clock)
    other = Inventory(store, clock=clock, metrics=counts)
    due = await store.due(clock(), kind="reservation")
    await asyncio.gather(inventory.fire(due), other.fire(due))
    await other.fire(due)
    assert await outcomes(store) == [("inventory.reserved", "1"), ("inventory.expired", "1")]
    assert await store.parked("inventory") == []
    assert await next_due(store) is None


async def test_a_late_firing_of_a_timer_that_ends_the_next_reservation_is_another_event(
    store: TroubledStore, inventory: Inventory, clock: SetClock
) -> None:
    await expiring(store, inventory, clock)
    [timer] = await store.due(clock(), kind="reservation")
    trigger = trigger_of_timer(timer, await store.stream(saga_stream(order_id(1))), clock())
    for attempt in (2, 3):
        unit = UnitOfWork(store)
        await inventory.react([replace(trigger, cause=replace(trigger.cause, at=clock()))], unit)
        assert await unit.commit()
        await give(inventory, await put(store, *reserve(1, attempt=attempt)))
        clock.pass_by(LIFETIME.total_seconds())
    history = await store.stream(STREAM)
    assert [name for name, _ in await outcomes(store)] == ["inventory.reserved", "inventory.expired"] * 2 + [
        "inventory.reserved"
    ]
    assert len({envelope.id for envelope in history}) == len(history)


async def test_a_timer_that_comes_before_its_time_leaves_the_reservation_and_is_set_again(
    store: TroubledStore, inventory: Inventory, clock: SetClock
) -> None:
    await expiring(store, inventory, clock)
    due = await store.due(clock(), kind="reservation")
    clock.pass_by(-60)
    await inventory.fire(due)
    assert await outcomes(store) == [("inventory.reserved", "1")]
    assert await next_due(store) == NOON + LIFETIME


async def adjusted(store: TroubledStore, after: Envelope) -> None:
    """An adjustment by hand, appended after `after`."""
    counted = events("stock.adjusted", product_id=LAMP_ID, delta=-1)
    cause = Cause(id="count", at=NOON, correlation_id="count")
    await store.append(AppendRequest(events=tuple(wrap_events(STREAM, after.version, counted, cause))))


async def test_a_lost_race_leaves_the_checkpoint_with_the_results(
    store: TroubledStore, inventory: Inventory, counts: Counts
) -> None:
    await put(store, *delivery(50))
    requests = await put(store, *reserve(1), *reserve(2))
    await inventory.handle(PLACE, requests[:1], 2)
    await adjusted(store, (await store.stream(STREAM))[-1])
    store.units.clear()
    await inventory.handle(PLACE, requests[1:], 3)
    [unit] = store.units
    assert (unit.events[0].version, unit.checkpoints[0].position) == (5, 3)
    assert await types_of(store, STREAM) == [
        "stock.received",
        "stock.replenished",
        "inventory.reserved",
        "stock.adjusted",
        "inventory.reserved",
    ]


async def test_a_warehouse_that_cannot_be_read_is_waited_for_and_no_order_is_blamed(
    store: TroubledStore, inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, *delivery(50))
    requests = await put(store, *reserve(1), *request_of("inventory.release", 2), *reserve(3))
    streams = store.streams

    async def unreadable(after: Mapping[str, int]) -> dict[str, list[Envelope]]:
        raise Poison("undecodable event at position 1: 'stock.counted'")

    monkeypatch.setattr(store, "streams", unreadable)
    with pytest.raises(StreamUnreadable, match=r"stock\.counted"):
        await inventory.handle(PLACE, requests, 4)
    assert (await store.parked("inventory"), await store.checkpoints("inventory")) == ([], {})
    monkeypatch.setattr(store, "streams", streams)
    await inventory.handle(PLACE, requests, 4)
    assert [kind for kind, _ in await outcomes(store)] == [
        "inventory.reserved",
        "inventory.released",
        "inventory.reserved",
    ]


async def test_an_agent_waits_for_a_warehouse_that_cannot_be_read_and_says_so(
    store: TroubledStore, inventory: Inventory, counts: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, *delivery(50))
    await put(store, *reserve(1))
    await say_published(store, await published(store))
    streams, asked = store.streams, asyncio.Event()

    async def unreadable(after: Mapping[str, int]) -> dict[str, list[Envelope]]:
        asked.set()
        raise Poison("of a later release")

    monkeypatch.setattr(store, "streams", unreadable)
    agent = Agent(store, inventory, partitions=PARTITIONS, metrics=counts)

    async def reserved() -> bool:
        return await outcomes(store) == [("inventory.reserved", "1")]

    async with background(agent.run()):
        async with asyncio.timeout(10):
            await asked.wait()
            asked.clear()
            await asked.wait()
        with pytest.raises(ConsumerWaiting):
            await check_not_waiting(agent.batching_consumer)
        monkeypatch.setattr(store, "streams", streams)
        await store.until(reserved)
