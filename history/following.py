"""Follows the log: what was appended since a position, as far as somebody can be shown it."""

from event_store.reading import EventReader
from history.event_filter import EventFilter
from history.reading_stored import logged_event
from schemas.logged_event import EventsFollowed

LOOK = 20_000
"""Events that are compared at once; of those before them nothing is shown."""
SHOWN = 100
"""Events that are shown at once: the newest."""


async def read_appended(
    reader: EventReader, wanted: EventFilter, after: int, *, look: int = LOOK, shown: int = SHOWN
) -> EventsFollowed:
    """Return the newest wanted events after a position."""
    head = await reader.head()
    first = max(after, head - look)
    if wanted.wants_nothing or first >= head:
        return EventsFollowed(items=[], after=after, until=max(after, head), left_out=False)
    rows = await reader.scan(wanted.as_scan(), first, head, limit=shown + 1, newest_first=True)
    events = [event for event in map(logged_event, reversed(rows[:shown])) if wanted.wants(event)]
    return EventsFollowed(items=events, after=after, until=head, left_out=first > after or len(rows) > shown)
