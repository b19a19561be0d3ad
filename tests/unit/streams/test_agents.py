"""An agent acknowledges what is finished and nothing sooner, and nothing that goes wrong gets out of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from concurrency.background import background
from event_store.records import AppendRequest
from schemas.stream_names import saga_stream
from schemas.topics import ORDERS
from schemas.wire import Incoming
from streams.agents import Agent
from streams.fetch_merging import merge_fetch
from streams.fulfilment import Fulfilment
from subscriptions import consumer
from tests.examples import ORDER_ID
from tests.histories import PARTITIONS, events
from tests.unit.streams.fakes import (
    Counts,
    SetClock,
    TroubledStore,
    once,
    order_id,
    published,
    put,
    say_published,
    types_of,
)

STARTED = ["saga.started", "payment.processing"]


def record(message: Incoming, **changed: Any) -> ConsumerRecord[bytes, bytes]:
    """A message as the driver hands it on."""
    plain: ConsumerRecord[bytes, bytes] = ConsumerRecord(
        topic=message.partition.topic,
        partition=message.partition.partition,
        offset=message.position,
        timestamp=0,
        timestamp_type=0,
        key=b"",
        value=message.value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=len(message.value),
        headers=list(message.headers.items()),
    )
    return replace(plain, **changed)


class Delivery:
    """One fetch as Faust hands it on, of one message or more, and whether it was acknowledged."""

    def __init__(self, message: Incoming, *more: Incoming, **changed: Any) -> None:
        self.message = merge_fetch([record(message, **changed), *map(record, more)])
        self.is_acknowledged = asyncio.Event()

    def ack(self) -> None:
        self.is_acknowledged.set()

    async def acknowledged(self) -> None:
        async with asyncio.timeout(10):
            await self.is_acknowledged.wait()


class Stream:
    """A stream of Faust's that brings these and ends; it must not acknowledge by itself."""

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        self._deliveries = deliveries
        self._acknowledges_itself = True

    def noack(self) -> "Stream":
        self._acknowledges_itself = False
        return self

    async def events(self) -> AsyncIterator[Delivery]:
        assert not self._acknowledges_itself
        for delivery in self._deliveries:
            yield delivery


@pytest.fixture
def agent(store: TroubledStore, clock: SetClock, counts: Counts) -> Agent:
    return Agent(store, Fulfilment(store, clock=clock, metrics=counts), partitions=PARTITIONS, metrics=counts)


@asynccontextmanager
async def at_work(agent: Agent, *deliveries: Delivery) -> AsyncIterator[None]:
    """The agent runs and is brought these."""
    async with background(agent.run()):
        stream: Any = Stream(deliveries)
        await agent.consume(stream)
        yield


async def orders(store: TroubledStore, *numbers: int) -> list[Incoming]:
    await put(store, *(each for number in numbers for each in events("order.created", order_id=order_id(number))))
    return await published(store)


async def test_what_is_finished_is_acknowledged(store: TroubledStore, agent: Agent) -> None:
    deliveries = [Delivery(message) for message in await orders(store, 1, 2, 3)]
    async with at_work(agent, *deliveries):
        for delivery in deliveries:
            await delivery.acknowledged()
    assert [await types_of(store, saga_stream(order_id(number))) for number in (1, 2, 3)] == [STARTED] * 3


async def test_nothing_is_acknowledged_before_it_is_recorded(store: TroubledStore, agent: Agent) -> None:
    delivery, failures = Delivery((await orders(store, 1))[0]), []

    def twice(unit: AppendRequest) -> bool:
        failures.append(delivery.is_acknowledged.is_set())
        return len(failures) <= 2

    store.refuse = twice
    async with at_work(agent, delivery):
        await delivery.acknowledged()
    assert failures == [False] * 3
    assert await types_of(store, saga_stream(order_id(1))) == STARTED


async def test_a_lost_acknowledgement_of_the_store_decides_nothing_twice(store: TroubledStore, agent: Agent) -> None:
    delivery = Delivery((await orders(store, 1))[0])
    store.lose = once()
    async with at_work(agent, delivery):
        await delivery.acknowledged()
    assert await types_of(store, saga_stream(order_id(1))) == STARTED


@pytest.mark.parametrize(
    "changed",
    [
        {"headers": []},
        {"headers": [("position", b"soon"), ("previous", b"0"), ("ce_type", b"order.created")]},
        {"headers": [("position", None), ("previous", None), ("ce_type", None)]},
        {"headers": None},
        {"value": b"{"},
        {"value": None},
    ],
    ids=["no headers", "words for numbers", "empty headers", "none at all", "broken JSON", "nothing in it"],
)
async def test_a_message_that_cannot_be_read_is_counted_and_passed_by(
    store: TroubledStore, agent: Agent, counts: Counts, changed: dict[str, Any]
) -> None:
    first, second, third = await orders(store, 1, 2, 3)
    poisoned = Delivery(second, **changed)
    deliveries = [Delivery(first), poisoned, Delivery(third)]
    async with at_work(agent, *deliveries):
        for delivery in deliveries:
            await delivery.acknowledged()
    assert await types_of(store, saga_stream(order_id(1))) == STARTED
    assert await types_of(store, saga_stream(order_id(3))) == STARTED
    assert counts.of("poison", "saga") == 1


async def test_a_fetch_is_acknowledged_when_all_of_it_is_finished(store: TroubledStore, agent: Agent) -> None:
    delivery, acknowledged = Delivery(*await orders(store, 1, 2, 3)), []

    def note(_: AppendRequest) -> bool:
        acknowledged.append(delivery.is_acknowledged.is_set())
        return False

    store.refuse = note
    async with at_work(agent, delivery):
        await delivery.acknowledged()
    assert acknowledged
    assert not any(acknowledged)
    assert [await types_of(store, saga_stream(order_id(number))) for number in (1, 2, 3)] == [STARTED] * 3


async def test_an_order_that_fails_is_acknowledged_and_the_agent_works_on(
    store: TroubledStore, agent: Agent, counts: Counts
) -> None:
    """An exception out of an agent would acknowledge the message and tell nobody."""
    await put(store, *events("saga.started", "payment.processing", order_id=order_id(2)))
    await put(store, *events("payment.processed", order_id=order_id(2)), *events("order.created"))
    deliveries = [Delivery(message) for message in await published(store) if message.partition.topic == ORDERS]
    async with at_work(agent, *deliveries):
        for delivery in deliveries:
            await delivery.acknowledged()
    assert await types_of(store, saga_stream(ORDER_ID)) == STARTED
    assert [row.subject for row in await store.parked("saga")] == [order_id(2)]


async def test_an_agent_on_an_empty_broker_catches_up_from_the_store(store: TroubledStore, agent: Agent) -> None:
    await say_published(store, await orders(store, 1, 2))

    async def caught_up() -> bool:
        return [await types_of(store, saga_stream(order_id(number))) for number in (1, 2)] == [STARTED] * 2

    async with at_work(agent):
        await store.until(caught_up)


async def test_a_lost_last_message_is_found_by_the_sweep(
    store: TroubledStore, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "RECONCILE_EVERY", 0.01)
    delivery = Delivery((await orders(store, 1))[0])
    async with at_work(agent, delivery):
        await delivery.acknowledged()
        await put(store, *events("order.created", order_id=order_id(2)))
        await say_published(store, await published(store))

        async def swept() -> bool:
            return await types_of(store, saga_stream(order_id(2))) == STARTED

        await store.until(swept)
