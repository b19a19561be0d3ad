"""Group commit: whoever waits while one transaction runs shares the next."""

import asyncio
import queue
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread
from typing import NamedTuple

from event_store.backend import Outcome
from event_store.records import Append, Appended
from schemas.errors import Unavailable

Commit = Callable[[Sequence[Append]], Sequence[Outcome]]
MAX_UNITS = 512
MAX_WAITING = 8_192


class Waiting(NamedTuple):
    """One caller, its unit and where to tell it."""

    unit: Append
    told: asyncio.Future[Appended]
    loop: asyncio.AbstractEventLoop


class Gatherer:
    """One writer thread over `commit`; callers of one event loop wait for it without blocking.

    `reached` is called in that loop with the last position of every batch, before its callers go on.
    At most `MAX_WAITING` callers are in the queue; the others wait to enter it.
    """

    def __init__(self, commit: Commit, *, reached: Callable[[int], None]) -> None:
        self._commit = commit
        self._reached = reached
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._room = asyncio.Semaphore(MAX_WAITING)
        self._is_closed = False
        self._thread = Thread(target=self._run, name="event-store-writer", daemon=True)
        self._thread.start()

    async def append(self, unit: Append) -> Appended:
        """As `EventStore.append`. A caller that is cancelled cannot know whether its unit was recorded."""
        async with self._room:
            if self._is_closed:
                raise Unavailable("the event store is closed")
            loop = asyncio.get_running_loop()
            told: asyncio.Future[Appended] = loop.create_future()
            self._queue.put(Waiting(unit, told, loop))
            return await told

    async def close(self) -> None:
        """Record what is waiting, then stop."""
        if not self._is_closed:
            self._is_closed = True
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._next_batch()
            if batch:
                self._tell(batch, self._outcomes([waiting.unit for waiting in batch]))

    def _next_batch(self) -> tuple[list[Waiting], bool]:
        """Everybody who waits, at least one; False when the store is closing."""
        batch: list[Waiting] = []
        waiting = self._queue.get()
        with suppress(queue.Empty):
            while waiting is not None:
                batch.append(waiting)
                if len(batch) == MAX_UNITS:
                    return batch, True
                waiting = self._queue.get_nowait()
        return batch, waiting is not None

    def _outcomes(self, units: Sequence[Append]) -> list[Outcome | Exception]:
        try:
            return list(self._commit(units))
        except Unavailable as error:
            return [Unavailable(error.detail) for _ in units]
        except Exception as error:
            # One unit spoils the transaction: halve until it stands alone. The thread must outlive whatever it was.
            if len(units) == 1:
                return [error]
            middle = len(units) // 2
            return self._outcomes(units[:middle]) + self._outcomes(units[middle:])

    def _tell(self, batch: Sequence[Waiting], outcomes: Sequence[Outcome | Exception]) -> None:
        with suppress(RuntimeError):  # the loop was closed: nobody is left to be told
            batch[0].loop.call_soon_threadsafe(self._resolve, batch, outcomes)

    def _resolve(self, batch: Sequence[Waiting], outcomes: Sequence[Outcome | Exception]) -> None:
        self._reached(max(outcome.last if isinstance(outcome, Appended) else 0 for outcome in outcomes))
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if waiting.told.done():
                continue  # cancelled
            if isinstance(outcome, Appended):
                waiting.told.set_result(outcome)
            else:
                waiting.told.set_exception(outcome)
