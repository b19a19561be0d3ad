"""The interval grows while nothing is found, between its limits."""

import pytest

from concurrency.poll_interval import PollInterval


@pytest.mark.parametrize(
    ("idle", "interval"), [(0.0, 0.01), (0.05, 0.01), (5.0, 0.5), (60.0, 1.0), (float("inf"), 1.0), (-1.0, 0.01)]
)
def test_the_interval_is_a_tenth_of_the_idle_time_within_its_limits(idle: float, interval: float) -> None:
    assert PollInterval(0.01, 1.0).after(idle) == pytest.approx(interval)
