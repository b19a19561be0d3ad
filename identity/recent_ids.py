"""Ids that something happened to lately in any process, read by one query for all who ask."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from time import monotonic

from concurrency.batcher import Batcher

CLOCKS_DIFFER = timedelta(minutes=1)

ReadSince = Callable[[datetime], Awaitable[frozenset[str]]]
"""Returns the ids that it happened to after a time."""


class RecentIds:
    """What `read` returns, asked for at most once every `max_age` seconds."""

    def __init__(
        self,
        read: ReadSince,
        *,
        span: timedelta,
        max_age: float,
        clock: Callable[[], datetime],
        timer: Callable[[], float] = monotonic,
    ) -> None:
        """Know what happened within `span`; `timer` tells the age of what was read, in seconds."""
        self._read_since = read
        self._span = span
        self._max_age = max_age
        self._clock = clock
        self._timer = timer
        self._reading: Batcher[None, None] = Batcher(self._read)
        self.known: frozenset[str] = frozenset()
        self.read_at = float("-inf")
        """When the last query began, by `timer`."""

    @property
    def is_fresh(self) -> bool:
        """Whether `refresh` needs no query."""
        return self._timer() - self.read_at < self._max_age

    async def refresh(self) -> frozenset[str]:
        """Return the ids: all that it happened to until `max_age` ago.

        Raises:
            Unavailable: The store does not answer.
        """
        if not self.is_fresh:
            await self._reading.ask(None)
        return self.known

    async def _read(self, _: list[None]) -> None:
        if self.is_fresh:  # the batch before has read it
            return
        began = self._timer()
        self.known = await self._read_since(self._clock() - self._span - CLOCKS_DIFFER)
        self.read_at = began
