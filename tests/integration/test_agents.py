"""Agents under the real Faust on a real Kafka endpoint."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.group import JoinGroupRequest, LeaveGroupRequest

from aioutlet import components as parts
from aioutlet.broker import PARTITIONS
from concurrency.background import background
from schemas.stream_names import payment_stream, saga_stream
from schemas.topics import ORDERS
from streams import agents
from streams.agents import Agent
from streams.faust_driver import PacedApp
from streams.fetch_pacing import FetchPacing
from streams.fulfilment import Fulfilment
from streams.payment import Payments
from streams.publisher import KafkaPublisher
from streams.relay import Relay
from tests.histories import events
from tests.services.waiting import STUCK_AFTER
from tests.unit.streams.fakes import (
    Counts,
    SetClock,
    Till,
    TroubledStore,
    order_id,
    published,
    put,
    say_published,
    types_of,
)

BUSY, IDLE = 10, 100


@pytest.fixture
async def store() -> AsyncIterator[TroubledStore]:
    store = TroubledStore()
    yield store
    await store.close()


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def workers(store: TroubledStore, counts: Counts) -> Sequence[Agent]:
    clock = SetClock()
    processors = (
        Fulfilment(store, clock=clock, metrics=counts),
        Payments(store, Till(), clock=clock, metrics=counts),
    )
    return [Agent(store, each, partitions=PARTITIONS, metrics=counts) for each in processors]


class Goodbyes:
    """How a consumer took its leave, and when it began to join its group."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._loop, self._is_joining = asyncio.get_running_loop(), asyncio.Event()

    def join(self) -> None:
        """It is asking for its place, in whatever thread."""
        self._loop.call_soon_threadsafe(self._is_joining.set)

    async def joining(self) -> None:
        """Wait until it joins; this broker answers the first of a group after seconds."""
        async with asyncio.timeout(STUCK_AFTER):
            await self._is_joining.wait()


class Client(AIOKafkaClient):  # type: ignore[misc]  # it ships no types
    """A consumer's client whose goodbyes are noted."""

    def __init__(self, goodbyes: Goodbyes, **how: Any) -> None:
        super().__init__(**how)
        self._goodbyes = goodbyes

    async def send(self, node_id: int, request: Any, **how: Any) -> Any:
        if isinstance(request, JoinGroupRequest):
            self._goodbyes.join()
        answer = await super().send(node_id, request, **how)
        if isinstance(request, LeaveGroupRequest):
            self._goodbyes.said.append("leave")
        return answer

    async def close(self) -> None:
        self._goodbyes.said.append("close")
        await super().close()


@asynccontextmanager
async def running(broker: str, crew: Sequence[Agent], pace: FetchPacing, data: Path) -> AsyncIterator[PacedApp]:
    app = agents.build_app("tested", crew, broker=broker, pacing=pace, data=data)
    async with background(agents.run(app, crew)):
        yield app


@asynccontextmanager
async def relaying(broker: str, store: TroubledStore, pace: FetchPacing) -> AsyncIterator[Any]:
    async with (
        parts.open_producer(broker) as producer,
        background(Relay(store, KafkaPublisher(producer, pace), partitions=PARTITIONS).run()),
    ):
        yield producer


async def asked_for_stock(store: TroubledStore, *numbers: int) -> None:
    """Wait until these orders have been paid, which takes four hops."""

    async def is_so() -> bool:
        sagas = [await types_of(store, saga_stream(order_id(number))) for number in numbers]
        return all("inventory.reservation" in saga for saga in sagas)

    await store.until(is_so)


async def passed_by(store: TroubledStore, counts: Counts, messages: int, name: str = "poison") -> None:
    """Wait until both agents have seen so many messages that nobody can read, or that are set aside."""
    async with asyncio.timeout(STUCK_AFTER):
        while not counts.of(name, "saga") == counts.of(name, "payment") == messages:
            await store.wait_past(await store.head(), timeout=0.1)


