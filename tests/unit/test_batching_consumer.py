"""An intake follows the group's word, and does not take a silent broker for a quiet one."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest

from schemas.topics import ORDERS, TopicPartition
from schemas.wire import Incoming
from subscriptions import consumer
from subscriptions.catch_up import CatchUpSubscription
from subscriptions.consumer import BatchingConsumer

HERE, THERE = TopicPartition(ORDERS, 0), TopicPartition(ORDERS, 1)


class Box:
    """An subscription that writes down what it is told."""

    def __init__(self) -> None:
        self.assigned: list[Collection[TopicPartition] | None] = []
        self.received: list[Incoming] = []
        self.is_published = self.is_away = False
        self.done: Mapping[TopicPartition, int] = {HERE: 0}
        self.looks = 0
        self.is_told, self.failed, self.is_looked_at = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def assign(self, places: Collection[TopicPartition] | None) -> None:
        self.assigned.append(places)
        self.is_told.set()

    async def receive(self, messages: Sequence[Incoming]) -> None:
        if self.is_away:
            self.failed.set()
            raise OSError
        self.received += messages

    async def reconcile(self) -> int:
        return 0

    async def published(self) -> Mapping[TopicPartition, int]:
        """One more at every look, and all of it is finished."""
        self.looks += 1
        self.is_looked_at.set()
        self.done = {HERE: self.looks if self.is_published else 0}
        return self.done

    async def looked(self, times: int) -> None:
        """Wait until it was looked at so often from now on."""
        last = self.looks + times
        async with asyncio.timeout(10):
            while self.looks < last:
                self.is_looked_at.clear()
                await self.is_looked_at.wait()

    async def told(self, times: int) -> None:
        """Wait until it was assigned something so often."""
        async with asyncio.timeout(10):
            while len(self.assigned) < times:
                self.is_told.clear()
                await self.is_told.wait()


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def opened(box: Box) -> BatchingConsumer:
    return BatchingConsumer(cast(CatchUpSubscription, box), name="tested", errors=(OSError,))


@asynccontextmanager
async def running(opened: BatchingConsumer) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(opened.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def message(position: int) -> Incoming:
    return Incoming(HERE, position, position - 1, "order.created", cast(Any, {}), b"{}")


async def test_until_a_group_speaks_every_place_is_ours(box: Box, opened: BatchingConsumer) -> None:
    async with running(opened):
        await box.told(1)
    assert box.assigned == [None]


async def test_every_word_of_the_group_is_followed(box: Box, opened: BatchingConsumer) -> None:
    opened.assign(())
    async with running(opened):
        await box.told(1)
        opened.assign([HERE])
        await box.told(2)
        opened.assign([THERE])
        await box.told(3)
    assert box.assigned == [(), [HERE], [THERE]]


async def test_of_two_words_at_once_the_later_counts(box: Box, opened: BatchingConsumer) -> None:
    async with running(opened):
        await box.told(1)
        opened.assign(())
        opened.assign([HERE, THERE])
        await box.told(2)
    assert box.assigned == [None, [HERE, THERE]]


async def test_a_message_is_finished_once_the_inbox_is_through_with_it(box: Box, opened: BatchingConsumer) -> None:
    finished = asyncio.Event()
    await opened.put([message(1)], finished.set)
    assert not finished.is_set()
    async with running(opened), asyncio.timeout(10):
        await finished.wait()
    assert [each.position for each in box.received] == [1]


@pytest.mark.parametrize("count", [0, 4, 5, 10, 11])
async def test_what_came_together_is_finished_together_however_many_batches_it_is(box: Box, count: int) -> None:
    opened, finished = (
        BatchingConsumer(cast(CatchUpSubscription, box), name="tested", errors=(OSError,), batch=5),
        asyncio.Event(),
    )
    messages = [message(position) for position in range(1, count + 1)]
    async with running(opened), asyncio.timeout(10):
        await opened.put(messages, finished.set)
        await finished.wait()
        assert box.received == messages


async def test_who_gets_nothing_from_the_broker_or_no_word_from_its_group_grows_old(
    box: Box, opened: BatchingConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "OBSERVE_EVERY", 0.001)
    box.is_published = True
    async with running(opened):
        await box.looked(4)
        assert opened.age > 0
        await opened.put([message(1)])
        opened.revoke()
        await box.looked(4)
        assert opened.age > 0


async def test_who_waits_for_another_part_does_not_grow_old(
    box: Box, opened: BatchingConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "OBSERVE_EVERY", 0.001)
    box.is_published = box.is_away = True
    async with running(opened):
        await opened.put([message(1)])
        await box.looked(1)
        await box.failed.wait()
        await box.looked(10)
        assert opened.age == 0
