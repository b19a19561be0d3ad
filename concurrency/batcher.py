"""Batching: requests that wait at the same time are answered by one call."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Q = TypeVar("Q")
R = TypeVar("R")


class Batcher(Generic[Q, R]):
    """Answers requests in batches, one batch at a time; a request made while one is answered joins the next.

    So no answer is older than its request.
    """

    def __init__(self, answer: Callable[[list[Q]], Awaitable[R]]) -> None:
        """Let `answer` serve the requests of a batch, in the order in which they came."""
        self._answer = answer
        self._lock = asyncio.Lock()
        self._requests: list[Q] = []
        self._next: asyncio.Task[R] | None = None

    async def ask(self, request: Q) -> R:
        """Return the answer to the request's batch, or raise what `answer` raised."""
        self._requests.append(request)
        if self._next is None:
            self._next = asyncio.create_task(self._answer_batch())
            self._next.add_done_callback(_retrieve)
        # A caller that is cancelled must not take the answer from the others.
        return await asyncio.shield(self._next)

    async def _answer_batch(self) -> R:
        async with self._lock:
            requests, self._requests, self._next = self._requests, [], None
            return await self._answer(requests)


def _retrieve(task: asyncio.Task[R]) -> None:
    """Its callers are told; when all of them were cancelled, asyncio would report that nobody was."""
    if not task.cancelled():
        task.exception()
