"""Batching: requests that wait at the same time are answered by one call."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, NamedTuple, TypeVar

Q = TypeVar("Q")
R = TypeVar("R")


class _Asked(NamedTuple, Generic[Q, R]):
    """A request, and what its caller waits for."""

    request: Q
    answer: asyncio.Future[R]


class Batcher(Generic[Q, R]):
    """Answers requests in batches, one batch at a time; a request made while one is answered joins the next.

    So no answer is older than its request.
    """

    def __init__(self, answer: Callable[[list[Q]], Awaitable[R]]) -> None:
        """Let `answer` serve the requests of a batch, in the order in which they came."""
        self._answer = answer
        self._lock = asyncio.Lock()
        self._next: list[_Asked[Q, R]] | None = None
        self._tasks = set[asyncio.Task[R]]()

    async def ask(self, request: Q) -> R:
        """Return the answer to the request's batch, or raise what `answer` raised."""
        # Each caller waits for a future of its own: one that is cancelled must not take the answer from the others.
        asked: _Asked[Q, R] = _Asked(request, asyncio.get_running_loop().create_future())
        batch = self._next if self._next is not None else self._begin()
        batch.append(asked)
        return await asked.answer

    def _begin(self) -> list[_Asked[Q, R]]:
        batch: list[_Asked[Q, R]] = []
        self._next = batch
        task = asyncio.create_task(self._answer_batch(batch))
        self._tasks.add(task)
        task.add_done_callback(partial(self._tell, batch))
        return batch

    async def _answer_batch(self, batch: list[_Asked[Q, R]]) -> R:
        async with self._lock:
            self._next = None
            return await self._answer([asked.request for asked in batch])

    def _tell(self, batch: list[_Asked[Q, R]], task: asyncio.Task[R]) -> None:
        self._tasks.discard(task)
        if self._next is batch:  # it was cancelled before its turn
            self._next = None
        # Retrieved even where nobody waits any more: else asyncio reports an exception that was never retrieved.
        error = None if task.cancelled() else task.exception()
        for asked in batch:
            if asked.answer.done():
                continue  # cancelled
            if task.cancelled():
                asked.answer.cancel()
            elif error:
                asked.answer.set_exception(error)
            else:
                asked.answer.set_result(task.result())
