"""Where in the log a time is."""

from datetime import datetime

from event_store.reading import EventReader
from history.event_filter import recorded_at
from history.reading_stored import logged_event


async def position_at(reader: EventReader, time: datetime) -> int:
    """Return the position of the first event recorded at `time` or later; past the last one, its position plus one.

    The log is searched by halves, so one event is read for each bit of its length. Processes stamp the time by their
    own clocks: around a time the log may not be in its order, so compare the events that are found as well.
    """
    first, end = 1, await reader.head() + 1
    while first < end:
        middle = (first + end) // 2
        if await _is_before(reader, middle, time):
            first = middle + 1
        else:
            end = middle
    return first


async def _is_before(reader: EventReader, position: int, time: datetime) -> bool:
    """Whether an event was recorded before `time`; one that does not say it counts as later."""
    (stored,) = await reader.log(position - 1, limit=1)
    recorded = recorded_at(logged_event(stored))
    return recorded is not None and recorded < time
