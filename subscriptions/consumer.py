"""Feeds a subscription: batches what is delivered, reconciles with the store, follows the group's assignments."""

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
"""Seconds between two checks for partitions that do not advance although more is published."""


class Delivery(NamedTuple):
    """Messages that came together, and what to call once they are finished."""

    messages: Sequence[Incoming]
    on_finished: Callable[[], object]


def _count(delivery: Delivery) -> int:
    return len(delivery.messages)


class BatchingConsumer:
    """Hands messages on in batches, and tries again while a database or broker fails with one of `errors`."""

    def __init__(
        self, subscription: CatchUpSubscription, *, name: str, errors: tuple[type[Exception], ...], batch: int = BATCH
    ) -> None:
        self.name = name
        self._subscription = subscription
        self._retry = RetryPolicy(name, errors)
        self._batch = batch
        self._queue: BoundedBatchQueue[Delivery] = BoundedBatchQueue(self._receive, batch=batch, size_of=_count)
        self._assignment: Collection[TopicPartition] | None = None
        self._is_reassigned = asyncio.Event()
        self._is_reassigned.set()
        self._is_revoked = False
        self._liveness = LivenessMonitor()
        self._delivered: set[TopicPartition] = set()

    @property
    def age(self) -> float:
        """As `MonitoredConsumer.age`."""
        return self._liveness.age

    @property
    def reason(self) -> str:
        """As `MonitoredConsumer.reason`."""
        return self._liveness.reason

    @property
    def is_waiting(self) -> bool:
        """As `MonitoredConsumer.is_waiting`."""
        return self._retry.is_waiting

    def assign(self, partitions: Collection[TopicPartition]) -> None:
        """Consume exactly these partitions from now on; before the first call, all of them."""
        self._assignment = partitions
        self._is_revoked = False
        self._is_reassigned.set()

    def reassign(self) -> None:
        """Begin anew with the same partitions, from the checkpoints that the handler has now."""
        self._is_reassigned.set()

    def revoke(self) -> None:
        """Consume nothing until the group has assigned partitions again."""
        self.assign(())
        self._is_revoked = True

    async def put(self, messages: Sequence[Incoming], on_finished: Callable[[], object] = lambda: None) -> None:
        """Queue messages, and wait while the queue is full; `on_finished` is called when all are handled or skipped."""
        while len(messages) > self._batch:
            await self._deliver(Delivery(messages[: self._batch], lambda: None))
            messages = messages[self._batch :]
        await self._deliver(Delivery(messages, on_finished))

    async def run(self) -> None:
        """Catch up, then consume until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._observe())
            await self._apply_assignment()
            for work in (self._queue.run(), self._follow_assignments(), self._reconcile()):
                tasks.create_task(work)

    async def _deliver(self, delivery: Delivery) -> None:
        await self._queue.put(delivery)
        self._delivered.update(message.partition for message in delivery.messages)

    async def _follow_assignments(self) -> None:
        while True:
            await self._is_reassigned.wait()
            await self._apply_assignment()

    async def _apply_assignment(self) -> None:
        self._is_reassigned.clear()
        partitions = self._assignment
        await self._retry.run(lambda: self._subscription.assign(partitions))

    async def _receive(self, deliveries: Sequence[Delivery]) -> None:
        messages = [message for delivery in deliveries for message in delivery.messages]
        await self._retry.run(lambda: self._subscription.receive(messages))
        for delivery in deliveries:
            delivery.on_finished()

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
            elif self._is_revoked:
                self._liveness.observe_unassigned()
            else:
                delivered = self._delivered if self._queue.is_empty else published
                self._liveness.observe(published, self._subscription.positions, delivered=delivered)
            self._delivered = set()
