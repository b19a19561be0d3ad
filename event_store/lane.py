"""A bounded queue between whoever delivers messages and an inbox: what waits is handled as one batch."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

M = TypeVar("M")
BATCH = 2_000
ROOM = 4
"""Batches that may wait."""


class Lane(Generic[M]):
    """Batches without waiting: a lone delivery goes at once, a crowd goes together.

    A delivery counts for as much as `weigh` says; one alone may be more than a batch.
    """

    def __init__(
        self,
        work: Callable[[Sequence[M]], Awaitable[None]],
        *,
        batch: int = BATCH,
        weigh: Callable[[M], int] = lambda _: 1,
    ) -> None:
        self._work = work
        self._batch = batch
        self._weigh = weigh
        self._waiting: deque[M] = deque()
        self._weight = 0
        self._has_some = asyncio.Event()
        self._has_room = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        """Whether nobody waits."""
        return not self._waiting

    async def put(self, delivery: M) -> None:
        """Wait for room; the sender slows down to our speed."""
        while self._weight >= ROOM * self._batch:
            self._has_room.clear()
            await self._has_room.wait()
        self._waiting.append(delivery)
        self._weight += self._weigh(delivery)
        self._has_some.set()

    async def run(self) -> None:
        """Work until cancelled; what `work` raises ends the lane."""
        while True:
            self._has_some.clear()
            if not self._waiting:
                await self._has_some.wait()
            await self._work(self._next_batch())

    def _next_batch(self) -> list[M]:
        batch = [self._waiting.popleft()]
        weight = self._weigh(batch[0])
        while self._waiting and weight + self._weigh(self._waiting[0]) <= self._batch:
            batch.append(self._waiting.popleft())
            weight += self._weigh(batch[-1])
        self._weight -= weight
        self._has_room.set()
        return batch
