"""Callers share one batch, get no answer older than their request, and one that is cancelled disturbs no other."""

import asyncio
import gc

import pytest

from concurrency.batcher import Batcher


class Source:
    """Answers with the number of its calls, when it is allowed to; fails for a request above 100."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.is_asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def answer(self, requests: list[int]) -> int:
        self.batches.append(requests)
        self.is_asked.set()
        await self.may_answer.wait()
        if max(requests) > 100:
            raise ValueError("too much")
        return len(self.batches)


@pytest.fixture
async def source() -> Source:
    return Source()


@pytest.fixture
async def ready_source(source: Source) -> Source:
    source.may_answer.set()
    return source


async def test_requests_of_one_moment_are_one_batch(ready_source: Source) -> None:
    batcher = Batcher(ready_source.answer)
    assert await asyncio.gather(*map(batcher.ask, (1, 2, 3, 2))) == [1, 1, 1, 1]
    assert ready_source.batches == [[1, 2, 3, 2]]


async def test_requests_while_a_batch_is_answered_share_the_next(source: Source) -> None:
    batcher = Batcher(source.answer)
    first = asyncio.create_task(batcher.ask(1))
    await source.is_asked.wait()
    others = [asyncio.create_task(batcher.ask(request)) for request in (2, 3)]
    source.may_answer.set()
    assert await first == 1
    assert await asyncio.gather(*others) == [2, 2]
    assert source.batches == [[1], [2, 3]]


async def test_only_one_batch_is_answered_at_a_time(source: Source) -> None:
    batcher = Batcher(source.answer)
    first = asyncio.create_task(batcher.ask(1))
    await source.is_asked.wait()
    second = asyncio.create_task(batcher.ask(2))
    await asyncio.wait([second], timeout=0)
    assert source.batches == [[1]]
    source.may_answer.set()
    assert list(await asyncio.gather(first, second)) == [1, 2]


async def test_a_failure_is_raised_for_all_of_its_batch_and_for_no_other(ready_source: Source) -> None:
    batcher = Batcher(ready_source.answer)
    outcomes = await asyncio.gather(*map(batcher.ask, (1, 101)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ValueError, ValueError]
    assert await batcher.ask(1) == 2


async def test_a_cancelled_caller_does_not_cancel_the_batch(source: Source) -> None:
    batcher = Batcher(source.answer)
    cancelled, other = (asyncio.create_task(batcher.ask(request)) for request in (1, 2))
    await source.is_asked.wait()
    cancelled.cancel()
    source.may_answer.set()
    assert await other == 1
    with pytest.raises(asyncio.CancelledError):
        await cancelled


async def test_a_failure_that_nobody_waits_for_is_not_reported(source: Source) -> None:
    reported: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    caller = asyncio.create_task(Batcher(source.answer).ask(101))
    await source.is_asked.wait()
    caller.cancel()
    await asyncio.wait([caller])
    batch = asyncio.all_tasks() - {asyncio.current_task(), caller}
    source.may_answer.set()
    await asyncio.wait(batch)
    del batch
    gc.collect()
    assert reported == []


async def test_a_batch_that_is_cancelled_leaves_nobody_waiting(source: Source) -> None:
    batcher = Batcher(source.answer)
    begun = set(asyncio.all_tasks())
    first, second = asyncio.create_task(batcher.ask(1)), asyncio.create_task(batcher.ask(2))
    await source.is_asked.wait()
    third = asyncio.create_task(batcher.ask(3))
    await asyncio.wait([third], timeout=0)
    for batch in asyncio.all_tasks() - begun - {first, second, third}:
        batch.cancel()
    outcomes = await asyncio.gather(first, second, third, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError] * 3
    source.may_answer.set()
    assert await batcher.ask(4) == 2
