"""Keeps the newest events of the log in memory while somebody looks at them, and lets those know who do."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from event_store.reading import EventReader
from history.recent_events import CAPACITY, RecentEvents
from schemas.error_codes import code_of
from schemas.errors import Unavailable

PAGE = 500
WAIT = 60.0
"""Seconds of one wait for more, which is followed by the next."""
PAUSE = 1.0
"""Seconds after which a log that did not answer is read again."""

log = structlog.get_logger(__name__)


class RecentLog:
    """Reads the log from `capacity` events before its end on; while nobody follows, nothing is read or kept."""

    def __init__(self, reader: EventReader, *, partitions: int, capacity: int = CAPACITY) -> None:
        self._reader = reader
        self._partitions = partitions
        self._capacity = capacity
        self._followers: set[Callable[[], None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._events = self._no_events()

    @contextmanager
    def following(self, wake: Callable[[], None]) -> Iterator[RecentEvents]:
        """Follow the log while the context is open; `wake` is called whenever events were added."""
        self._followers.add(wake)
        self._watching = self._watching or asyncio.create_task(self._watch(self._events), name="recent events")
        try:
            yield self._events
        finally:
            self._followers.discard(wake)
            if not self._followers:
                self._watching.cancel()
                self._watching, self._events = None, self._no_events()

    def _no_events(self) -> RecentEvents:
        return RecentEvents(partitions=self._partitions, capacity=self._capacity)

    async def _watch(self, events: RecentEvents) -> None:
        read: int | None = None
        while True:
            try:
                if read is None:
                    read = max(0, await self._reader.head() - self._capacity)
                read = await self._read_on(events, read)
            except Unavailable as error:
                log.warning("recent events unreadable", cause=code_of(error))
                await asyncio.sleep(PAUSE)

    async def _read_on(self, events: RecentEvents, read: int) -> int:
        """Add what is after a position, or wait until there is more; return up to which position was read."""
        page = await self._reader.log(read, limit=PAGE)
        if not page:
            await self._reader.wait_past(read, timeout=WAIT)
            return read
        for stored in page:
            events.add(stored)
        for wake in self._followers:
            wake()
        return page[-1].position
