"""Group commit: appends that wait while a transaction runs share the next one."""

import asyncio
import queue
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from math import ceil
from threading import Thread
from typing import NamedTuple

from event_store.backend import AppendOutcome
from event_store.records import AppendRequest, AppendResult
from schemas.errors import Unavailable

Commit = Callable[[Sequence[AppendRequest]], Sequence[AppendOutcome]]
MAX_BATCH = 512
MAX_PENDING = 8_192
FULL_BATCH = 16
"""While a batch is being committed, so many requests make another one; fewer wait for its end."""


class PendingAppend(NamedTuple):
    """A request, the future that its caller waits for, and what no request committed at the same time may have."""

    request: AppendRequest
    result: asyncio.Future[AppendResult]
    conflict_keys: frozenset[str]


PendingBatch = list[PendingAppend]


class GroupCommitter:
    """Writer threads that call `commit`; the callers in one event loop wait for them without blocking.

    Pending requests are divided among the writers, so that one prepares a batch while the database is busy with
    another's. Batches that are committed at the same time have no stream, key or timer in common, so that requests
    which follow each other stay in order. `on_committed` is called in the event loop with the last position of every
    batch, before its callers go on. At most `MAX_PENDING` appends are pending; further callers wait.
    """

    def __init__(self, commit: Commit, *, on_committed: Callable[[int], None], writers: int = 1) -> None:
        self._commit = commit
        self._on_committed = on_committed
        self._pending: deque[PendingAppend] = deque()
        self._committing: list[PendingBatch] = []
        self._is_scheduled = False
        self._slots = asyncio.Semaphore(MAX_PENDING)
        self._is_closed = False
        self._drained = asyncio.Event()
        self._batches: queue.SimpleQueue[PendingBatch | None] = queue.SimpleQueue()
        self._writers = [
            Thread(target=self._run_writer, name=f"event-store-writer-{n}", daemon=True) for n in range(writers)
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
            self._pending.append(PendingAppend(request, result, frozenset(_conflict_keys(request))))
            self._schedule(loop)
            return await result

    async def close(self) -> None:
        """Record what is pending, then end the threads."""
        if not self._is_closed:
            self._is_closed = True
            if self._pending or self._committing:
                await self._drained.wait()
            for _ in self._writers:
                self._batches.put(None)
        for writer in self._writers:
            await asyncio.to_thread(writer.join)

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        # After the tasks that are ready now, which may append too.
        if not self._is_scheduled:
            self._is_scheduled = True
            loop.call_soon(self._dispatch)

    def _dispatch(self) -> None:
        self._is_scheduled = False
        while self._pending and (idle := len(self._writers) - len(self._committing)):
            if self._committing and len(self._pending) < FULL_BATCH:
                return
            batch = self._next_batch(max(FULL_BATCH, ceil(len(self._pending) / idle)))
            if not batch:
                return
            self._committing.append(batch)
            self._batches.put(batch)

    def _next_batch(self, size: int) -> PendingBatch:
        """Take the oldest requests, up to the first that must not overtake one that is being committed."""
        batch: PendingBatch = []
        locked = frozenset[str]().union(*(each.conflict_keys for running in self._committing for each in running))
        while self._pending and len(batch) < min(size, MAX_BATCH):
            if not self._pending[0].conflict_keys.isdisjoint(locked):
                break
            batch.append(self._pending.popleft())
        return batch

    def _run_writer(self) -> None:
        while batch := self._batches.get():
            outcomes = self._try_commit([pending.request for pending in batch])
            with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                batch[0].result.get_loop().call_soon_threadsafe(self._resolve, batch, outcomes)

    def _try_commit(self, requests: Sequence[AppendRequest]) -> list[AppendOutcome | Exception]:
        try:
            return list(self._commit(requests))
        except Unavailable as error:
            return [_copy(error) for _ in requests]
        except Exception as error:
            # One request makes the transaction fail: halve the batch until it is alone. The thread survives any error.
            if len(requests) == 1:
                return [error]
            middle = len(requests) // 2
            return self._try_commit(requests[:middle]) + self._try_commit(requests[middle:])

    def _resolve(self, batch: PendingBatch, outcomes: Sequence[AppendOutcome | Exception]) -> None:
        self._committing = [each for each in self._committing if each is not batch]
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
        if self._pending:
            self._schedule(asyncio.get_running_loop())
        if self._is_closed and not self._pending and not self._committing:
            self._drained.set()


def _copy(error: Unavailable) -> Unavailable:
    """Return an error of each caller's own: a raised one keeps its traceback."""
    copy = type(error)(error.detail, **error.extra)
    copy.__cause__ = error.__cause__
    return copy


def _conflict_keys(request: AppendRequest) -> Iterator[str]:
    """Yield what two requests must not have in common to be committed at the same time."""
    for event in request.events:
        yield event.stream
    for record in request.keys:
        yield f"idempotency {record.key}"
    for timer in request.timers:
        yield f"timer {timer.id}"
    for timer_id in request.cancelled_timers:
        yield f"timer {timer_id}"
