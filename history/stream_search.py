"""Searches a few whole streams as one list in position order, page by page, by the versions of each."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from event_store.reading import EventReader
from history.event_filter import EventFilter
from history.found import NOTHING, Found, PageRequest, Versions
from history.reading_stored import logged_event
from schemas.codec import Stored
from schemas.logged_event import LoggedEvent

READ_AT_ONCE = 100
"""Versions of one stream."""
LOOK = 2_000
"""Events that are compared for one page, at most: they are all read."""


@dataclass(slots=True)
class _Source:
    """The rest of one stream."""

    stream: str
    version: int | None
    """The one that comes next, None for the newest."""
    newest_first: bool
    rows: deque[Stored] = field(default_factory=deque)
    is_read: bool = False

    async def fill(self, reader: EventReader) -> None:
        """Read on where nothing is left of what was read."""
        if self.rows or self.is_read:
            return
        after, until = (0, self.version) if self.newest_first else ((self.version or 1) - 1, None)
        rows = await reader.versions(
            self.stream, after=after, until=until, limit=READ_AT_ONCE, newest_first=self.newest_first
        )
        self.rows.extend(rows)
        self.is_read = len(rows) < READ_AT_ONCE

    def take(self) -> Stored:
        """Take the first row."""
        row = self.rows.popleft()
        self.version = row.version - 1 if self.newest_first else row.version + 1
        return row


async def search_streams(reader: EventReader, wanted: EventFilter, page: PageRequest) -> Found:
    """Search the streams that are `wanted`; those named in `page.start` from these versions on, the others not at all.

    Where the oldest come first, going on shows events that were appended meanwhile.
    """
    if wanted.wants_nothing:
        return NOTHING
    begin = page.start if isinstance(page.start, Mapping) else dict.fromkeys(wanted.streams or ())
    sources = [_Source(name, begin[name], page.newest_first) for name in wanted.streams or () if name in begin]
    events, positions, look = list[LoggedEvent](), list[int](), page.look or LOOK
    while len(events) < page.limit and len(positions) < look and (row := await _take(reader, sources)):
        positions.append(row.position)
        if wanted.wants(event := logged_event(row)):
            events.append(event)
    rest = await _next(reader, sources)
    return Found(events, rest, len(positions), min(positions, default=0), max(positions, default=0))


async def _take(reader: EventReader, sources: list[_Source]) -> Stored | None:
    """Take the row that comes next of all, if any is left."""
    left = await _left(reader, sources)
    if not left:
        return None
    best = max if left[0].newest_first else min
    return best(left, key=lambda source: source.rows[0].position).take()


async def _left(reader: EventReader, sources: list[_Source]) -> list[_Source]:
    for source in sources:
        await source.fill(reader)
    return [source for source in sources if source.rows]


async def _next(reader: EventReader, sources: list[_Source]) -> Versions | None:
    return {source.stream: source.rows[0].version for source in await _left(reader, sources)} or None
