"""A consumer follows the assignments of its group, and notices a broker that delivers nothing."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest

from schemas.topics import ORDERS, TopicPartition
from schemas.wire import Incoming
from subscriptions import consumer as consumer_module
from subscriptions.catch_up import CatchUpSubscription
from subscriptions.consumer import BatchingConsumer

HERE, THERE = TopicPartition(ORDERS, 0), TopicPartition(ORDERS, 1)


class FakeSubscription:
    """A subscription that keeps what it is given."""

    def __init__(self) -> None:
        self.assigned: list[Collection[TopicPartition] | None] = []
        self.received: list[Incoming] = []
        self.is_published = self.is_down = False
        self.positions: Mapping[TopicPartition, int] = {HERE: 0}
        self.observations = 0
        self.is_assigned, self.failed, self.is_observed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def assign(self, partitions: Collection[TopicPartition] | None) -> None:
        self.assigned.append(partitions)
        self.is_assigned.set()

    async def receive(self, messages: Sequence[Incoming]) -> None:
        if self.is_down:
            self.failed.set()
            raise OSError
        self.received += messages

    async def reconcile(self) -> int:
        return 0

    async def published(self) -> Mapping[TopicPartition, int]:
        """One more at every observation, and all of it is finished."""
        self.observations += 1
        self.is_observed.set()
        self.positions = {HERE: self.observations if self.is_published else 0}
        return self.positions

    async def wait_observed(self, times: int) -> None:
        """Wait until it was observed so often from now on."""
        last = self.observations + times
        async with asyncio.timeout(10):
            while self.observations < last:
                self.is_observed.clear()
                await self.is_observed.wait()

    async def wait_assigned(self, times: int) -> None:
        """Wait until it was assigned partitions so often."""
        async with asyncio.timeout(10):
            while len(self.assigned) < times:
                self.is_assigned.clear()
                await self.is_assigned.wait()


@pytest.fixture
def subscription() -> FakeSubscription:
    return FakeSubscription()


@pytest.fixture
def consumer(subscription: FakeSubscription) -> BatchingConsumer:
    return BatchingConsumer(cast(CatchUpSubscription, subscription), name="tested", errors=(OSError,))


@asynccontextmanager
async def running(consumer: BatchingConsumer) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(consumer.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def message(position: int) -> Incoming:
    return Incoming(HERE, position, position - 1, "order.created", cast(Any, {}), b"{}")


async def test_before_the_first_assignment_all_partitions_are_consumed(
    subscription: FakeSubscription, consumer: BatchingConsumer
) -> None:
    async with running(consumer):
        await subscription.wait_assigned(1)
    assert subscription.assigned == [None]


async def test_every_assignment_is_followed(subscription: FakeSubscription, consumer: BatchingConsumer) -> None:
    consumer.assign(())
    async with running(consumer):
        await subscription.wait_assigned(1)
        consumer.assign([HERE])
        await subscription.wait_assigned(2)
        consumer.assign([THERE])
        await subscription.wait_assigned(3)
    assert subscription.assigned == [(), [HERE], [THERE]]


async def test_of_two_assignments_at_once_the_later_counts(
    subscription: FakeSubscription, consumer: BatchingConsumer
) -> None:
    async with running(consumer):
        await subscription.wait_assigned(1)
        consumer.assign(())
        consumer.assign([HERE, THERE])
        await subscription.wait_assigned(2)
    assert subscription.assigned == [None, [HERE, THERE]]


async def test_a_message_is_finished_once_the_subscription_has_handled_it(
    subscription: FakeSubscription, consumer: BatchingConsumer
) -> None:
    finished = asyncio.Event()
    await consumer.put([message(1)], finished.set)
    assert not finished.is_set()
    async with running(consumer), asyncio.timeout(10):
        await finished.wait()
    assert [each.position for each in subscription.received] == [1]


@pytest.mark.parametrize("count", [0, 4, 5, 10, 11])
async def test_messages_put_together_are_finished_together_however_many_batches_they_make(
    subscription: FakeSubscription, count: int
) -> None:
    consumer, finished = (
        BatchingConsumer(cast(CatchUpSubscription, subscription), name="tested", errors=(OSError,), batch=5),
        asyncio.Event(),
    )
    messages = [message(position) for position in range(1, count + 1)]
    async with running(consumer), asyncio.timeout(10):
        await consumer.put(messages, finished.set)
        await finished.wait()
        assert subscription.received == messages


async def test_a_consumer_without_deliveries_or_without_an_assignment_ages(
    subscription: FakeSubscription, consumer: BatchingConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "OBSERVE_EVERY", 0.001)
    subscription.is_published = True
    async with running(consumer):
        await subscription.wait_observed(4)
        assert consumer.age > 0
        await consumer.put([message(1)])
        consumer.revoke()
        await subscription.wait_observed(4)
        assert consumer.age > 0


async def test_a_consumer_that_retries_does_not_age(
    subscription: FakeSubscription, consumer: BatchingConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "OBSERVE_EVERY", 0.001)
    subscription.is_published = subscription.is_down = True
    async with running(consumer):
        await consumer.put([message(1)])
        await subscription.wait_observed(1)
        await subscription.failed.wait()
        await subscription.wait_observed(10)
        assert consumer.age == 0
