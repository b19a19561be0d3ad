from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aioutlet.journey.pacing import Waits, arrivals, percentile


def test_arrivals_are_evenly_spaced_at_their_rate() -> None:
    times = list(arrivals(5, 4.0))
    assert times == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_without_a_rate_everything_is_due_at_once() -> None:
    assert list(arrivals(3, 0)) == [0.0, 0.0, 0.0]


@given(st.integers(1, 200), st.floats(0.1, 10_000))
def test_arrivals_never_go_backwards_and_take_as_long_as_the_rate_says(count: int, rate: float) -> None:
    times = list(arrivals(count, rate))
    assert len(times) == count
    assert all(earlier < later for earlier, later in pairwise(times))
    assert times[-1] == pytest.approx((count - 1) / rate)


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)])
def test_percentiles_of_one_to_a_hundred_are_themselves(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_of_few_values_the_high_percentiles_are_the_longest() -> None:
    assert Waits.of([3.0, 1.0, 2.0]) == Waits(p50=2.0, p95=3.0, p99=3.0, longest=3.0)


def test_of_no_values_every_percentile_is_zero() -> None:
    assert Waits.of([]) == Waits(0.0, 0.0, 0.0, 0.0)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_is_a_value_that_enough_others_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
