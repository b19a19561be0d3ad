"""Where replayed events go to, and how a replay runs."""

from collections.abc import Callable, Sequence
from typing import Protocol

from event_store.reading import EventReader
from history.replay.pacing import Pace
from history.replay.selection import Selection, read_pages
from schemas.codec import Stored


class Sink(Protocol):
    """Takes replayed events; it has no way to anything that acts on them."""

    async def write(self, rows: Sequence[Stored]) -> None:
        """Take events in position order."""


Progress = Callable[[int, int], None]
"""Told up to which position the log was replayed, and how many events more were taken."""


async def replay(
    reader: EventReader,
    selection: Selection,
    sink: Sink,
    *,
    pace: Pace | None = None,
    progress: Progress = lambda *_: None,
) -> int:
    """Hand the selected events to a sink, in position order; return how many.

    Raises:
        Unavailable: The log does not answer.
    """
    pace, count = pace or Pace(), 0
    async for rows, reached in read_pages(reader, selection):
        for part in [(row,) for row in rows] if pace.speed else [rows]:
            if part:
                await pace.wait_for(part[0])
                await sink.write(part)
                progress(part[-1].position, len(part))
        count += len(rows)
        progress(reached, 0)
    return count
