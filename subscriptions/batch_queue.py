"""A bounded queue of messages for a subscription: those that wait are handled as one batch."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

M = TypeVar("M")
BATCH = 2_000
CAPACITY = 4
"""Batches that the queue holds."""


class BoundedBatchQueue(Generic[M]):
    """Hands items to `work` in batches, without waiting for a batch to fill.

    Batches and the queue are limited by the sum of `size_of`; an item larger than a batch is a batch of its own.
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
        self._items: deque[M] = deque()
        self._size = 0
        self._has_items = asyncio.Event()
        self._has_room = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        return not self._items

    async def put(self, item: M) -> None:
        """Add an item, and wait while the queue is full."""
        while self._size >= CAPACITY * self._batch:
            self._has_room.clear()
            await self._has_room.wait()
        self._items.append(item)
        self._size += self._size_of(item)
        self._has_items.set()

    async def run(self) -> None:
        """Call `work` until cancelled, or until it raises."""
        while True:
            self._has_items.clear()
            if not self._items:
                await self._has_items.wait()
            await self._work(self._next_batch())

    def _next_batch(self) -> list[M]:
        batch = [self._items.popleft()]
        size = self._size_of(batch[0])
        while self._items and size + self._size_of(self._items[0]) <= self._batch:
            batch.append(self._items.popleft())
            size += self._size_of(batch[-1])
        self._size -= size
        self._has_room.set()
        return batch
