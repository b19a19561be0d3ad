"""A bounded queue between whoever delivers messages and an subscription: what waits is handled as one batch."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

M = TypeVar("M")
BATCH = 2_000
CAPACITY = 4
"""Batches that may wait."""


class BoundedBatchQueue(Generic[M]):
    """Batches without waiting: a lone delivery goes at once, a crowd goes together.

    A delivery counts for as much as `size_of` says; one alone may be more than a batch.
    """

    def __init__(
        self,
        work: Callable[[Sequence[M]], Awaitable[None]],
        *,
        batch: int = BATCH,
        size_of: Callable[[M], int] = lambda _: 1,
    ) -> None:
        self._work = work
        self._batch = batch
        self._size_of = size_of
        self._waiting: deque[M] = deque()
        self._size = 0
        self._has_some = asyncio.Event()
        self._has_room = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        """Whether nobody waits."""
        return not self._waiting

    async def put(self, delivery: M) -> None:
        """Wait for room; the sender slows down to our speed."""
        while self._size >= CAPACITY * self._batch:
            self._has_room.clear()
            await self._has_room.wait()
        self._waiting.append(delivery)
        self._size += self._size_of(delivery)
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
        size = self._size_of(batch[0])
        while self._waiting and size + self._size_of(self._waiting[0]) <= self._batch:
            batch.append(self._waiting.popleft())
            size += self._size_of(batch[-1])
        self._size -= size
        self._has_room.set()
        return batch
