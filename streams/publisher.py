"""The relay's messages on their way to Kafka, in batches that are filled here."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from schemas.topics import TopicPartition
from schemas.wire import Outgoing
from streams.transport import FetchPacing


class KafkaPublisher:
    """Publishes over one idempotent, `acks=all` producer, in batches per partition; name comes first is sent first."""

    def __init__(self, producer: AIOKafkaProducer, pacing: FetchPacing) -> None:
        self._producer = producer
        self._pacing = pacing
        self._turns: dict[TopicPartition, asyncio.Lock] = defaultdict(asyncio.Lock)

    def batch(self) -> "KafkaBatch":
        """An empty one."""
        return KafkaBatch(self, self._producer)

    async def publish(self, by_partition: Mapping[TopicPartition, Sequence[BatchBuilder]]) -> None:
        """Hand all batches to the sender, in order where they go to one partition, and wait for the last."""
        self._pacing.quicken()
        await asyncio.gather(*(self._send(partition, batches) for partition, batches in by_partition.items()))

    async def _send(self, partition: TopicPartition, batches: Sequence[BatchBuilder]) -> None:
        send = partial(self._producer.send_batch, topic=partition.topic, partition=partition.partition)
        async with self._turns[partition]:
            sent = [await send(batch) for batch in batches]
        await asyncio.gather(*sent)


class KafkaBatch:
    """Batches filled message by message: what is made of an event is bytes before the next one is looked at."""

    def __init__(self, publisher: KafkaPublisher, producer: AIOKafkaProducer) -> None:
        self._publisher = publisher
        self._begin = producer.create_batch
        self._batches: dict[TopicPartition, list[BatchBuilder]] = defaultdict(lambda: [self._begin()])

    def add(self, message: Outgoing, previous: int) -> None:
        """To the last batch of its partition, or to a new one when that is full."""
        partition, key, value, plain = message
        headers = [*plain, ("previous", b"%d" % previous)]
        batches = self._batches[partition]
        if batches[-1].append(timestamp=None, key=key, value=value, headers=headers) is None:
            batches.append(self._begin())
            batches[-1].append(timestamp=None, key=key, value=value, headers=headers)

    async def send(self) -> None:
        """Behind all parcels that were sent before."""
        await self._publisher.publish(self._batches)
