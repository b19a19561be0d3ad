"""A replay to Apache Kafka: into a topic of its own alone, in the order of the log, and on where it was interrupted."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from confluent_kafka.admin import AdminClient

from event_store.memory import memory_store
from event_store.records import AppendRequest
from event_store.store import EventStore
from history.event_filter import EventFilter
from history.replay.plan import OtherReplay, Plan, describe
from history.replay.selection import Selection
from history.replay.sink import replay
from history.replay.topic import open_topic
from schemas.topics import DEAD_LETTERS, TOPICS
from tests.examples import EXAMPLES
from tests.histories import recorded
from tests.integration.kafka_shop import empty
from tests.services.kafka import Kafka
from tests.services.waiting import STUCK_AFTER

ALL = EventFilter()
COUNT = len(EXAMPLES)
PLAN = Plan("a log", describe(ALL, 1, None), COUNT)


@pytest.fixture
def broker(kafka: Kafka) -> str:
    """The broker with the shop's topics, all empty."""
    empty(kafka.start())
    return kafka.url


@pytest.fixture
def topic() -> str:
    return f"replay-{uuid4().hex}"


@pytest.fixture
async def store() -> AsyncIterator[EventStore]:
    """An event of every type."""
    store = memory_store()
    await store.append(AppendRequest(events=tuple(recorded(EXAMPLES.values()))))
    yield store
    await store.close()


async def messages(broker: str, topic: str) -> list[ConsumerRecord]:
    partition = TopicPartition(topic, 0)
    async with asyncio.timeout(STUCK_AFTER), AIOKafkaConsumer(bootstrap_servers=broker) as consumer:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        consumer.seek(partition, 0)
        return [await consumer.getone(partition) for _ in range(end)]


def positions(found: list[ConsumerRecord]) -> list[int]:
    return [int(dict(each.headers)["position"]) for each in found]


async def test_the_log_is_replayed_in_its_order_into_a_new_topic_and_into_no_other(
    broker: str, topic: str, store: EventStore
) -> None:
    async with open_topic(broker, topic, PLAN) as sink:
        assert await replay(store, Selection(ALL, 0, COUNT), sink) == COUNT
    found = await messages(broker, topic)
    assert positions(found) == list(range(1, COUNT + 1))
    rows = await store.log(0)
    for each, row in zip(found, rows, strict=True):
        assert json.loads(each.value) == json.loads(row.state)["data"]
        assert each.key.decode() == row.stream
    for other in TOPICS:
        partitions = AdminClient({"bootstrap.servers": broker}).list_topics(other).topics[other].partitions
        async with AIOKafkaConsumer(bootstrap_servers=broker) as consumer:
            ends = await consumer.end_offsets([TopicPartition(other, number) for number in partitions])
            assert set(ends.values()) == {0}


async def test_a_replay_that_was_interrupted_goes_on_after_its_last_message(
    broker: str, topic: str, store: EventStore
) -> None:
    async with open_topic(broker, topic, PLAN) as sink:
        await replay(store, Selection(ALL, 0, 40), sink)
    later = replace(PLAN, until=COUNT + 5)
    async with open_topic(broker, topic, later) as sink:
        assert (sink.reached, sink.plan.until) == (40, COUNT)
        await replay(store, Selection(ALL, sink.reached, sink.plan.until), sink)
    assert positions(await messages(broker, topic)) == list(range(1, COUNT + 1))


async def test_a_topic_of_anything_else_is_refused(broker: str, topic: str, store: EventStore) -> None:
    async with open_topic(broker, topic, PLAN) as sink:
        await replay(store, Selection(ALL, 0, 3), sink)
    with pytest.raises(OtherReplay, match="another name"):
        async with open_topic(broker, topic, Plan("another log", PLAN.asked, COUNT)):
            pass
    assert len(await messages(broker, topic)) == 3


@pytest.mark.parametrize("own", [*TOPICS, DEAD_LETTERS])
async def test_a_topic_of_the_shop_is_refused_before_anybody_is_asked(own: str) -> None:
    with pytest.raises(OtherReplay, match="a topic of the shop"):
        async with open_topic("nobody:1", own, PLAN):
            pass
