"""A batch_queue makes nobody wait for company, and lets no crowd grow without end."""

import asyncio
from collections.abc import Sequence

import pytest

from concurrency.background import background
from subscriptions import batch_queue
from subscriptions.batch_queue import BoundedBatchQueue


class Worker:
    """Remembers its batches, and works only when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_work = asyncio.Event()
        self.is_busy = asyncio.Event()

    async def work(self, batch: Sequence[int]) -> None:
        self.batches.append(list(batch))
        self.is_busy.set()
        await self.may_work.wait()


async def seen(worker: Worker, batches: int) -> None:
    async with asyncio.timeout(10):
        while len(worker.batches) < batches:
            worker.is_busy.clear()
            await worker.is_busy.wait()


async def test_a_lone_message_goes_at_once_and_a_crowd_goes_together() -> None:
    worker = Worker()
    line = BoundedBatchQueue(worker.work, batch=4)
    async with background(line.run()):
        await line.put(0)
        await seen(worker, 1)
        for message in range(1, 8):
            await line.put(message)
        worker.may_work.set()
        await seen(worker, 3)
    assert worker.batches == [[0], [1, 2, 3, 4], [5, 6, 7]]


async def test_whoever_delivers_too_fast_waits_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_queue, "CAPACITY", 2)
    worker = Worker()
    line = BoundedBatchQueue(worker.work, batch=2)
    async with background(line.run()):
        await line.put(0)
        await seen(worker, 1)
        for message in (1, 2, 3, 4):
            await line.put(message)
        late = asyncio.ensure_future(line.put(5))
        await asyncio.wait([late], timeout=0)
        assert not late.done()
        worker.may_work.set()
        await late
        await seen(worker, 3)
    assert [message for batch in worker.batches for message in batch] == [0, 1, 2, 3, 4, 5]


async def test_a_delivery_counts_for_what_it_weighs() -> None:
    worker = Worker()
    line = BoundedBatchQueue(worker.work, batch=5, size_of=lambda message: message)
    for message in (2, 3, 1, 9, 4):
        await line.put(message)
    worker.may_work.set()
    async with background(line.run()):
        await seen(worker, 4)
    assert worker.batches == [[2, 3], [1], [9], [4]]


async def test_what_the_work_raises_ends_the_lane() -> None:
    async def fails(_: Sequence[int]) -> None:
        raise ZeroDivisionError

    line = BoundedBatchQueue(fails)
    await line.put(1)
    with pytest.raises(ZeroDivisionError):
        await line.run()
