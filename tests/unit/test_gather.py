"""An error is raised only when all have ended."""

import asyncio

import pytest

from concurrency.gather import gather_all


async def test_results_come_in_the_order_of_the_work() -> None:
    first_may_end = asyncio.Event()

    async def first() -> int:
        await first_may_end.wait()
        return 1

    async def second() -> int:
        first_may_end.set()
        return 2

    assert await gather_all([first(), second()]) == [1, 2]
    assert await gather_all(()) == []


async def test_the_first_error_is_raised_once_all_have_ended() -> None:
    ended = []

    async def fail(name: str) -> None:
        raise ValueError(name)

    async def go_on() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        ended.append("the slow one")

    with pytest.raises(ValueError, match="one"):
        await gather_all([go_on(), fail("one"), fail("two")])
    assert ended == ["the slow one"]
