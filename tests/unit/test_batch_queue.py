"""A queue hands on without waiting for a batch to fill, and is bounded."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest

from subscriptions import batch_queue
from subscriptions.batch_queue import BoundedBatchQueue


class Worker:
    """Keeps its batches, and works only when it is allowed to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_work = asyncio.Event()
        self.is_busy = asyncio.Event()

    async def work(self, batch: Sequence[int]) -> None:
        self.batches.append(list(batch))
        self.is_busy.set()
        await self.may_work.wait()


@asynccontextmanager
async def running(queue: BoundedBatchQueue[int]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(queue.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def wait_batches(worker: Worker, batches: int) -> None:
    async with asyncio.timeout(10):
        while len(worker.batches) < batches:
            worker.is_busy.clear()
            await worker.is_busy.wait()


async def test_a_single_item_is_handed_on_at_once_and_waiting_ones_together() -> None:
    worker = Worker()
    queue = BoundedBatchQueue(worker.work, batch=4)
    async with running(queue):
        await queue.put(0)
        await wait_batches(worker, 1)
        for item in range(1, 8):
            await queue.put(item)
        worker.may_work.set()
        await wait_batches(worker, 3)
    assert worker.batches == [[0], [1, 2, 3, 4], [5, 6, 7]]


async def test_put_waits_while_the_queue_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_queue, "CAPACITY", 2)
    worker = Worker()
    queue = BoundedBatchQueue(worker.work, batch=2)
    async with running(queue):
        await queue.put(0)
        await wait_batches(worker, 1)
        for item in (1, 2, 3, 4):
            await queue.put(item)
        late = asyncio.ensure_future(queue.put(5))
        await asyncio.wait([late], timeout=0)
        assert not late.done()
        worker.may_work.set()
        await late
        await wait_batches(worker, 3)
    assert [item for batch in worker.batches for item in batch] == [0, 1, 2, 3, 4, 5]


async def test_batches_are_limited_by_the_size_of_their_items() -> None:
    worker = Worker()
    queue = BoundedBatchQueue(worker.work, batch=5, size_of=lambda item: item)
    for item in (2, 3, 1, 9, 4):
        await queue.put(item)
    worker.may_work.set()
    async with running(queue):
        await wait_batches(worker, 4)
    assert worker.batches == [[2, 3], [1], [9], [4]]


async def test_what_the_work_raises_ends_the_run() -> None:
    async def fails(_: Sequence[int]) -> None:
        raise ZeroDivisionError

    queue = BoundedBatchQueue(fails)
    await queue.put(1)
    with pytest.raises(ZeroDivisionError):
        await queue.run()
