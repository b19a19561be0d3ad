"""An intake follows the group's word, and does not take a silent broker for a quiet one."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest

from event_store import intake
from event_store.inbox import Inbox
from event_store.intake import BrokerSilent, Intake
from schemas.topics import ORDERS, Place
from schemas.wire import Incoming

HERE, THERE = Place(ORDERS, 0), Place(ORDERS, 1)


class Box:
    """An inbox that writes down what it is told."""

    def __init__(self) -> None:
        self.assigned: list[Collection[Place] | None] = []
        self.received: list[Incoming] = []
        self.missing = 0
        self.sweeps = 0
        self.is_told = asyncio.Event()

    async def assign(self, places: Collection[Place] | None) -> None:
        self.assigned.append(places)
        self.is_told.set()

    async def receive(self, messages: Sequence[Incoming]) -> None:
        self.received += messages

    async def sweep(self) -> int:
        self.sweeps += 1
        return self.missing

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
def opened(box: Box) -> Intake:
    return Intake(cast(Inbox, box), name="tested", errors=(OSError,))


@asynccontextmanager
async def running(opened: Intake) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(opened.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, BrokerSilent):
            await task


def message(position: int) -> Incoming:
    return Incoming(HERE, position, position - 1, "order.created", cast(Any, {}), b"{}")


async def test_until_a_group_speaks_every_place_is_ours(box: Box, opened: Intake) -> None:
    async with running(opened):
        await box.told(1)
    assert box.assigned == [None]


async def test_every_word_of_the_group_is_followed(box: Box, opened: Intake) -> None:
    opened.own(())
    async with running(opened):
        await box.told(1)
        opened.own([HERE])
        await box.told(2)
        opened.own([THERE])
        await box.told(3)
    assert box.assigned == [(), [HERE], [THERE]]


async def test_of_two_words_at_once_the_later_counts(box: Box, opened: Intake) -> None:
    async with running(opened):
        await box.told(1)
        opened.own(())
        opened.own([HERE, THERE])
        await box.told(2)
    assert box.assigned == [None, [HERE, THERE]]


async def test_a_message_is_finished_once_the_inbox_is_through_with_it(box: Box, opened: Intake) -> None:
    finished = asyncio.Event()
    await opened.put(message(1), finished.set)
    assert not finished.is_set()
    async with running(opened), asyncio.timeout(10):
        await finished.wait()
    assert [each.position for each in box.received] == [1]


async def test_a_broker_that_brings_nothing_although_more_is_published_ends_the_work(
    box: Box, opened: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "SWEEP", 0.001)
    box.missing = 1
    async with running(opened) as work, asyncio.timeout(10):
        with pytest.raises(BrokerSilent, match="tested"):
            await work
    assert box.sweeps == intake.SILENT_SWEEPS


@pytest.mark.parametrize("brings", [True, False])
async def test_a_quiet_broker_and_a_slow_one_are_left_to_work(
    box: Box, opened: Intake, monkeypatch: pytest.MonkeyPatch, brings: bool
) -> None:
    monkeypatch.setattr(intake, "SWEEP", 0.001)
    box.missing = int(brings)
    async with running(opened) as work, asyncio.timeout(10):
        while box.sweeps <= 3 * intake.SILENT_SWEEPS:
            if brings:
                await opened.put(message(box.sweeps + 1))
            await asyncio.sleep(0)
            assert not work.done()
