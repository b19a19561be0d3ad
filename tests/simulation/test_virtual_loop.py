"""The loop of the simulation: time passes only when nobody has anything to do, and processes take turns."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextvars import Context
from random import Random
from typing import Any

import pytest

from tests.simulation.loop import LANE, Lane, VirtualLoop

NewLoop = Callable[..., VirtualLoop]


@pytest.fixture
def new_loop() -> Iterator[NewLoop]:
    loops = list[VirtualLoop]()

    def new(seed: int = 1) -> VirtualLoop:
        loops.append(VirtualLoop(Random(seed)))
        return loops[-1]

    yield new
    for loop in loops:
        loop.clean_up()


def start(loop: VirtualLoop, lane: Lane, work: Coroutine[Any, Any, None]) -> None:
    context = Context()
    context.run(LANE.set, lane)
    assert not loop.create_task(work, context=context).done()


def test_an_hour_passes_at_once_and_to_the_second(new_loop: NewLoop) -> None:
    loop, seen = new_loop(), list[float]()

    async def wait() -> None:
        await loop.pause(3_600)
        seen.append(loop.time())

    start(loop, Lane(), wait())
    assert not loop.run_lanes(lambda: False, max_steps=1_000)
    assert seen == [3_600]


def test_a_process_that_sleeps_wakes_late_but_never_early(new_loop: NewLoop) -> None:
    loop, seen = new_loop(), list[float]()

    async def wait() -> None:
        for _ in range(20):
            before = loop.time()
            await asyncio.sleep(0.25)
            seen.append(loop.time() - before)

    start(loop, Lane(), wait())
    loop.run_lanes(lambda: False, max_steps=1_000)
    assert len(seen) == 20
    assert min(seen) >= 0.25


def test_steps_of_one_process_keep_their_order_and_those_of_two_do_not(new_loop: NewLoop) -> None:
    seen = list[str]()

    async def say(word: str) -> None:
        for _ in range(10):
            seen.append(word)
            await asyncio.sleep(0)

    orders = set()
    for seed in range(5):
        loop, first, second = new_loop(seed), Lane(), Lane()
        seen.clear()
        for lane, words in ((first, "ab"), (second, "xy")):
            for word in words:
                start(loop, lane, say(word))
        loop.run_lanes(lambda: True, max_steps=1_000)
        assert [word for word in seen if word in "ab"] == list("ab") * 10
        orders.add("".join(seen))
    assert len(orders) == 5


def test_what_died_runs_no_more_not_even_its_end(new_loop: NewLoop) -> None:
    loop, lane, seen = new_loop(), Lane(), list[str]()

    async def work() -> None:
        try:
            await loop.pause(10)
        finally:
            seen.append("cleaned up")

    start(loop, lane, work())
    loop.at(5, loop.end, lane)
    loop.run_lanes(lambda: False, max_steps=1_000)
    assert loop.time() == 10
    assert not seen
