"""Callers share one round, are given nothing older than their question, and nobody's leaving harms another."""

import asyncio
import gc

import pytest

from concurrency.batcher import Batcher


class Source:
    """Answers with how often it was asked, when it is let; fails for those who want too much."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.is_asked = asyncio.Event()
        self.open = asyncio.Event()

    async def answer(self, requests: list[int]) -> int:
        self.rounds.append(requests)
        self.is_asked.set()
        await self.open.wait()
        if max(requests) > 100:
            raise ValueError("too much")
        return len(self.rounds)


@pytest.fixture
async def source() -> Source:
    return Source()


@pytest.fixture
async def open_source(source: Source) -> Source:
    source.open.set()
    return source


async def test_what_is_asked_in_one_moment_is_one_round(open_source: Source) -> None:
    batcher = Batcher(open_source.answer)
    assert await asyncio.gather(*map(batcher.ask, (1, 2, 3, 2))) == [1, 1, 1, 1]
    assert open_source.rounds == [[1, 2, 3, 2]]


async def test_those_who_ask_while_a_round_is_answered_share_the_next(source: Source) -> None:
    batcher = Batcher(source.answer)
    first = asyncio.create_task(batcher.ask(1))
    await source.is_asked.wait()
    others = [asyncio.create_task(batcher.ask(request)) for request in (2, 3)]
    source.open.set()
    assert await first == 1
    assert await asyncio.gather(*others) == [2, 2]
    assert source.rounds == [[1], [2, 3]]


async def test_only_one_round_is_answered_at_a_time(source: Source) -> None:
    batcher = Batcher(source.answer)
    first = asyncio.create_task(batcher.ask(1))
    await source.is_asked.wait()
    second = asyncio.create_task(batcher.ask(2))
    await asyncio.wait([second], timeout=0)
    assert source.rounds == [[1]]
    source.open.set()
    assert list(await asyncio.gather(first, second)) == [1, 2]


async def test_a_failure_is_raised_for_all_of_its_round_and_for_no_other(open_source: Source) -> None:
    batcher = Batcher(open_source.answer)
    outcomes = await asyncio.gather(*map(batcher.ask, (1, 101)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ValueError, ValueError]
    assert await batcher.ask(1) == 2


async def test_one_who_leaves_does_not_take_the_answer_from_the_others(source: Source) -> None:
    batcher = Batcher(source.answer)
    leaving, staying = (asyncio.create_task(batcher.ask(request)) for request in (1, 2))
    await source.is_asked.wait()
    leaving.cancel()
    source.open.set()
    assert await staying == 1
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_a_failure_nobody_waits_for_any_more_is_not_reported(source: Source) -> None:
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    asking = asyncio.create_task(Batcher(source.answer).ask(101))
    await source.is_asked.wait()
    asking.cancel()
    await asyncio.wait([asking])
    source.open.set()
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
    gc.collect()
    assert reported == []
