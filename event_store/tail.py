"""Waiting for the log to grow: appends of this process wake at once, those of others are found by polling."""

import asyncio
from collections.abc import Awaitable, Callable

from concurrency.poll_interval import PollInterval

SINGLE_WRITER = PollInterval(0.2, 0.2)
"""For a log to which only this process and an operator's tool append."""
MANY_WRITERS = PollInterval(0.002, 0.05)
"""For a log to which many processes append. A poll is one index look-up; NOTIFY would serialise commits."""


class Tail:
    """The end of the log as far as it is known; `read_head` asks the database."""

    def __init__(self, read_head: Callable[[], Awaitable[int]], poll: PollInterval) -> None:
        self._read_head = read_head
        self._poll = poll
        self._head = 0
        self._polled_at, self._grew_at = float("-inf"), 0.0
        self._has_grown = asyncio.Event()

    def advance(self, position: int) -> None:
        """Note that the log has reached `position`, and wake those who wait for it."""
        if position > self._head:
            self._head = position
            self._has_grown.set()
            self._has_grown = asyncio.Event()

    async def wait_past(self, position: int, *, timeout: float) -> int:
        """As `EventReader.wait_past`. However many wait, the database is asked once per interval."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout
        while self._head <= position:
            has_grown, now = self._has_grown, clock()
            if now >= (next_poll := self._polled_at + self._poll.after(self._polled_at - self._grew_at)):
                await self._poll_head(now)
            elif now >= deadline:
                break
            else:
                await _wait(has_grown, min(deadline, next_poll) - now)
        return self._head

    async def _poll_head(self, now: float) -> None:
        self._polled_at = now
        head = await self._read_head()
        if head > self._head:
            self._grew_at = now
        self.advance(head)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
