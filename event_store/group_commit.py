"""Group commit: whoever waits while transactions run shares the next."""

import asyncio
import queue
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from threading import Thread
from typing import NamedTuple

from event_store.backend import AppendOutcome
from event_store.records import AppendRequest, AppendResult
from schemas.errors import Unavailable

Commit = Callable[[Sequence[AppendRequest]], Sequence[AppendOutcome]]
MAX_BATCH = 512
MAX_PENDING = 8_192
FULL_BATCH = 16
"""So many requests are a batch of their own while another is being committed; fewer wait for its end."""


class PendingAppend(NamedTuple):
    """One caller, its request and where to tell it."""

    request: AppendRequest
    result: asyncio.Future[AppendResult]


PendingBatch = list[PendingAppend]


class GroupCommitter:
    """Writer threads over `commit`; callers of one event loop wait for them without blocking.

    A crowd is shared out among the writers, so that one prepares a batch while the database is busy with another's.
    Batches that are committed at the same time touch nothing in common: what is chained stays in order.
    `on_committed` is called in that loop with the last position of every batch, before its callers go on.
    At most `MAX_PENDING` callers are let in; the others wait to enter.
    """

    def __init__(self, commit: Commit, *, on_committed: Callable[[int], None], writers: int = 1) -> None:
        self._commit = commit
        self._on_committed = on_committed
        self._pending: deque[PendingAppend] = deque()
        self._committing: list[PendingBatch] = []
        self._is_scheduled_free = True
        self._slots = asyncio.Semaphore(MAX_PENDING)
        self._is_closed = False
        self._drained = asyncio.Event()
        self._batches: queue.SimpleQueue[PendingBatch | None] = queue.SimpleQueue()
        self._writers = [
            Thread(target=self._write, name=f"event-store-writer-{n}", daemon=True) for n in range(writers)
        ]
        for writer in self._writers:
            writer.start()

    async def append(self, request: AppendRequest) -> AppendResult:
        """As `EventStore.append`. A caller that is cancelled cannot know whether its request was recorded."""
        async with self._slots:
            if self._is_closed:
                raise Unavailable("the event store is closed")
            loop = asyncio.get_running_loop()
            result: asyncio.Future[AppendResult] = loop.create_future()
            self._pending.append(PendingAppend(request, result))
            self._schedule(loop)
            return await result

    async def close(self) -> None:
        """Record what is pending, then stop."""
        if not self._is_closed:
            self._is_closed = True
            if self._pending or self._committing:
                await self._drained.wait()
            for _ in self._writers:
                self._batches.put(None)
        for writer in self._writers:
            await asyncio.to_thread(writer.join)

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        """Share out once whoever is awake now has had the chance to come."""
        if self._is_scheduled_free:
            self._is_scheduled_free = False
            loop.call_soon(self._dispatch)

    def _dispatch(self) -> None:
        self._is_scheduled_free = True
        while self._pending and (idle := len(self._writers) - len(self._committing)):
            if self._committing and len(self._pending) < FULL_BATCH:
                return
            batch = self._next_batch(max(FULL_BATCH, -(-len(self._pending) // idle)))
            if not batch:
                return
            self._committing.append(batch)
            self._batches.put(batch)

    def _next_batch(self, size: int) -> PendingBatch:
        """Whoever came first, up to the first that must not overtake what is being committed."""
        batch: PendingBatch = []
        locked = {
            thing
            for batch_under_way in self._committing
            for pending in batch_under_way
            for thing in _conflict_keys(pending.request)
        }
        while self._pending and len(batch) < min(size, MAX_BATCH):
            if locked and not locked.isdisjoint(_conflict_keys(self._pending[0].request)):
                break
            batch.append(self._pending.popleft())
        return batch

    def _write(self) -> None:
        while batch := self._batches.get():
            outcomes = self._outcomes([pending.request for pending in batch])
            with suppress(RuntimeError):  # the loop was closed: nobody is left to be result
                batch[0].result.get_loop().call_soon_threadsafe(self._resolve, batch, outcomes)

    def _outcomes(self, requests: Sequence[AppendRequest]) -> list[AppendOutcome | Exception]:
        try:
            return list(self._commit(requests))
        except Unavailable as error:
            return [Unavailable(error.detail) for _ in requests]
        except Exception as error:
            # One request spoils the transaction: halve until it stands alone. The thread must outlive whatever it was.
            if len(requests) == 1:
                return [error]
            middle = len(requests) // 2
            return self._outcomes(requests[:middle]) + self._outcomes(requests[middle:])

    def _resolve(self, batch: PendingBatch, outcomes: Sequence[AppendOutcome | Exception]) -> None:
        self._committing = [batch_under_way for batch_under_way in self._committing if batch_under_way is not batch]
        if len(self._pending) >= FULL_BATCH:
            self._dispatch()
        self._on_committed(max(outcome.last if isinstance(outcome, AppendResult) else 0 for outcome in outcomes))
        for pending, outcome in zip(batch, outcomes, strict=True):
            if pending.result.done():
                continue  # cancelled
            if isinstance(outcome, AppendResult):
                pending.result.set_result(outcome)
            else:
                pending.result.set_exception(outcome)
        self._schedule(asyncio.get_running_loop())
        if self._is_closed and not self._pending and not self._committing:
            self._drained.set()


def _conflict_keys(request: AppendRequest) -> Iterator[str]:
    """Everything a request may stand in the way of another with."""
    for event in request.events:
        yield event.stream
    if request.idempotency:
        yield f"answer {request.idempotency.key}"
    for timer in request.timers:
        yield f"timer {timer.id}"
    for timer_id in request.cleared:
        yield f"timer {timer_id}"
