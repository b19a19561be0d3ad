"""The causation tree of a correlation: all of its events, and which of them caused which."""

from collections.abc import Iterator, Sequence

from event_store.reading import EventReader
from history.causation.mermaid import draw_mermaid
from history.causation.svg import draw_svg
from history.event_filter import EventFilter
from history.reading_stored import logged_event
from schemas.errors import NotFound
from schemas.logged_event import LoggedEvent
from schemas.time_travel import CausationTree, CausedEvent

SPAN = 50_000
"""Positions that are looked at in one question to the store."""
LOOK = 1_000_000
"""Positions that are looked at for one answer, from the newest back."""
LIMIT = 300
"""Events of one tree, the oldest of what is found."""


async def find_tree(
    reader: EventReader, correlation_id: str, *, look: int | None = LOOK, limit: int = LIMIT
) -> CausationTree:
    """Return the tree of a correlation.

    Raises:
        NotFound: None of the events that are looked at has it.
    """
    head = await reader.head()
    last, found = head, list[LoggedEvent]()
    lowest = 0 if look is None else max(0, head - look)
    wanted = EventFilter(correlation_id=correlation_id)
    while last > lowest:
        after = max(lowest, last - SPAN)
        rows = await reader.scan(wanted.as_scan(), after, last, limit=SPAN)
        found = [*(event for event in map(logged_event, rows) if wanted.wants(event)), *found]
        last = after
    if not found:
        raise NotFound(f"no event of the last {head - lowest:,} has the correlation {correlation_id}")
    items = list(_link(found[:limit]))
    return CausationTree(
        correlation_id=correlation_id,
        first=lowest + 1,
        last=head,
        left_out=len(found) > limit,
        items=tuple(items),
        mermaid=draw_mermaid(items),
        svg=draw_svg(items),
    )


def _link(events: Sequence[LoggedEvent]) -> Iterator[CausedEvent]:
    """Yield the events with the position of their cause, where that is one of them and was recorded before."""
    positions = {event.id: event.position for event in events if event.id}
    for event in events:
        cause = positions.get(event.causation_id or "")
        yield CausedEvent(**dict(event), cause=cause if cause and cause < event.position else None)
