"""From Kafka into an subscription: the read side's consumer, many messages at a time and none decoded unasked."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import aiokafka
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from schemas.errors import Poison, Unavailable
from schemas.topics import TopicPartition
from subscriptions.catch_up import CatchUpSubscription
from subscriptions.consumer import BatchingConsumer
from subscriptions.records import read_records
from subscriptions.retry import RetryPolicy

BATCH = 5_000
"""Messages at once, at most."""
WAIT_MS = 1_000
ERRORS = (PyMongoError, KafkaError, Unavailable, OSError)


class ProjectionConsumer(ConsumerRebalanceListener):  # type: ignore[misc]  # it ships no types
    """Keeps one subscription fed; what a database or broker does not answer is waited for.

    It goes on fetching while a batch is written: a fetch may bring as little as one producer's batch, and what has
    gathered meanwhile is the next batch.
    """

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        subscription: CatchUpSubscription,
        *,
        name: str,
        on_poison: Callable[[Poison], None],
    ) -> None:
        self._consumer = consumer
        self._subscription = subscription
        self._on_poison = on_poison
        self._retry = RetryPolicy(name, ERRORS)
        self.batching = BatchingConsumer(subscription, name=name, errors=ERRORS, batch=BATCH)

    def join_group(self) -> None:
        """Share the subscription's topics with the consumer's group; until then it reads all it was given."""
        self.batching.revoke()
        self._consumer.subscribe(topics=sorted(self._subscription.topics), listener=self)

    async def on_partitions_revoked(self, _: Collection[aiokafka.TopicPartition]) -> None:
        """The group shares anew: nothing is ours until it has."""
        self.batching.revoke()

    async def on_partitions_assigned(self, assigned: Collection[aiokafka.TopicPartition]) -> None:
        """These are ours."""
        self.batching.assign([TopicPartition(each.topic, each.partition) for each in assigned])

    async def run(self) -> None:
        """Catch up, then follow until cancelled."""
        await asyncio.gather(self.batching.run(), self._follow())

    async def _follow(self) -> None:
        while True:
            found = await self._retry.run(self._ask)
            for records in found.values():
                await self.batching.put(read_records(records, self._on_poison))

    async def _ask(self) -> Mapping[Any, Sequence[Any]]:
        found: Mapping[Any, Sequence[Any]] = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=BATCH)
        return found
