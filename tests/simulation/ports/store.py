"""The event store: one log in memory, which each process reaches by a store of its own."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, ParamSpec, TypeVar

from event_store.backend import AppendOutcome
from event_store.group_commit import GroupCommitter, PendingBatch
from event_store.memory import MemoryBackend
from event_store.records import AppendRequest, FailedTimer
from event_store.threaded import ThreadedStore
from event_store.write_set import WriteSet
from schemas.dead_letters import LetterKey, LetterKind
from schemas.envelope import Envelope
from schemas.errors import Unavailable
from tests.simulation.faults import Port
from tests.simulation.process import Process

P = ParamSpec("P")
T = TypeVar("T")
OnRecorded = Callable[[WriteSet], None]
"""Called with the rows of every commit."""
OnDead = Callable[[LetterKey], None]
"""Called with the key of every dead letter."""


class SharedLog(MemoryBackend):
    """The production store in memory, whose commits and dead letters are witnessed."""

    def __init__(self, log_id: str, clock: Callable[[], Any], on_recorded: OnRecorded, on_dead: OnDead) -> None:
        super().__init__(clock)
        self._log_id = log_id
        self._on_recorded = on_recorded
        self._on_dead = on_dead
        self.given: dict[str, Envelope] = {}
        """The events that the running commit was given, by their ids."""

    def describe_work(self) -> str:
        """Say which timer or parked message waits; empty where none does."""
        rows = [*self._timers.values(), *self._parked.values()]
        return f"{len(rows)} rows wait, such as {rows[0]}" if rows else ""

    def commit(self, requests: Sequence[AppendRequest]) -> list[AppendOutcome]:
        self.given = {event.id: event for request in requests for event in request.events}
        return super().commit(requests)

    def _record(self, rows: WriteSet, now: Any) -> None:
        super()._record(rows, now)
        self._on_recorded(rows)
        for row in rows.parked.values():
            if row and row.dead_at:
                self._on_dead(LetterKey(LetterKind.MESSAGE, row.consumer, str(row.position)))

    def fail_timers(self, failed: Sequence[FailedTimer]) -> None:
        super().fail_timers(failed)
        for each in failed:
            if each.dead_at:
                self._on_dead(LetterKey(LetterKind.TIMER, each.timer.kind, each.timer.id, each.timer.subject))


class SimulatedStore(ThreadedStore):
    """The production store of one process, without threads: each of its calls to the log is one of a port."""

    def __init__(self, log: MemoryBackend, process: Process) -> None:
        super().__init__(log, writers=0)
        self._process = process
        self._committer = OneWriter(log, self._tail.advance, process)

    def _read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, T]:
        return self._process.call(Port.READ, partial(call, *args, **kwargs))


class BystandersStore(ThreadedStore):
    """The log as somebody sees it who waits for nothing, and whom nothing happens to."""

    def __init__(self, log: MemoryBackend) -> None:
        super().__init__(log, writers=0)

    async def _read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return call(*args, **kwargs)


class OneWriter(GroupCommitter):
    """The production group commit, whose one writer is a task."""

    def __init__(self, log: MemoryBackend, on_committed: Callable[[int], None], process: Process) -> None:
        super().__init__(log.commit, on_committed=on_committed, writers=0)
        self._process = process
        self._writers: list[Any] = [self]
        self._batches: Any = self

    def put(self, batch: PendingBatch) -> None:
        """Take the place of the queue between loop and writer."""
        self._writing = self._process.start(self._write(batch))

    async def _write(self, batch: PendingBatch) -> None:
        requests = [pending.request for pending in batch]
        outcomes: list[AppendOutcome | Exception]
        try:
            outcomes = await self._process.call(Port.APPEND, partial(self._try_commit, requests))
        except Unavailable as error:
            outcomes = [Unavailable(error.detail) for _ in requests]
        self._resolve(batch, outcomes)
