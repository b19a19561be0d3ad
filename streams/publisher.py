"""Publishes the relay's messages to Kafka, in batches per partition."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from schemas.topics import TopicPartition
from schemas.wire import Outgoing
from streams.fetch_pacing import FetchPacing


class KafkaPublisher:
    """Publishes over one idempotent producer with `acks=all`; batches of a partition are sent in call order."""

    def __init__(self, producer: AIOKafkaProducer, pacing: FetchPacing) -> None:
        self._producer = producer
        self._pacing = pacing
        self._locks: dict[TopicPartition, asyncio.Lock] = defaultdict(asyncio.Lock)

    def create_batch(self) -> "KafkaBatch":
        return KafkaBatch(self, self._producer)

    async def publish(self, by_partition: Mapping[TopicPartition, Sequence[BatchBuilder]]) -> None:
        """Send all batches, in order within a partition, and wait until they are acknowledged."""
        self._pacing.speed_up()
        await asyncio.gather(*(self._send(partition, batches) for partition, batches in by_partition.items()))

    async def _send(self, partition: TopicPartition, batches: Sequence[BatchBuilder]) -> None:
        send = partial(self._producer.send_batch, topic=partition.topic, partition=partition.partition)
        async with self._locks[partition]:
            acknowledgements = [await send(batch) for batch in batches]
        await asyncio.gather(*acknowledgements)


class KafkaBatch:
    """Messages of all partitions, encoded as they are added."""

    def __init__(self, publisher: KafkaPublisher, producer: AIOKafkaProducer) -> None:
        self._publisher = publisher
        self._new_builder = producer.create_batch
        self._builders: dict[TopicPartition, list[BatchBuilder]] = defaultdict(lambda: [self._new_builder()])

    def add(self, message: Outgoing, previous: int) -> None:
        """Append to the last builder of the partition, or to a new one if that is full."""
        partition, key, value, plain = message
        headers = [*plain, ("previous", b"%d" % previous)]
        builders = self._builders[partition]
        if builders[-1].append(timestamp=None, key=key, value=value, headers=headers) is None:
            builders.append(self._new_builder())
            builders[-1].append(timestamp=None, key=key, value=value, headers=headers)

    async def send(self) -> None:
        await self._publisher.publish(self._builders)
