"""The pause grows with the silence, between its two ends."""

import pytest

from concurrency.poll_interval import PollInterval


@pytest.mark.parametrize(
    ("silence", "pause"), [(0.0, 0.01), (0.05, 0.01), (5.0, 0.5), (60.0, 1.0), (float("inf"), 1.0), (-1.0, 0.01)]
)
def test_the_pause_is_a_tenth_of_the_silence_between_its_ends(silence: float, pause: float) -> None:
    assert PollInterval(0.01, 1.0).after(silence) == pytest.approx(pause)
