"""Waiting for the log to grow: woken at once by our own appends, by a shared poll for those of others."""

import asyncio
from collections.abc import Awaitable, Callable

from concurrency.poll_interval import PollInterval

SINGLE_WRITER = PollInterval(0.2, 0.2)
"""Nobody else writes, but for an operator's tool."""
MANY_WRITERS = PollInterval(0.002, 0.05)
"""Others write. A notification would make their commits queue up; a look is one descent of an index."""


class Tail:
    """The end of the log as far as it is known here; `read_head` asks the database."""

    def __init__(self, read_head: Callable[[], Awaitable[int]], poll: PollInterval) -> None:
        self._read_head = read_head
        self._poll = poll
        self._head = 0
        self._looked_at, self._grew_at = float("-inf"), 0.0
        self._moved = asyncio.Event()

    def reached(self, position: int) -> None:
        """The log reaches `position` at least: wake whoever waits."""
        if position > self._head:
            self._head = position
            self._moved.set()
            self._moved = asyncio.Event()

    async def wait_past(self, position: int, *, timeout: float) -> int:
        """As `EventReader.wait_past`. However many wait, there is one look per pause."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout
        while self._head <= position:
            moved, now = self._moved, clock()
            if now >= (next_look := self._looked_at + self._poll.after(self._looked_at - self._grew_at)):
                await self._look(now)
            elif now >= deadline:
                break
            else:
                await _until(moved, min(deadline, next_look) - now)
        return self._head

    async def _look(self, now: float) -> None:
        self._looked_at = now
        head = await self._read_head()
        if head > self._head:
            self._grew_at = now
        self.reached(head)


async def _until(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
