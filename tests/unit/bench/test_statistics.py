"""What is said of a handful of runs, and how sure one may be of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.statistics import Spread, percentile, spread

rates = st.lists(st.integers(1, 1_000_000), min_size=1, max_size=12)
"""Whole numbers: the rounding of others is not what is asked here."""


@settings(max_examples=20)
@given(rates)
def test_the_median_lies_within_its_quartiles_and_its_interval(values: list[int]) -> None:
    found = spread(values)
    assert min(values) <= found.q1 <= found.median <= found.q3 <= max(values)
    assert min(values) <= found.low <= found.median <= found.high <= max(values)


def test_quartiles_and_interval_of_a_known_sample() -> None:
    found = spread([1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert found[:3] == (5, 3, 7)
    assert found[3:] == (2, 8)


def test_the_same_runs_say_the_same() -> None:
    assert spread([3.0, 1.0, 2.0]) == spread([3.0, 1.0, 2.0])


def test_one_run_is_sure_of_nothing_else() -> None:
    assert spread([4.2]) == Spread(4.2, 4.2, 4.2, 4.2, 4.2)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)])
def test_a_percentile_is_one_of_the_values(share: float, value: int) -> None:
    assert percentile(range(100, 0, -1), share) == value
