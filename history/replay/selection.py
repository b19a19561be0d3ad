"""Which part of the log is replayed, and its events page by page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import NamedTuple

from event_store.reading import EventReader
from history.event_filter import EventFilter
from history.reading_stored import logged_event
from history.times import position_at
from schemas.codec import Stored

LOOK = 20_000
"""Positions in one scan of a database."""
PAGE = 1_000
"""Events that are read at once."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The wanted events after position `after` and up to `until`."""

    wanted: EventFilter
    after: int
    until: int


class ReplayPage(NamedTuple):
    """Wanted events in position order; `reached` is the position up to which there are no others."""

    rows: list[Stored]
    reached: int


async def pin_selection(
    reader: EventReader, wanted: EventFilter, *, first: int = 1, last: int | None = None
) -> Selection:
    """Return the selection between two positions, of what the log has now: what is appended later is no part of it."""
    until = await reader.head() if last is None else min(last, await reader.head())
    if wanted.since is not None:
        first = max(first, await position_at(reader, wanted.since))
    if wanted.until is not None:
        until = min(until, await position_at(reader, wanted.until) - 1)
    return Selection(wanted, first - 1, 0 if wanted.wants_nothing else until)


async def read_pages(reader: EventReader, selection: Selection) -> AsyncIterator[ReplayPage]:
    """Yield the selected events; each page says how far the log was looked through, even where it is empty."""
    wanted, after = selection.wanted, selection.after
    scan = wanted.as_scan()
    while after < selection.until:
        until = min(selection.until, after + LOOK)
        if wanted.is_whole_log:
            rows = await reader.log(after, limit=PAGE, until=until)
        else:
            rows = await reader.scan(scan, after, until, limit=PAGE)
        after = rows[-1].position if len(rows) == PAGE else until
        yield ReplayPage(rows if wanted.is_scan else [row for row in rows if wanted.wants(logged_event(row))], after)
