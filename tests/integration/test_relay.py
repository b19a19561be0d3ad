"""The relay against a real Kafka endpoint: what it sends is what a consumer reads, however it was batched."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from aioutlet import components as parts
from aioutlet.broker import PARTITIONS, MockCluster
from concurrency.background import background
from event_store.records import AppendRequest
from event_store.store import EventStore
from schemas.codec import decode
from schemas.topics import CATALOGUE, ORDERS, STOCK, TopicPartition
from schemas.wire import Incoming, envelope_from, incoming
from streams.fetch_pacing import FetchPacing
from streams.publisher import KafkaPublisher
from streams.relay import WHOLE_LOG, Relay
from subscriptions.catch_up import RELAY
from tests.histories import COMPLETED, events, recorded
from tests.services.waiting import STUCK_AFTER
from tests.unit.streams.fakes import TroubledStore, order_id, published


@pytest.fixture
async def store() -> AsyncIterator[TroubledStore]:
    store = TroubledStore()
    yield store
    await store.close()


@pytest.fixture
async def consumer(broker: str) -> AsyncIterator[AIOKafkaConsumer]:
    async with parts.open_consumer(broker, FetchPacing(), partitions=PARTITIONS) as consumer:
        yield consumer


@asynccontextmanager
async def relaying(store: EventStore, producer: AIOKafkaProducer) -> AsyncIterator[None]:
    async with background(Relay(store, KafkaPublisher(producer, FetchPacing()), partitions=PARTITIONS).run()):
        yield


async def keep(store: EventStore, orders: int, *, padding: int = 0) -> None:
    """Put the stories of these orders in the log, in one append; long product descriptions make them heavy."""
    told = events("product.created", description="a" * padding) if padding else events("stock.received")
    for number in range(orders):
        told += events(*COMPLETED, order_id=order_id(number), order_number=f"ORD-20260314-{number:05}")
        told += events("product.updated", product_id=f"{number}", description="b" * padding) if padding else ()
    await store.append(AppendRequest(events=tuple(recorded(told))))


async def read(consumer: AIOKafkaConsumer, messages: int) -> list[Incoming]:
    """The next so many messages, as they arrive."""
    found: list[Incoming] = []
    async with asyncio.timeout(STUCK_AFTER):
        while len(found) < messages:
            for records in (await consumer.getmany(timeout_ms=1_000)).values():
                found += [
                    incoming(TopicPartition(each.topic, each.partition), each.headers, each.value) for each in records
                ]
    return found


async def test_what_is_read_is_the_log_place_by_place_and_chained(
    broker: str, store: EventStore, consumer: AIOKafkaConsumer
) -> None:
    await keep(store, 40)
    sent = await published(store)
    async with parts.open_producer(broker) as producer, relaying(store, producer):
        found = await read(consumer, len(sent))
    assert {message.partition.topic for message in found} == {ORDERS, STOCK}
    for place in {message.partition for message in sent}:
        assert [each for each in found if each.partition == place] == [each for each in sent if each.partition == place]


async def test_a_message_decodes_to_the_envelope_the_store_gives(
    broker: str, store: EventStore, consumer: AIOKafkaConsumer
) -> None:
    await keep(store, 1)
    log = {stored.position: decode(stored) for stored in await store.log(0)}
    sent = await published(store)
    async with parts.open_producer(broker) as producer, relaying(store, producer):
        found = await read(consumer, len(sent))
    assert [envelope_from(each) for each in found] == [log[each.position] for each in found]


async def test_more_than_one_batch_of_a_place_arrives_in_order(
    broker: str, store: EventStore, consumer: AIOKafkaConsumer
) -> None:
    """A page is more than the producer takes at once."""
    await keep(store, 60, padding=450)
    sent = [message for message in await published(store) if message.partition.topic in (ORDERS, STOCK, CATALOGUE)]
    async with parts.open_producer(broker) as producer:
        producer._max_batch_size = 4_096
        producer._message_accumulator._batch_size = 4_096
        async with relaying(store, producer):
            found = await read(consumer, len(sent))
    for place in {message.partition for message in sent}:
        positions = [each.position for each in found if each.partition == place]
        assert positions == [each.position for each in sent if each.partition == place]


async def test_a_relay_on_a_new_broker_sends_only_what_is_new(
    broker: str, store: TroubledStore, consumer: AIOKafkaConsumer
) -> None:
    """What was sent before is read from the store: consumers see it by `previous`."""

    async def is_noted() -> bool:
        return (await store.checkpoints(RELAY)).get(WHOLE_LOG) == await store.head()

    await keep(store, 3)
    before = await published(store)
    async with parts.open_producer(broker) as producer, relaying(store, producer):
        await read(consumer, len(before))
        await store.until(is_noted)
    other = MockCluster()
    last = recorded(events("product.created"))
    await store.append(AppendRequest(events=tuple(last)))
    async with (
        parts.open_producer(other.address) as producer,
        parts.open_consumer(other.address, FetchPacing(), partitions=PARTITIONS) as newcomer,
        relaying(store, producer),
    ):
        [found] = await read(newcomer, 1)
    assert (found.position, found.previous, found.type) == (await store.head(), 0, "product.created")
    other.stop()
