"""When each view had been written up to a position: for the demo, which shows how soon an event is seen.

The time is that at which the process that answers queries learns that a view's checkpoint has reached the position:
documents are saved then, and queries that wait for the position go on. The projectors of its shop tell it at once.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from schemas.documents import version_named
from schemas.topics import TopicPartition

CAPACITY = 1_000
"""Checkpoints that are remembered of each partition of a view."""

Clock = Callable[[], datetime]


class ShownAt(NamedTuple):
    """Whether a view shows an event, and since when; None where that is not known exactly any more."""

    is_shown: bool
    since: datetime | None = None


@dataclass(slots=True)
class _Checkpoints:
    """Those of one partition of a view, the oldest first, each with its time."""

    positions: list[int] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    is_whole: bool = True
    """Whether none was forgotten."""


class ShownPositions:
    """Remembers the last `capacity` checkpoints, or some more, of every partition of every view."""

    def __init__(self, *, clock: Clock = lambda: datetime.now(UTC), capacity: int = CAPACITY) -> None:
        self._clock = clock
        self._began_at = clock()
        self._capacity = capacity
        self._known: dict[tuple[str, TopicPartition], _Checkpoints] = defaultdict(_Checkpoints)
        self._listeners: set[Callable[[], None]] = set()

    def note(self, view: str, partition: TopicPartition, position: int) -> None:
        """Remember that the checkpoint of a version of a view is at `position` now; of several, the first counts."""
        version = version_named(view)
        known = self._known[version.version(0).name if version else view, partition]
        if known.positions and position <= known.positions[-1]:
            return
        known.positions.append(position)
        known.times.append(self._clock())
        if len(known.positions) >= 2 * self._capacity:
            del known.positions[: -self._capacity], known.times[: -self._capacity]
            known.is_whole = False
        for wake in self._listeners:
            wake()

    @contextmanager
    def listening(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call `wake` at every checkpoint while the context is open."""
        self._listeners.add(wake)
        try:
            yield
        finally:
            self._listeners.discard(wake)

    def find(self, view: str, partition: TopicPartition, position: int, *, recorded_at: datetime) -> ShownAt:
        """Return since when a view shows the event that was recorded at this position and time.

        It is known exactly where the checkpoint before is remembered too, or where there was none since the event was
        recorded: then no earlier one can have passed it.
        """
        known, is_older = self._known.get((view, partition), _NONE), recorded_at < self._began_at
        index = bisect_left(known.positions, position)
        if index == len(known.positions):
            return ShownAt(is_older and not known.positions)
        is_exact = index > 0 or (known.is_whole and not is_older)
        return ShownAt(True, known.times[index] if is_exact else None)


_NONE = _Checkpoints()
