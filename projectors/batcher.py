"""Places that are handled at once ask and write together: what many want of a collection in one moment is one trip."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from projectors.document_io import Collection

W = TypeVar("W")
R = TypeVar("R")


class Batcher(Generic[W, R]):
    """Gathers wants, per collection, until whoever is awake has had a turn; all are told what came of it."""

    def __init__(self, trip: Callable[[Collection, Sequence[W]], Awaitable[R]]) -> None:
        """Let `trip` do what a collection is wanted for, all of it at once."""
        self._trip = trip
        self._leaving: dict[str, tuple[list[W], asyncio.Task[R]]] = {}

    async def want(self, collection: Collection, want: W) -> R:
        """What the trip brings, or raise what it raises; one who leaves does not take it from the others."""
        leaving = self._leaving.get(collection.name)
        if leaving is None:
            leaving = self._leaving[collection.name] = [], asyncio.create_task(self._go(collection))
        wants, trip = leaving
        wants.append(want)
        return await asyncio.shield(trip)

    async def _go(self, collection: Collection) -> R:
        await asyncio.sleep(0)
        wants, _ = self._leaving.pop(collection.name)
        return await self._trip(collection, wants)
