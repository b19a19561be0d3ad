"""One question for many callers: whoever asks while one is being answered shares the next."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K")
R = TypeVar("R")


class Coalescer(Generic[K, R]):
    """Asks for the wants of all who wait at once, and for each of them after it came: nobody is told old news."""

    def __init__(self, ask: Callable[[set[K]], Awaitable[R]]) -> None:
        """Let `ask` find what a round wants."""
        self._ask = ask
        self._turn = asyncio.Lock()
        self._wanted: set[K] = set()
        self._next: asyncio.Task[R] | None = None

    async def ask(self, wanted: Iterable[K]) -> R:
        """What was found for a round that has these wants among others; raise what its asking raised."""
        self._wanted.update(wanted)
        self._next = self._next or asyncio.create_task(self._round())
        # One caller who leaves must not take the answer from the others.
        return await asyncio.shield(self._next)

    async def _round(self) -> R:
        async with self._turn:
            wanted, self._wanted, self._next = self._wanted, set(), None
            return await self._ask(wanted)
