"""When each event is replayed: at once, or as far apart as the events were recorded, so many times as fast."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from history.event_filter import recorded_at
from history.reading_stored import logged_event
from schemas.codec import Stored


class Pace:
    """Waits before each event; the first comes at once, and so does one that does not say when it was recorded."""

    def __init__(
        self,
        speed: float = 0.0,
        *,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`speed` is how many seconds of the log pass in one second; 0 never waits."""
        self.speed = speed
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._sleep = sleep
        self._began: tuple[float, datetime] | None = None

    async def wait_for(self, row: Stored) -> None:
        """Wait until an event is due."""
        recorded = recorded_at(logged_event(row)) if self.speed else None
        if recorded is None:
            return
        began, first = self._began = self._began or (self._clock(), recorded)
        due = began + (recorded - first).total_seconds() / self.speed
        if (wait := due - self._clock()) > 0:
            await self._sleep(wait)
