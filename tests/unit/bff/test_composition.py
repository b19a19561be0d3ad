"""A page of several parts: asked side by side, each in its time, and what is missing is named."""

import asyncio
from typing import Any

import pytest

from bff.composition import composing
from bff.upstream import UpstreamRefused
from schemas.errors import Forbidden, NotFound, Unavailable


async def answer(value: Any) -> Any:
    return value


async def fail(error: Exception) -> Any:
    raise error


class NeverEnding:
    """Asked for, and given up or not."""

    def __init__(self) -> None:
        self.is_begun = asyncio.Event()
        self.is_cancelled = False

    async def ask(self) -> str:
        self.is_begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            raise
        raise AssertionError


def refused(status: int, code: str) -> UpstreamRefused:
    return UpstreamRefused(status, code, b"", {})


async def test_parts_are_under_way_together() -> None:
    both = asyncio.Barrier(2)

    async def meet(value: int) -> int:
        await both.wait()
        return value

    async with composing() as page:
        one, other = page.begin("one", meet(1)), page.begin("other", meet(2))
        assert (await one.get(), await other.get(), page.degraded) == (1, 2, [])


@pytest.mark.parametrize("error", [Unavailable("away"), refused(503, "stale"), refused(500, "internal")])
async def test_a_part_whose_service_fails_is_named(error: Exception) -> None:
    async with composing() as page:
        stock, reviews = page.begin("stock", fail(error)), page.begin("reviews", answer("good"))
        assert (await stock.get(), await reviews.get(), page.degraded) == (None, "good", ["stock"])


async def test_what_there_is_not_is_not_missing() -> None:
    async with composing() as page:
        assert await page.begin("stock", fail(refused(404, "not_found"))).get() is None
        assert page.degraded == []


async def test_a_part_that_takes_too_long_is_named_and_given_up() -> None:
    slow = NeverEnding()
    async with composing() as page:
        assert await page.begin("slow", slow.ask(), within=0.01).get() is None
        assert (page.degraded, slow.is_cancelled) == (["slow"], True)


async def test_the_times_of_parts_run_side_by_side() -> None:
    loop = asyncio.get_running_loop()
    begun_at = loop.time()
    async with composing() as page:
        parts = [page.begin(str(number), NeverEnding().ask(), within=0.05) for number in range(20)]
        assert [await part.get() for part in parts] == [None] * 20
    assert loop.time() - begun_at < 0.5


async def test_a_part_that_came_late_but_before_it_was_needed_is_shown() -> None:
    came = asyncio.Event()

    async def ask() -> str:
        came.set()
        return "late"

    async with composing() as page:
        part = page.begin("late", ask(), within=-1)
        await came.wait()
        assert (await part.get(), page.degraded) == ("late", [])


async def test_a_page_that_is_not_to_be_shown_asks_for_nothing_more() -> None:
    slow = NeverEnding()

    async def show() -> None:
        async with composing() as page:
            page.begin("slow", slow.ask())
            await slow.is_begun.wait()
            raise NotFound("no such product")

    with pytest.raises(NotFound):
        await show()
    assert slow.is_cancelled


async def test_a_page_that_nobody_waits_for_asks_for_nothing_more() -> None:
    slow = NeverEnding()

    async def show() -> None:
        async with composing() as page:
            await page.begin("slow", slow.ask()).get()

    showing = asyncio.create_task(show())
    await slow.is_begun.wait()
    showing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await showing
    assert slow.is_cancelled


async def test_a_refusal_of_our_own_is_no_missing_part() -> None:
    async with composing() as page:
        part = page.begin("orders", fail(Forbidden("somebody else's")))
        with pytest.raises(Forbidden):
            await part.get()
    assert page.degraded == []
