"""Feeds a subscription: batches what is delivered, reconciles with the log, follows the group's assignment."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from schemas.topics import TopicPartition
from schemas.wire import Incoming
from subscriptions.batch_queue import BATCH, BoundedBatchQueue
from subscriptions.catch_up import CatchUpSubscription
from subscriptions.liveness import OBSERVE_EVERY, LivenessMonitor
from subscriptions.retry import RetryPolicy

RECONCILE_EVERY = 1.0
"""Seconds between two looks for partitions that stand still although more was published."""


class Delivery(NamedTuple):
    """Messages that came together, and what to do once they are finished."""

    messages: Sequence[Incoming]
    finished: Callable[[], object]


def _count(delivery: Delivery) -> int:
    return len(delivery.messages)


class BatchingConsumer:
    """Hands messages on in batches; what a database or broker does not answer is waited for."""

    def __init__(
        self, subscription: CatchUpSubscription, *, name: str, errors: tuple[type[Exception], ...], batch: int = BATCH
    ) -> None:
        self.name = name
        self._subscription = subscription
        self._retry = RetryPolicy(name, errors)
        self._batch = batch
        self._queue: BoundedBatchQueue[Delivery] = BoundedBatchQueue(self._work, batch=batch, size_of=_count)
        self._assignment: Collection[TopicPartition] | None = None
        self._is_told = asyncio.Event()
        self._is_told.set()
        self._awaits_group = False
        self._liveness = LivenessMonitor()
        self._delivered: set[TopicPartition] = set()

    @property
    def age(self) -> float:
        """Seconds for which it has had work and got nowhere, or waited for the word of its group."""
        return self._liveness.age

    @property
    def reason(self) -> str:
        """What it has not done meanwhile."""
        return self._liveness.reason

    def assign(self, partitions: Collection[TopicPartition]) -> None:
        """From now on these partitions are ours and no others; until the first word of a group all are."""
        self._assignment = partitions
        self._awaits_group = False
        self._is_told.set()

    def revoke(self) -> None:
        """The group shares anew: nothing is ours until it has."""
        self.assign(())
        self._awaits_group = True

    async def put(self, messages: Sequence[Incoming], finished: Callable[[], object] = lambda: None) -> None:
        """Wait for room; `finished` is called when all of them are, or are none of ours."""
        while len(messages) > self._batch:
            await self._deliver(Delivery(messages[: self._batch], lambda: None))
            messages = messages[self._batch :]
        await self._deliver(Delivery(messages, finished))

    async def run(self) -> None:
        """Catch up, then work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._observe())
            await self._take_over()
            for work in (self._queue.run(), self._follow(), self._reconcile()):
                tasks.create_task(work)

    async def _deliver(self, delivery: Delivery) -> None:
        await self._queue.put(delivery)
        self._delivered.update(message.partition for message in delivery.messages)

    async def _follow(self) -> None:
        while True:
            await self._is_told.wait()
            await self._take_over()

    async def _take_over(self) -> None:
        self._is_told.clear()
        partitions = self._assignment
        await self._retry.run(lambda: self._subscription.assign(partitions))

    async def _work(self, deliveries: Sequence[Delivery]) -> None:
        messages = [message for delivery in deliveries for message in delivery.messages]
        await self._retry.run(lambda: self._subscription.receive(messages))
        for delivery in deliveries:
            delivery.finished()

    async def _reconcile(self) -> None:
        while True:
            await asyncio.sleep(RECONCILE_EVERY)
            await self._retry.run(self._subscription.reconcile)

    async def _observe(self) -> None:
        while True:
            await asyncio.sleep(OBSERVE_EVERY)
            published = await self._retry.run(self._subscription.published)
            if self._retry.is_waiting:
                self._liveness.reset()
            elif self._awaits_group:
                self._liveness.await_group()
            else:
                delivered = self._delivered if self._queue.is_empty else published
                self._liveness.observe(published, self._subscription.done, delivered=delivered)
            self._delivered = set()
