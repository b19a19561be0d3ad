"""Ours and theirs in turn, and a verdict that noise alone cannot make worse."""

from dataclasses import replace

import pytest

from bench.figures import FIGURES
from bench.sampling import Course, Result
from bench.statistics import Spread
from tests.unit.bench.sides import FakeSide

B2, B16 = FIGURES["B2"], FIGURES["B16"]


async def test_sides_are_warmed_up_and_then_run_in_turn(course: Course) -> None:
    diary: list[str] = []
    await course.compare("B2", FakeSide("a", diary, *[1] * 4), FakeSide("b", diary, *[1] * 4))
    assert diary == ["a 1", "b 1"] + ["a 2", "b 2"] * 3


async def test_the_figure_is_the_median_of_the_pairs_ratios_without_the_warm_up(course: Course) -> None:
    ours, theirs = FakeSide("a", [], 999, 10, 40, 90), FakeSide("b", [], 1, 10, 10, 10)
    result = await course.compare("B2", ours, theirs, fsync="on")
    assert result.value.median == 4
    assert (result.ours.median, result.peer and result.peer.median) == (40, 10)
    assert (result.pairs, result.seconds) == (3, 2.0)
    assert result.notes == {"fsync": "on"}


async def test_what_else_a_side_saw_is_noted_as_its_median(course: Course) -> None:
    ours, theirs = FakeSide("a", [], *[1] * 4, p99=7.0), FakeSide("b", [], *[1] * 4, waits=2.0)
    assert (await course.compare("B2", ours, theirs)).notes == {"ours p99": 7.0, "peer waits": 2.0}


async def test_a_limit_is_measured_without_a_peer(course: Course) -> None:
    result = await course.limit("B16", FakeSide("a", [], *[1] * 4, p99=24.0), "p99")
    assert result.peer is None
    assert result.value.median == 24.0
    assert result.is_at_goal


async def test_a_peer_is_met_at_its_best(course: Course) -> None:
    diary: list[str] = []
    sides = {"8 threads": FakeSide("8", diary, 9, 5), "64 threads": FakeSide("64", diary, 1, 6)}
    assert await course.best(sides) == ("64 threads", sides["64 threads"])
    assert diary == ["8 0.5", "8 2", "64 0.5", "64 2"]


def result(value: Spread, figure: str = "B2") -> Result:
    return Result(FIGURES[figure], value, None, value, pairs=3, seconds=2.0)


@pytest.mark.parametrize(
    ("figure", "found", "is_at_floor", "is_at_goal"),
    [
        ("B2", Spread(2.6, 2.5, 2.7, 2.4, 2.8), True, True),
        ("B2", Spread(2.4, 2.3, 2.6, 2.2, 2.7), True, False),
        ("B2", Spread(1.4, 1.3, 1.5, 1.2, 1.51), True, False),
        ("B2", Spread(1.4, 1.3, 1.45, 1.2, 1.49), False, False),
        ("B16", Spread(20, 18, 22, 15, 30), True, True),
        ("B16", Spread(260, 255, 270, 249, 300), True, False),
        ("B16", Spread(260, 255, 270, 251, 300), False, False),
    ],
)
def test_a_floor_is_missed_only_when_even_the_interval_misses_it(
    figure: str, found: Spread, *, is_at_floor: bool, is_at_goal: bool
) -> None:
    tried = replace(result(found), figure=FIGURES[figure])
    assert (tried.is_at_floor, tried.is_at_goal) == (is_at_floor, is_at_goal)
