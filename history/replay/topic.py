"""A replay into a topic of its own on Kafka: one partition, so the order is that of the log.

The topic must be new, or one that this replay has begun: each message names its replay, and the last one says where it
goes on. A topic of the shop is neither, so no consumer of the shop ever gets a replayed event.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from history.replay.plan import OtherReplay, Plan
from schemas.codec import Stored
from schemas.errors import Unavailable
from schemas.topics import DEAD_LETTERS, TOPICS
from schemas.wire import headers_and_value

REPLAY, UNTIL = "replay", "replayuntil"
"""The headers that name the replay, and the position up to which it goes."""
TIMEOUT = 30.0


class KafkaTopic:
    """Sends events in position order, each batch acknowledged by all replicas before the next."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, plan: Plan, reached: int) -> None:
        self.plan = plan
        self.reached = reached
        """The position of the last event in the topic, 0 for none."""
        self._producer = producer
        self._topic = topic
        self._own = [(REPLAY, plan.digest.encode()), (UNTIL, b"%d" % plan.until)]

    async def write(self, rows: Sequence[Stored]) -> None:
        """Send events and wait until they are acknowledged.

        Raises:
            Unavailable: The broker does not acknowledge them.
        """
        try:
            await asyncio.gather(*[await self._send(row) for row in rows])
        except KafkaError as error:
            raise Unavailable(f"the broker: {error}") from error

    async def _send(self, row: Stored) -> "asyncio.Future[object]":
        headers, value = headers_and_value(row)
        sent: asyncio.Future[object] = await self._producer.send(
            self._topic, value, key=row.stream.encode(), partition=0, headers=[*headers, *self._own]
        )
        return sent


@asynccontextmanager
async def open_topic(bootstrap: str, topic: str, plan: Plan) -> AsyncIterator[KafkaTopic]:
    """Create a topic, or take up the one that this replay has begun; then `plan` ends where that one does.

    Raises:
        OtherReplay: The topic is one of the shop's, or is there and of no unfinished replay of this plan.
        Unavailable: The broker does not answer, or refuses the topic.
    """
    if topic in {*TOPICS, DEAD_LETTERS}:
        raise OtherReplay(f"{topic} is a topic of the shop, whose services would take what is replayed for news")
    producer = None
    try:
        last = None if await asyncio.to_thread(_create, bootstrap, topic) else await _last_message(bootstrap, topic)
        reached, plan = _taken_up(last, plan, topic) if last else (0, plan)
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
        await producer.start()
    except (KafkaError, KafkaException, OSError) as error:
        if producer:
            await producer.stop()
        raise Unavailable(f"the broker at {bootstrap}: {error}") from error
    try:
        yield KafkaTopic(producer, topic, plan, reached)
    finally:
        await producer.stop()


def _taken_up(last: ConsumerRecord, plan: Plan, topic: str) -> tuple[int, Plan]:
    headers = dict(last.headers)
    if headers.get(REPLAY) != plan.digest.encode():
        raise _taken(topic)
    return int(headers["position"]), replace(plan, until=int(headers[UNTIL]))


def _taken(topic: str) -> OtherReplay:
    return OtherReplay(f"the topic {topic} is there already, and not of this replay: choose another name")


def _create(bootstrap: str, topic: str) -> bool:
    """Create a topic; return whether it was not there."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    found = admin.list_topics(timeout=TIMEOUT).topics.get(topic)
    if found is None:
        admin.create_topics([NewTopic(topic, num_partitions=1)])[topic].result(TIMEOUT)
    elif len(found.partitions) > 1:
        raise _taken(topic)
    return found is None


async def _last_message(bootstrap: str, topic: str) -> ConsumerRecord | None:
    """Return the last message of a topic, None where it has none."""
    partition = TopicPartition(topic, 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    consumer.assign([partition])
    await consumer.start()
    try:
        end = (await consumer.end_offsets([partition]))[partition]
        if end == 0:
            return None
        consumer.seek(partition, end - 1)
        async with asyncio.timeout(TIMEOUT):
            return await consumer.getone(partition)
    except TimeoutError as error:
        raise _taken(topic) from error
    finally:
        await consumer.stop()
