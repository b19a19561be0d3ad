"""When replayed events are due."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from history.replay.pacing import Pace
from schemas.codec import Stored

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


class Watch:
    """A clock that only sleeping moves on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def row(seconds: float | None) -> Stored:
    fields = {} if seconds is None else {"recordedAt": (NOON + timedelta(seconds=seconds)).isoformat()}
    return Stored(1, "order-1", 1, "order.created", orjson.dumps(fields))


async def due(speed: float, *recorded: float | None) -> list[float]:
    """When each event comes, in seconds after the beginning."""
    watch = Watch()
    pace, times = Pace(speed, clock=watch, sleep=watch.sleep), []
    for each in recorded:
        await pace.wait_for(row(each))
        times.append(watch.now - 100.0)
    return times


async def test_events_come_as_far_apart_as_they_were_recorded_or_so_many_times_as_fast() -> None:
    assert await due(1, 0, 2, 2.5) == [0, 2, 2.5]
    assert await due(10, 0, 2, 2.5) == pytest.approx([0, 0.2, 0.25])


async def test_without_a_speed_nothing_waits() -> None:
    assert await due(0, 0, 3_600) == [0, 0]


async def test_what_was_recorded_before_the_first_or_does_not_say_when_comes_at_once() -> None:
    assert await due(1, 10, 4, None, 12) == [0, 0, 0, 2]