async def test_orders_hop_between_agents_past_a_message_nobody_can_read(
    broker: str, store: TroubledStore, workers: Sequence[Agent], counts: Counts, tmp_path: Path
) -> None:
    pacing = FetchPacing(busy=BUSY, idle=IDLE)
    async with running(broker, workers, pacing, tmp_path), relaying(broker, store, pacing) as producer:
        for partition in range(PARTITIONS):
            await producer.send_and_wait("aioutlet.orders", b"not of ours", partition=partition)
        await passed_by(store, counts, PARTITIONS)
        await put(store, *(each for number in (1, 2, 3) for each in events("order.created", order_id=order_id(number))))
        await asked_for_stock(store, 1, 2, 3)
    for number in (1, 2, 3):
        assert await types_of(store, payment_stream(order_id(number))) == ["payment.processed"]


async def test_orders_hop_past_messages_of_another_log_also_after_a_restart(
    broker: str, store: TroubledStore, workers: Sequence[Agent], counts: Counts, tmp_path: Path
) -> None:
    """They are well formed, and their positions are beyond the end of this log."""
    pacing, other = FetchPacing(busy=BUSY, idle=IDLE), TroubledStore()
    await put(other, *(each for number in range(12) for each in events("order.created", order_id=order_id(number))))
    wild = [message for message in await published(other) if message.partition.topic == ORDERS]
    async with running(broker, workers, pacing, tmp_path), relaying(broker, store, pacing) as producer:
        for number, message in enumerate(wild):
            headers = message.headers | {"position": b"%d" % (10**6 + number), "previous": b"%d" % (10**6 - 1)}
            await producer.send_and_wait(
                ORDERS, message.value, partition=number % PARTITIONS, headers=list(headers.items())
            )
        await passed_by(store, counts, 12, "set_aside")
        await put(store, *events("order.created", order_id=order_id(1)))
        await asked_for_stock(store, 1)
    again = [Agent(store, each.processor, partitions=PARTITIONS, metrics=Counts()) for each in workers]
    async with running(broker, again, pacing, tmp_path), relaying(broker, store, pacing):
        await put(store, *(each for number in (2, 3) for each in events("order.created", order_id=order_id(number))))
        await asked_for_stock(store, 2, 3)
    await other.close()


async def test_agents_on_an_empty_broker_catch_up_from_the_store(
    broker: str, store: TroubledStore, workers: Sequence[Agent], tmp_path: Path
) -> None:
    await put(store, *events("order.created", order_id=order_id(1)))
    await say_published(store, await published(store))
    pacing = FetchPacing(busy=BUSY, idle=IDLE)
    async with running(broker, workers, pacing, tmp_path), relaying(broker, store, pacing):
        await asked_for_stock(store, 1)


async def test_the_consumer_that_faust_runs_is_paced(
    broker: str, store: TroubledStore, workers: Sequence[Agent], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver asks for 1.5 s, and on this broker half of that would be the delay of every hop."""
    pacing = FetchPacing(busy=BUSY, idle=IDLE)
    async with running(broker, workers, pacing, tmp_path) as app, relaying(broker, store, pacing):
        await put(store, *events("order.created", order_id=order_id(1)))
        await asked_for_stock(store, 1)
        consumer = app.consumer._thread._consumer  # type: ignore[attr-defined]
        assert consumer._fetch_max_wait_ms == consumer._fetcher._fetch_max_wait_ms == BUSY
        monkeypatch.setattr("streams.fetch_pacing.IDLE_AFTER", -1.0)
        pacing.slow_down()
        assert consumer._fetcher._fetch_max_wait_ms == IDLE


async def test_agents_that_are_stopped_while_they_join_leave_their_group_before_they_close(
    broker: str, workers: Sequence[Agent], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust cuts the connections as soon as the group has answered."""
    goodbyes = Goodbyes()
    monkeypatch.setattr("aiokafka.consumer.consumer.AIOKafkaClient", partial(Client, goodbyes))
    async with running(broker, workers, FetchPacing(), tmp_path):
        await goodbyes.joining()
    assert goodbyes.said == ["leave", "close"]
