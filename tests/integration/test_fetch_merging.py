"""Fetches as single events of Faust's: a group goes on behind what was acknowledged, as if each message were one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from aioutlet import components as parts
from schemas.topics import ORDERS
from streams.agents import SETTINGS
from streams.faust_driver import PacedApp
from streams.fetch_merging import records_of
from streams.fetch_pacing import FetchPacing
from tests.services.waiting import STUCK_AFTER


@pytest.fixture
async def producer(broker: str) -> AsyncIterator[AIOKafkaProducer]:
    async with parts.open_producer(broker) as producer:
        yield producer


class Reading:
    """What a worker has read; it acknowledges fetches that end before the message `until`."""

    def __init__(self, until: int) -> None:
        self.read: list[int] = []
        self._until = until
        self._moved = asyncio.Event()

    async def consume(self, stream: Any) -> None:
        async for event in stream.noack().events():
            numbers = [int(record.value) for record in records_of(event.message)]
            self.read += numbers
            if numbers[-1] < self._until:
                event.ack()
            self._moved.set()

    async def has_read(self, number: int) -> None:
        async with asyncio.timeout(STUCK_AFTER):
            while number not in self.read:
                self._moved.clear()
                await self._moved.wait()


@asynccontextmanager
async def working(broker: str, data: Path, *, until: int) -> AsyncIterator[Reading]:
    """A worker of the group, which commits when it stops."""
    reading = Reading(until)
    app = PacedApp("tested", broker=f"kafka://{broker}", datadir=f"{data}", loop=asyncio.get_running_loop(), **SETTINGS)
    app.pacing = FetchPacing()
    topic = app.topic(ORDERS, key_serializer="raw", value_serializer="raw", value_type=bytes)
    app.agent(topic, name="tested")(reading.consume)
    await app.start()
    try:
        yield reading
    finally:
        await app.stop()


async def send(producer: AIOKafkaProducer, *numbers: int) -> None:
    for number in numbers:
        await producer.send_and_wait(ORDERS, b"%d" % number, partition=0)


async def test_what_was_acknowledged_does_not_come_again(
    broker: str, producer: AIOKafkaProducer, tmp_path: Path
) -> None:
    await send(producer, *range(50))
    async with working(broker, tmp_path, until=50) as first:
        await first.has_read(49)
    await send(producer, *range(50, 60))
    async with working(broker, tmp_path, until=60) as second:
        await second.has_read(59)
    await send(producer, 60)
    async with working(broker, tmp_path, until=61) as third:
        await third.has_read(60)
    assert [first.read, second.read, third.read] == [[*range(50)], [*range(50, 60)], [60]]


async def test_what_was_not_acknowledged_comes_again(broker: str, producer: AIOKafkaProducer, tmp_path: Path) -> None:
    await send(producer, *range(20))
    async with working(broker, tmp_path, until=20) as first:
        await first.has_read(19)
        await send(producer, *range(20, 40))
        await first.has_read(39)
    async with working(broker, tmp_path, until=40) as second:
        await second.has_read(39)
    assert second.read == [*range(20, 40)]


async def test_what_comes_on_a_log_shorter_than_what_was_committed_is_read(
    broker: str, producer: AIOKafkaProducer, tmp_path: Path
) -> None:
    """A broker that lost its log is told the old offsets once more; what it has now seems to have been read."""
    await send(producer, *range(3))
    place = TopicPartition(ORDERS, 0)
    async with AIOKafkaConsumer(bootstrap_servers=broker, group_id="tested", enable_auto_commit=False) as consumer:
        consumer.assign([place])
        await consumer.commit({place: 50})
    async with working(broker, tmp_path, until=100) as reading:
        await reading.has_read(2)
