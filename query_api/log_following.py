"""Follows the log for one listener: what is appended, at most so many times a second."""

import asyncio

import structlog

from edge.event_streams import event_bytes
from history.event_filter import EventFilter
from history.event_log import EventLog
from schemas.error_codes import code_of
from schemas.errors import Unavailable
from schemas.logged_event import EventsFollowed

PAUSE = 0.25
"""Seconds between two looks at the log."""
RETRY = 1.0
"""Seconds after which it is looked again when the log did not answer."""

log = structlog.get_logger(__name__)


class LogFollower:
    """What was appended and not told yet."""

    def __init__(self, event_log: EventLog, wanted: EventFilter, after: int) -> None:
        """Begin after a position."""
        self._log = event_log
        self._wanted = wanted
        self._after = after
        self._next_look = 0.0

    async def changed(self) -> EventsFollowed:
        """Wait for wanted events, or for so many that not all were compared."""
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(self._next_look - clock())
            followed = await self._look()
            self._next_look = clock() + (PAUSE if followed else RETRY)
            if followed and (followed.items or followed.left_out):
                return followed

    async def _look(self) -> EventsFollowed | None:
        try:
            followed = await self._log.appended(self._wanted, self._after)
        except Unavailable as error:
            log.warning("the followed log is unreadable", cause=code_of(error))
            return None
        self._after = followed.until
        return followed


def followed_bytes(followed: EventsFollowed) -> bytes:
    """Return the event that tells them; its id is the position up to which the log was followed."""
    return event_bytes("events", followed.as_json(), event_id=str(followed.until))
