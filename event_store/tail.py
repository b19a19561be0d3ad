"""Waiting for the log to grow: woken at once by our own appends, by a shared poll for those of others."""

import asyncio
from collections.abc import Awaitable, Callable

POLL = 0.2
"""Seconds between two looks at the log while anybody waits."""


class Tail:
    """The end of the log as far as it is known here; `read_head` asks the database."""

    def __init__(self, read_head: Callable[[], Awaitable[int]]) -> None:
        self._read_head = read_head
        self._head = 0
        self._looked_at = float("-inf")
        self._moved = asyncio.Event()

    def reached(self, position: int) -> None:
        """The log reaches `position` at least: wake whoever waits."""
        if position > self._head:
            self._head = position
            self._moved.set()
            self._moved = asyncio.Event()

    async def wait_past(self, position: int, *, timeout: float) -> int:
        """As `EventReader.wait_past`. However many wait, there is one look per `POLL`."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout
        while self._head <= position:
            moved, now = self._moved, clock()
            if now >= self._looked_at + POLL:
                self._looked_at = now
                self.reached(await self._read_head())
            elif now >= deadline:
                break
            else:
                await _until(moved, min(deadline, self._looked_at + POLL) - now)
        return self._head


async def _until(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
