"""Searches the log: page by page, either way, looking at a bounded number of events for each page."""

from datetime import datetime
from typing import NamedTuple

from event_store.reading import EventReader, find_stored
from history.event_filter import EventFilter
from history.found import NOTHING, Found, PageRequest
from history.reading_stored import logged_event
from history.times import position_at
from schemas.codec import Stored
from schemas.errors import NotFound

LOOK = 20_000
"""Events that are compared for one page, at most."""


class Span(NamedTuple):
    """The positions from `first` to `last`."""

    first: int
    last: int

    @property
    def is_empty(self) -> bool:
        """Whether there is no position in it."""
        return self.first > self.last


async def search_log(reader: EventReader, wanted: EventFilter, page: PageRequest) -> Found:
    """Search the log; events appended meanwhile are not looked at."""
    if wanted.wants_nothing:
        return NOTHING
    span = await _span(reader, wanted, page)
    if span.is_empty:
        return NOTHING
    near = _nearest(span, page)
    rows = await reader.scan(
        wanted.as_scan(), near.first - 1, near.last, limit=page.limit, newest_first=page.newest_first
    )
    if len(rows) == page.limit:  # what is beyond the last of them was not looked at
        near = near._replace(first=rows[-1].position) if page.newest_first else near._replace(last=rows[-1].position)
    events = [event for event in map(logged_event, rows) if wanted.wants(event)]
    return Found(events, _next(span, near, newest_first=page.newest_first), near.last - near.first + 1, *near)


async def read_stored(reader: EventReader, position: int) -> Stored:
    """Return the event at a position as it is stored.

    Raises:
        NotFound: The log has no such position.
    """
    stored = await find_stored(reader, position)
    if stored is None:
        raise NotFound(f"the log has no position {position}", position=position)
    return stored


async def span_of(reader: EventReader, since: datetime | None, until: datetime | None) -> Span:
    """Return the positions of what was recorded from one time on and before another, as far as these are given."""
    first, last = 1, await reader.head()
    if since is not None:
        first = await position_at(reader, since)
    if until is not None:
        last = min(last, await position_at(reader, until) - 1)
    return Span(first, last)


async def _span(reader: EventReader, wanted: EventFilter, page: PageRequest) -> Span:
    """Return the positions that may have what is wanted, from where the search begins."""
    first, last = await span_of(reader, wanted.since, wanted.until)
    if not isinstance(page.start, int):
        return Span(first, last)
    return Span(first, min(last, page.start)) if page.newest_first else Span(max(first, page.start), last)


def _nearest(span: Span, page: PageRequest) -> Span:
    """Return the part of a span that is looked at for one page."""
    look = page.look or LOOK
    if page.newest_first:
        return Span(max(span.first, span.last - look + 1), span.last)
    return Span(span.first, min(span.last, span.first + look - 1))


def _next(span: Span, near: Span, *, newest_first: bool) -> int | None:
    if newest_first:
        return near.first - 1 if near.first > span.first else None
    return near.last + 1 if near.last < span.last else None
