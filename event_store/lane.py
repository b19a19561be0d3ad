"""A bounded queue between whoever delivers messages and an inbox: what waits is handled as one batch."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

M = TypeVar("M")
BATCH = 500
ROOM = 4
"""Batches that may wait."""


class Lane(Generic[M]):
    """Batches without waiting: a lone message goes at once, a crowd goes together."""

    def __init__(self, work: Callable[[Sequence[M]], Awaitable[None]], *, batch: int = BATCH) -> None:
        self._work = work
        self._batch = batch
        self._waiting: asyncio.Queue[M] = asyncio.Queue(ROOM * batch)

    @property
    def is_empty(self) -> bool:
        """Whether nobody waits."""
        return self._waiting.empty()

    async def put(self, message: M) -> None:
        """Wait for room; the sender slows down to our speed."""
        await self._waiting.put(message)

    async def run(self) -> None:
        """Work until cancelled; what `work` raises ends the lane."""
        while True:
            messages = [await self._waiting.get()]
            while len(messages) < self._batch and not self._waiting.empty():
                messages.append(self._waiting.get_nowait())
            await self._work(messages)
