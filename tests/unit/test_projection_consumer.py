"""The read side's consumer: it catches up, follows, waits for what is down, and is stopped by nothing unreadable."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError
from pymongo.errors import AutoReconnect

from concurrency.background import background
from projectors.consumer import ProjectionConsumer
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.topics import ORDERS, TopicPartition
from schemas.wire import Incoming
from subscriptions import consumer
from subscriptions.catch_up import CatchUpSubscription, UnreadableEvent
from tests.histories import PARTITIONS, events
from tests.unit.streams.fakes import TroubledStore, never, order_id, published, put, say_published


class Broker:
    """A consumer's end of a broker: what is put in is what the next poll finds."""

    def __init__(self) -> None:
        self._found: asyncio.Queue[Mapping[Any, Sequence[Any]] | Exception] = asyncio.Queue()
        self._asked = False

    def bring(self, *messages: Incoming, **changed: Any) -> None:
        records = defaultdict(list)
        for message in messages:
            about = {
                "topic": message.partition.topic,
                "partition": message.partition.partition,
                "offset": 0,
                "headers": tuple(message.headers.items()),
                "value": message.value,
            }
            records[message.partition].append(SimpleNamespace(**(about | changed)))
        self._found.put_nowait(records)

    def fail(self, error: Exception) -> None:
        self._found.put_nowait(error)

    async def is_empty(self) -> None:
        """Wait until all of it was fetched."""
        await self._found.join()

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Mapping[Any, Sequence[Any]]:
        if self._asked:
            self._found.task_done()
        self._asked = True
        found = await self._found.get()
        if isinstance(found, Exception):
            raise found
        return found


class Reader:
    """Writes down what it is given, and tells whoever waits for it."""

    consumer = "projections"
    topics = frozenset({ORDERS})
    types = frozenset({"order.created"})

    def __init__(self) -> None:
        self.read: list[str] = []
        self.errors: list[Exception] = []
        self.batches = 0
        self.is_writing = asyncio.Event()
        self.may_write = asyncio.Event()
        self.may_write.set()
        self._grew = asyncio.Event()

    async def checkpoints(self) -> Mapping[TopicPartition, int]:
        return {}

    async def handle(
        self,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        position: int,
        unreadable: Sequence[UnreadableEvent] = (),
        *,
        event_id: str,
    ) -> None:
        if self.errors:
            raise self.errors.pop()
        self.batches += 1
        self.is_writing.set()
        await self.may_write.wait()
        self.read += [envelope.stream.removeprefix("order-") for envelope in envelopes]
        self._grew.set()

    async def until(self, *numbers: int) -> None:
        """Wait until these orders were read; no other was, and none twice."""
        async with asyncio.timeout(10):
            while len(self.read) < len(numbers):
                self._grew.clear()
                await self._grew.wait()
        assert sorted(self.read) == [order_id(number) for number in numbers]


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def reader() -> Reader:
    return Reader()


@asynccontextmanager
async def consuming(
    store: TroubledStore,
    broker: Any,
    reader: Reader,
    on_poison: Callable[[Poison], None] = never,
    *,
    gather: float = 0.0,
) -> AsyncIterator[None]:
    subscription = CatchUpSubscription(store, reader, partitions=PARTITIONS, on_poison=never)
    feed = ProjectionConsumer(broker, subscription, name="projections", on_poison=on_poison, gather=gather)
    async with background(feed.run()):
        yield


async def orders(store: TroubledStore, *numbers: int) -> list[Incoming]:
    await put(store, *(each for number in numbers for each in events("order.created", order_id=order_id(number))))
    return await published(store)


async def test_it_follows_what_the_broker_brings(store: TroubledStore, broker: Broker, reader: Reader) -> None:
    first, second, third = await orders(store, 1, 2, 3)
    async with consuming(store, broker, reader):
        broker.bring(first, second)
        broker.bring()
        broker.bring(first, second, third)
        await reader.until(1, 2, 3)


async def test_it_catches_up_from_the_store_where_the_broker_has_nothing(
    store: TroubledStore, broker: Broker, reader: Reader
) -> None:
    await say_published(store, await orders(store, 1, 2))
    async with consuming(store, broker, reader):
        await reader.until(1, 2)


@pytest.mark.parametrize("error", [AutoReconnect(), KafkaConnectionError(), ConnectionResetError()])
async def test_documents_that_cannot_be_written_are_written_later(
    store: TroubledStore, broker: Broker, reader: Reader, error: Exception
) -> None:
    messages = await orders(store, 1, 2)
    reader.errors = [error, error]
    async with consuming(store, broker, reader):
        broker.bring(*messages)
        await reader.until(1, 2)


async def test_a_broker_that_does_not_answer_is_asked_again(
    store: TroubledStore, broker: Broker, reader: Reader
) -> None:
    async with consuming(store, broker, reader):
        broker.fail(KafkaConnectionError())
        broker.bring(*await orders(store, 1))
        await reader.until(1)


@pytest.mark.parametrize("changed", [{"headers": ()}, {"headers": (("position", b"?"),)}])
async def test_a_message_without_its_position_is_reported_and_read_from_the_store_instead(
    store: TroubledStore, broker: Broker, reader: Reader, changed: dict[str, Any]
) -> None:
    first, second, third = await orders(store, 1, 2, 3)
    assert second.partition == third.partition
    reported: list[Poison] = []
    async with consuming(store, broker, reader, reported.append):
        broker.bring(first)
        broker.bring(second, **changed)
        broker.bring(third)
        await reader.until(1, 2, 3)
    assert len(reported) == 1
    assert ORDERS in str(reported[0])


async def test_what_arrives_while_a_batch_is_written_is_one_batch(
    store: TroubledStore, broker: Broker, reader: Reader
) -> None:
    first, *rest = await orders(store, *range(1, 9))
    reader.may_write.clear()
    async with consuming(store, broker, reader):
        broker.bring(first)
        await reader.is_writing.wait()
        for message in rest:
            broker.bring(message)
        await broker.is_empty()
        reader.may_write.set()
        await reader.until(*range(1, 9))
    assert reader.batches <= 1 + len({message.partition for message in rest})


async def test_small_fetches_are_gathered_until_they_are_a_batch(
    store: TroubledStore, broker: Broker, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projectors.consumer.MAX_BATCH", 8)
    messages = await orders(store, *range(1, 9))
    async with consuming(store, broker, reader, gather=3_600):
        for message in messages:
            broker.bring(message)
        await reader.until(*range(1, 9))
    assert reader.batches == len({message.partition for message in messages})


async def test_a_lost_last_message_is_found_by_reconciling(
    store: TroubledStore, broker: Broker, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "RECONCILE_EVERY", 0.01)
    first, _ = await orders(store, 1, 2)
    async with consuming(store, broker, reader):
        broker.bring(first)
        await reader.until(1)
        await say_published(store, await published(store))
        await reader.until(1, 2)
