"""The Kafka consumer of the read side: passes whole fetches on to a subscription, without decoding them."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from time import monotonic
from typing import Any

import aiokafka
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from projectors.late_folding import LOOK_EVERY, LateFolding
from projectors.read_model import ReadModel
from schemas.errors import Poison, Unavailable
from schemas.topics import TopicPartition
from subscriptions.catch_up import CatchUpSubscription
from subscriptions.consumer import BatchingConsumer
from subscriptions.records import read_records
from subscriptions.retry import RetryPolicy

MAX_BATCH = 5_000
"""Messages of one fetch, and of one batch."""
FETCH_TIMEOUT_MS = 1_000
ERRORS = (PyMongoError, KafkaError, Unavailable, OSError)


def ignore_count(_messages: int) -> None:
    """Do nothing: the `on_fetched` of a consumer whose fetches are always alike."""


class ProjectionConsumer(ConsumerRebalanceListener):  # type: ignore[misc]  # it ships no types
    """Fetches messages for one subscription; while a database or broker does not answer, it retries.

    It fetches on while a batch is written: one fetch may bring as little as one batch of the producer, and all that
    was fetched meanwhile is the next batch. `on_fetched` is told how many messages each fetch had. What is fetched
    within `gather` seconds is passed on together: documents that many events share are written once for all of them.
    """

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        subscription: CatchUpSubscription,
        *,
        name: str,
        on_poison: Callable[[Poison], None],
        on_fetched: Callable[[int], None] = ignore_count,
        late_folding: LateFolding | None = None,
        follow: Callable[[Sequence[ReadModel]], bool] | None = None,
        gather: float = 0.0,
    ) -> None:
        """`follow` is that of the subscription's projection, where its models may change."""
        self._consumer = consumer
        self._subscription = subscription
        self._on_poison = on_poison
        self._on_fetched = on_fetched
        self._late_folding = late_folding
        self._follow_models = follow
        self._gather_for = gather
        self._retry = RetryPolicy(name, ERRORS)
        self.batching_consumer = BatchingConsumer(subscription, name=name, errors=ERRORS, batch=MAX_BATCH)

    def keep(self, models: Sequence[ReadModel]) -> None:
        """Keep those of these models that are ours; what one of them lacks is read before the next message."""
        if self._follow_models is None:
            raise TypeError("the models of this consumer are always the same")
        if self._follow_models(models):
            self.batching_consumer.reassign()

    def join_group(self) -> None:
        """Take only the partitions that the consumer's group assigns; without this call it takes all."""
        self.batching_consumer.revoke()
        self._consumer.subscribe(topics=sorted(self._subscription.topics), listener=self)

    async def on_partitions_revoked(self, _: Collection[aiokafka.TopicPartition]) -> None:
        self.batching_consumer.revoke()

    async def on_partitions_assigned(self, assigned: Collection[aiokafka.TopicPartition]) -> None:
        self.batching_consumer.assign([TopicPartition(each.topic, each.partition) for each in assigned])

    async def run(self) -> None:
        """Catch up, then follow until cancelled."""
        late = [self._fold_late(self._late_folding)] if self._late_folding else []
        await asyncio.gather(self.batching_consumer.run(), self._follow(), *late)

    async def _fold_late(self, late_folding: LateFolding) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self._retry.run(lambda: late_folding.run_due(self._subscription.positions))

    async def _follow(self) -> None:
        while True:
            for records in await self._gather():
                await self.batching_consumer.put(read_records(records, self._on_poison))

    async def _gather(self) -> Sequence[Sequence[Any]]:
        gathered: list[Sequence[Any]] = []
        total, ends_at = 0, monotonic() + self._gather_for
        while True:
            fetched = await self._retry.run(self._fetch)
            count = sum(map(len, fetched.values()))
            self._on_fetched(count)
            gathered += fetched.values()
            total += count
            if total >= MAX_BATCH or monotonic() >= ends_at:
                return gathered

    async def _fetch(self) -> Mapping[Any, Sequence[Any]]:
        fetched: Mapping[Any, Sequence[Any]] = await self._consumer.getmany(
            timeout_ms=FETCH_TIMEOUT_MS, max_records=MAX_BATCH
        )
        return fetched
