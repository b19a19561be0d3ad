"""Whether the log beneath a running process is still the one it has read: a backup may have been put in its place."""

import asyncio

from event_store.reading import EventReader
from schemas.errors import Unavailable

CHECK_EVERY = 1.0
"""Seconds between two checks."""


class LogReplaced(Exception):
    """The log no longer has an event that this process has read: all that the process remembers is of another log."""


def check_recorded(position: int, event_id: str, recorded: str | None) -> None:
    """Check the event at a position against what was read there before; `recorded` is None past the head.

    Raises:
        LogReplaced: The log has another event there, or none.
    """
    if recorded != event_id:
        found = f"event {recorded}" if recorded else "nothing"
        raise LogReplaced(
            f"the log was replaced beneath this process: at position {position} it had event {event_id}, and now has"
            f" {found}; start it again"
        )


async def watch_log(reader: EventReader) -> None:
    """Check every second that the log still has the newest event seen, until cancelled.

    Raises:
        LogReplaced: It has another one there, or none.
    """
    position, event_id = 0, ""
    while True:
        try:
            head = await reader.head()
            ids = await reader.event_ids({position, head} - {0})
        except Unavailable:
            pass  # those who need it report it; what was seen last is checked once it answers again
        else:
            if position:
                check_recorded(position, event_id, ids.get(position))
            position, event_id = head, ids.get(head, "")
        await asyncio.sleep(CHECK_EVERY)
