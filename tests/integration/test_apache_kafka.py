"""The relay and the agents on Apache Kafka: what holds on the mock cluster holds there, and over its failures."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from confluent_kafka import ConsumerGroupState, KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from typer.testing import CliRunner

from aioutlet.cli import app
from event_store.memory import memory_store
from event_store.records import AppendRequest
from event_store.store import EventStore
from schemas.topics import ORDERS, STOCK, TOPICS, TopicPartition, partition_of
from schemas.wire import incoming
from tests.integration.kafka_shop import (
    PARTITIONS,
    completed,
    empty,
    place,
    reacting,
    relaying,
    stock_up,
    without_topics,
)
from tests.services.kafka import Kafka
from tests.services.waiting import STUCK_AFTER
from tests.unit.streams.fakes import TroubledStore

UNCOORDINATED = (
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
)


@pytest.fixture
def broker(kafka: Kafka) -> str:
    """The broker with the shop's topics, all empty."""
    empty(kafka.start())
    return kafka.url


@pytest.fixture
async def store() -> AsyncIterator[EventStore]:
    store = memory_store()
    yield store
    await store.close()


@pytest.fixture
def group() -> str:
    return f"shop-{uuid4().hex}"


async def published(broker: str, topic: str, count: int) -> dict[int, list[tuple[bytes, int, int]]]:
    """The first so many messages of a topic, awaited: partition -> (key, previous, position) in its order."""
    found: dict[int, list[tuple[bytes, int, int]]] = defaultdict(list)
    async with AIOKafkaConsumer(topic, bootstrap_servers=broker, auto_offset_reset="earliest") as consumer:
        for _ in range(count):
            record = await consumer.getone()
            message = incoming(TopicPartition(topic, record.partition), record.headers, record.value)
            found[record.partition].append((record.key, message.previous, message.position))
    return found


async def test_the_log_lies_in_kafka_by_key_in_position_order_without_a_hole(broker: str, store: EventStore) -> None:
    orders = await place(store, 40)
    async with relaying(broker, store), asyncio.timeout(STUCK_AFTER):
        found = await published(broker, ORDERS, len(orders))
    assert sorted(key.decode() for messages in found.values() for key, _, _ in messages) == sorted(orders)
    for partition, messages in found.items():
        assert {partition_of(key.decode(), PARTITIONS) for key, _, _ in messages} == {partition}
        positions = [position for _, _, position in messages]
        assert positions == sorted(positions)
        assert [previous for _, previous, _ in messages] == [0, *positions[:-1]]


async def test_the_relay_puts_each_key_where_kafkas_own_partitioner_does(broker: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker) as producer:
        for number in range(50):
            key = f"order-{number}"
            sent = await producer.send_and_wait(STOCK, b"", key=key.encode())
            assert sent.partition == partition_of(key, PARTITIONS)


async def test_orders_complete_over_the_broker(broker: str, store: EventStore, tmp_path: Path, group: str) -> None:
    await stock_up(store, 20)
    async with relaying(broker, store), reacting(broker, store, tmp_path, group=group):
        await completed(store, await place(store, 20))


async def test_orders_placed_while_the_broker_is_dead_complete_when_it_is_back(
    kafka: Kafka, broker: str, store: EventStore, tmp_path: Path, group: str
) -> None:
    await stock_up(store, 30)
    async with relaying(broker, store), reacting(broker, store, tmp_path, group=group):
        await completed(store, await place(store, 10))
        under_way = await place(store, 10)
        await asyncio.to_thread(kafka.kill)
        offered = await place(store, 10)
        await asyncio.to_thread(kafka.start)
        await completed(store, [*under_way, *offered])


async def test_orders_complete_although_the_broker_came_back_with_an_empty_log(
    kafka: Kafka, broker: str, store: EventStore, tmp_path: Path, group: str
) -> None:
    await stock_up(store, 30)
    async with relaying(broker, store), reacting(broker, store, tmp_path, group=group):
        await completed(store, await place(store, 10))
        under_way = await place(store, 10)
        await asyncio.to_thread(kafka.wipe)
        offered = await place(store, 10)
        await asyncio.to_thread(lambda: empty(kafka.start()))
        await completed(store, [*under_way, *offered])


def is_settled(broker: str, group: str) -> bool:
    """Whether the group has shared out; not while nobody is, or is known to be, its coordinator."""
    client = AdminClient({"bootstrap.servers": broker})
    try:
        return bool(client.describe_consumer_groups([group])[group].result(10).state == ConsumerGroupState.STABLE)
    except KafkaException as error:
        if error.args[0].code() not in UNCOORDINATED:
            raise
        return False


async def test_a_group_that_came_before_its_topics_works_as_soon_as_they_are_there(
    broker: str, store: EventStore, tmp_path: Path, group: str
) -> None:
    without_topics(broker)
    await stock_up(store, 5)
    async with asyncio.timeout(STUCK_AFTER), reacting(broker, store, tmp_path, group=group, shared=True):
        while not await asyncio.to_thread(is_settled, broker, group):
            pass
        await asyncio.to_thread(empty, broker)
        async with relaying(broker, store):
            await completed(store, await place(store, 5))


async def test_a_worker_stops_although_what_it_was_given_cannot_be_finished(
    broker: str, tmp_path: Path, group: str
) -> None:
    store, refused = TroubledStore(), asyncio.Event()

    def refuse(unit: AppendRequest) -> bool:
        if is_of_saga := any(event.stream.startswith("saga-") for event in unit.events):
            refused.set()
        return is_of_saga

    await stock_up(store, 5)
    async with asyncio.timeout(STUCK_AFTER), relaying(broker, store), reacting(broker, store, tmp_path, group=group):
        await completed(store, await place(store, 5))
        store.refuse = refuse
        await place(store, 3)
        await refused.wait()
    await store.close()


def test_the_command_makes_the_topics_and_fails_where_no_service_could_work(
    broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIOUTLET_BROKER", f"kafka://{broker}")
    monkeypatch.setenv("AIOUTLET_PARTITIONS", f"{PARTITIONS}")
    fine = CliRunner().invoke(app, ["topics"])
    assert (fine.exit_code, fine.stderr) == (0, "")
    assert all(topic in fine.stdout for topic in TOPICS)
    monkeypatch.setenv("AIOUTLET_PARTITIONS", f"{PARTITIONS + 1}")
    other = CliRunner().invoke(app, ["topics"])
    assert other.exit_code == 1
    assert f"{ORDERS}: partitions {PARTITIONS}, wanted {PARTITIONS + 1}" in other.stderr


def test_the_command_names_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIOUTLET_BROKER", raising=False)
    told = CliRunner().invoke(app, ["topics"])
    assert told.exit_code == 2
    assert "AIOUTLET_BROKER" in told.stderr
