"""Group commit: whoever waits while transactions run shares the next."""

import asyncio
import queue
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from threading import Thread
from typing import NamedTuple

from event_store.backend import Outcome
from event_store.records import Append, Appended
from schemas.errors import Unavailable

Commit = Callable[[Sequence[Append]], Sequence[Outcome]]
MAX_UNITS = 512
MAX_WAITING = 8_192
WORTHWHILE = 16
"""So many units are a batch of their own while another is being committed; fewer wait for its end."""


class Waiting(NamedTuple):
    """One caller, its unit and where to tell it."""

    unit: Append
    told: asyncio.Future[Appended]


Crowd = list[Waiting]


class Gatherer:
    """Writer threads over `commit`; callers of one event loop wait for them without blocking.

    A crowd is shared out among the writers, so that one prepares a batch while the database is busy with another's.
    Batches that are committed at the same time touch nothing in common: what is chained stays in order.
    `reached` is called in that loop with the last position of every batch, before its callers go on.
    At most `MAX_WAITING` callers are let in; the others wait to enter.
    """

    def __init__(self, commit: Commit, *, reached: Callable[[int], None], writers: int = 1) -> None:
        self._commit = commit
        self._reached = reached
        self._waiting: deque[Waiting] = deque()
        self._writing: list[Crowd] = []
        self._is_turn_over = True
        self._room = asyncio.Semaphore(MAX_WAITING)
        self._is_closed = False
        self._is_done = asyncio.Event()
        self._batches: queue.SimpleQueue[Crowd | None] = queue.SimpleQueue()
        self._writers = [
            Thread(target=self._write, name=f"event-store-writer-{n}", daemon=True) for n in range(writers)
        ]
        for writer in self._writers:
            writer.start()

    async def append(self, unit: Append) -> Appended:
        """As `EventStore.append`. A caller that is cancelled cannot know whether its unit was recorded."""
        async with self._room:
            if self._is_closed:
                raise Unavailable("the event store is closed")
            loop = asyncio.get_running_loop()
            told: asyncio.Future[Appended] = loop.create_future()
            self._waiting.append(Waiting(unit, told))
            self._after_this_turn(loop)
            return await told

    async def close(self) -> None:
        """Record what is waiting, then stop."""
        if not self._is_closed:
            self._is_closed = True
            if self._waiting or self._writing:
                await self._is_done.wait()
            for _ in self._writers:
                self._batches.put(None)
        for writer in self._writers:
            await asyncio.to_thread(writer.join)

    def _after_this_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        """Share out once whoever is awake now has had the chance to come."""
        if self._is_turn_over:
            self._is_turn_over = False
            loop.call_soon(self._share_out)

    def _share_out(self) -> None:
        self._is_turn_over = True
        while self._waiting and (idle := len(self._writers) - len(self._writing)):
            if self._writing and len(self._waiting) < WORTHWHILE:
                return
            batch = self._next_batch(max(WORTHWHILE, -(-len(self._waiting) // idle)))
            if not batch:
                return
            self._writing.append(batch)
            self._batches.put(batch)

    def _next_batch(self, size: int) -> Crowd:
        """Whoever came first, up to the first that must not overtake what is being committed."""
        batch: Crowd = []
        held = {thing for writing in self._writing for waiting in writing for thing in _touched(waiting.unit)}
        while self._waiting and len(batch) < min(size, MAX_UNITS):
            if held and not held.isdisjoint(_touched(self._waiting[0].unit)):
                break
            batch.append(self._waiting.popleft())
        return batch

    def _write(self) -> None:
        while batch := self._batches.get():
            outcomes = self._outcomes([waiting.unit for waiting in batch])
            with suppress(RuntimeError):  # the loop was closed: nobody is left to be told
                batch[0].told.get_loop().call_soon_threadsafe(self._tell, batch, outcomes)

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

    def _tell(self, batch: Crowd, outcomes: Sequence[Outcome | Exception]) -> None:
        self._writing = [writing for writing in self._writing if writing is not batch]
        if len(self._waiting) >= WORTHWHILE:
            self._share_out()
        self._reached(max(outcome.last if isinstance(outcome, Appended) else 0 for outcome in outcomes))
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if waiting.told.done():
                continue  # cancelled
            if isinstance(outcome, Appended):
                waiting.told.set_result(outcome)
            else:
                waiting.told.set_exception(outcome)
        self._after_this_turn(asyncio.get_running_loop())
        if self._is_closed and not self._waiting and not self._writing:
            self._is_done.set()


def _touched(unit: Append) -> Iterator[str]:
    """Everything a unit may stand in the way of another with."""
    for event in unit.events:
        yield event.stream
    if unit.answer:
        yield f"answer {unit.answer.key}"
    for timer in unit.timers:
        yield f"timer {timer.id}"
    for timer_id in unit.cleared:
        yield f"timer {timer_id}"
