"""The relay's messages on their way to Kafka, in batches that are filled here."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from schemas.topics import Place
from schemas.wire import Outgoing
from streams.transport import Pace


class KafkaPublisher:
    """Publishes over one idempotent, `acks=all` producer, in batches per partition; who comes first is sent first."""

    def __init__(self, producer: AIOKafkaProducer, pace: Pace) -> None:
        self._producer = producer
        self._pace = pace
        self._turns: dict[Place, asyncio.Lock] = defaultdict(asyncio.Lock)

    def parcel(self) -> "KafkaParcel":
        """An empty one."""
        return KafkaParcel(self, self._producer)

    async def publish(self, by_place: Mapping[Place, Sequence[BatchBuilder]]) -> None:
        """Hand all batches to the sender, in order where they go to one place, and wait for the last."""
        self._pace.quicken()
        await asyncio.gather(*(self._send(place, batches) for place, batches in by_place.items()))

    async def _send(self, place: Place, batches: Sequence[BatchBuilder]) -> None:
        send = partial(self._producer.send_batch, topic=place.topic, partition=place.partition)
        async with self._turns[place]:
            sent = [await send(batch) for batch in batches]
        await asyncio.gather(*sent)


class KafkaParcel:
    """Batches filled message by message: what is made of an event is bytes before the next one is looked at."""

    def __init__(self, publisher: KafkaPublisher, producer: AIOKafkaProducer) -> None:
        self._publisher = publisher
        self._begin = producer.create_batch
        self._batches: dict[Place, list[BatchBuilder]] = defaultdict(lambda: [self._begin()])

    def add(self, message: Outgoing, previous: int) -> None:
        """To the last batch of its place, or to a new one when that is full."""
        place, key, value, plain = message
        headers = [*plain, ("previous", b"%d" % previous)]
        batches = self._batches[place]
        if batches[-1].append(timestamp=None, key=key, value=value, headers=headers) is None:
            batches.append(self._begin())
            batches[-1].append(timestamp=None, key=key, value=value, headers=headers)

    async def send(self) -> None:
        """Behind all parcels that were sent before."""
        await self._publisher.publish(self._batches)
