"""The watcher that knows how far every view has come, without any documents."""

import asyncio
from collections.abc import Collection, Mapping

import pytest
from pymongo.errors import ConnectionFailure

from concurrency.poll_interval import PollInterval
from query_api.checkpoint_watcher import CheckpointWatcher
from schemas.topics import ORDERS, STOCK, TopicPartition

HERE, THERE = TopicPartition(ORDERS, 2), TopicPartition(ORDERS, 3)
LONG, SHORT = 30.0, 0.01


class Checkpoints:
    """What a database would say; it counts how often it is asked."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, TopicPartition], int] = {}
        self.faults = 0
        self.reads = 0
        self.wanted: Collection[tuple[str, TopicPartition]] = ()
        self.is_read = asyncio.Event()

    async def read(self, wanted: Collection[tuple[str, TopicPartition]]) -> Mapping[tuple[str, TopicPartition], int]:
        self.reads += 1
        self.wanted = wanted
        self.is_read.set()
        if self.faults:
            self.faults -= 1
            raise ConnectionFailure("not now")
        return self.found


@pytest.fixture
async def checkpoints() -> Checkpoints:
    return Checkpoints()


@pytest.fixture
async def watcher(checkpoints: Checkpoints) -> CheckpointWatcher:
    return CheckpointWatcher(checkpoints.read, interval=PollInterval(0.001, 0.02))


async def waiting(watcher: CheckpointWatcher, position: int, checkpoints: Checkpoints) -> asyncio.Task[bool]:
    """Somebody who waits for a position in `HERE`, and is known to."""
    checkpoints.is_read.clear()
    task = asyncio.create_task(watcher.wait_for("orders", HERE, position, timeout=LONG))
    await checkpoints.is_read.wait()
    return task


async def test_what_has_been_passed_is_not_waited_for(watcher: CheckpointWatcher, checkpoints: Checkpoints) -> None:
    watcher.advance("orders", HERE, 41)
    assert await watcher.wait_for("orders", HERE, 41, timeout=0)
    assert await watcher.wait_for("orders", HERE, 40, timeout=0)
    assert checkpoints.reads == 0


async def test_the_next_position_is_waited_for(watcher: CheckpointWatcher) -> None:
    watcher.advance("orders", HERE, 41)
    assert not await watcher.wait_for("orders", HERE, 42, timeout=SHORT)


@pytest.mark.parametrize(("view", "place"), [("orders", THERE), ("stock", HERE), ("orders", TopicPartition(STOCK, 2))])
async def test_another_view_or_partition_is_no_answer(
    watcher: CheckpointWatcher, view: str, place: TopicPartition
) -> None:
    watcher.advance(view, place, 1_000)
    assert not await watcher.wait_for("orders", HERE, 1, timeout=SHORT)


async def test_whoever_waits_is_woken_by_the_position_and_not_before(
    watcher: CheckpointWatcher, checkpoints: Checkpoints
) -> None:
    task = await waiting(watcher, 41, checkpoints)
    watcher.advance("orders", HERE, 40)
    watcher.advance("orders", THERE, 41)
    checkpoints.is_read.clear()
    await checkpoints.is_read.wait()
    assert not task.done()
    watcher.advance("orders", HERE, 41)
    assert await task


async def test_many_wait_and_each_is_woken_by_their_own(watcher: CheckpointWatcher, checkpoints: Checkpoints) -> None:
    early, late = await waiting(watcher, 41, checkpoints), await waiting(watcher, 42, checkpoints)
    watcher.advance("orders", HERE, 41)
    assert await early
    assert not late.done()
    watcher.advance("orders", HERE, 99)
    assert await late


async def test_an_older_word_takes_nothing_back(watcher: CheckpointWatcher) -> None:
    watcher.advance("orders", HERE, 41)
    watcher.advance("orders", HERE, 7)
    assert await watcher.wait_for("orders", HERE, 41, timeout=0)


async def test_who_has_waited_long_enough_is_told_so(watcher: CheckpointWatcher) -> None:
    assert not await watcher.wait_for("orders", HERE, 41, timeout=SHORT)


async def test_checkpoints_of_other_processes_are_read_while_somebody_waits(
    watcher: CheckpointWatcher, checkpoints: Checkpoints
) -> None:
    task = await waiting(watcher, 41, checkpoints)
    checkpoints.found = {("orders", THERE): 41, ("orders", HERE): 41}
    assert await task


async def test_only_what_somebody_waits_for_is_asked(watcher: CheckpointWatcher, checkpoints: Checkpoints) -> None:
    watcher.advance("stock", THERE, 7)
    task = await waiting(watcher, 41, checkpoints)
    assert checkpoints.wanted == [("orders", HERE)]
    watcher.advance("orders", HERE, 41)
    assert await task


async def test_checkpoints_that_cannot_be_read_are_read_again(
    watcher: CheckpointWatcher, checkpoints: Checkpoints
) -> None:
    checkpoints.faults = 3
    checkpoints.found = {("orders", HERE): 41}
    assert await watcher.wait_for("orders", HERE, 41, timeout=LONG)
    assert checkpoints.reads == 4


async def test_nobody_waiting_costs_nothing(watcher: CheckpointWatcher, checkpoints: Checkpoints) -> None:
    for _ in range(3):
        task = await waiting(watcher, 41, checkpoints)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert len(asyncio.all_tasks()) <= 2  # this test, and the watch on its way out
    watches = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*watches, return_exceptions=True)
    reads = checkpoints.reads
    assert not await watcher.wait_for("orders", HERE, 41, timeout=0)
    assert checkpoints.reads <= reads + 1


@pytest.mark.parametrize(("stored", "confirmed"), [(None, False), (0, False), (40, False), (41, True), (99, True)])
async def test_what_is_remembered_is_confirmed_by_what_is_stored(
    watcher: CheckpointWatcher, checkpoints: Checkpoints, stored: int | None, confirmed: bool
) -> None:
    watcher.advance("orders", HERE, 41)
    checkpoints.found = {} if stored is None else {("orders", HERE): stored}
    assert await watcher.confirm("orders", HERE, 41) == confirmed
    assert await watcher.wait_for("orders", HERE, 41, timeout=SHORT) == confirmed


async def test_what_was_dropped_and_written_again_is_waited_for(
    watcher: CheckpointWatcher, checkpoints: Checkpoints
) -> None:
    watcher.advance("orders", HERE, 41)
    assert not await watcher.confirm("orders", HERE, 41)
    task = await waiting(watcher, 41, checkpoints)
    checkpoints.found = {("orders", HERE): 41}
    assert await task
