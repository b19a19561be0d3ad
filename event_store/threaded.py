"""The event store over any backend: appends go to its writer threads, reads to threads of their own."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar

from concurrency.keyed_locks import KeyedLocks
from concurrency.poll_interval import PollInterval
from event_store.backend import Backend
from event_store.group_commit import GroupCommitter
from event_store.recent_events import RecentEvents
from event_store.records import (
    AppendRequest,
    AppendResult,
    FailedTimer,
    IdempotencyRecord,
    ParkedCount,
    ParkedFilter,
    ParkedMessage,
    Snapshot,
    Timer,
)
from event_store.scan import Scan
from event_store.store import EventStore
from event_store.tail import SINGLE_WRITER, Tail
from schemas.codec import Stored, decode, decode_event
from schemas.envelope import Envelope
from schemas.errors import Unavailable
from schemas.message import Event
from schemas.topics import TopicPartition

P = ParamSpec("P")
T = TypeVar("T")

READERS = 3
"""Threads that read; a backend holds a connection for each."""


class ThreadedStore(EventStore):
    """An event store over a backend; to be used in one event loop only."""

    def __init__(
        self, backend: Backend, *, poll: PollInterval = SINGLE_WRITER, writers: int = 1, recent_events: int = 0
    ) -> None:
        """Use a backend; `recent_events` is the capacity of `RecentEvents`, for a log that nobody can replace."""
        self._backend = backend
        self._recent_events = RecentEvents(recent_events)
        self._is_closed = False
        self._locks = KeyedLocks()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="event-store-reader")
        self._tail = Tail(self.head, poll)
        self._committer = GroupCommitter(backend.commit, on_committed=self._tail.advance, writers=writers)

    async def append(self, request: AppendRequest) -> AppendResult:
        result = await self._committer.append(request)
        self._recent_events.add(request.events, result)
        return result

    def exclusive(self, streams: Iterable[str]) -> AbstractAsyncContextManager[None]:
        return self._locks.hold(streams)

    async def stream(self, stream: str, *, after: int = 0) -> list[Envelope]:
        return (await self.streams({stream: after}))[stream]

    async def position_of(self, stream: str, version: int) -> int:
        return await self._read(self._backend.position_of, stream, version)

    async def streams(self, after: Mapping[str, int]) -> dict[str, list[Envelope]]:
        return await self._read(self._decode_streams, after, decode)

    async def events(self, after: Mapping[str, int]) -> dict[str, list[Event]]:
        return await self._read(self._decode_streams, after, decode_event)

    async def log(
        self, after: int, *, limit: int = 500, until: int | None = None, types: Sequence[str] = ()
    ) -> list[Stored]:
        return await self._read(self._backend.log, after, limit, until, types)

    async def scan(
        self, wanted: Scan, after: int, until: int, *, limit: int, newest_first: bool = False
    ) -> list[Stored]:
        return await self._read(self._backend.scan, wanted, after, until, limit, newest_first)

    async def versions(
        self, stream: str, *, after: int = 0, until: int | None = None, limit: int, newest_first: bool = False
    ) -> list[Stored]:
        return await self._read(self._backend.versions, stream, after, until, limit, newest_first)

    async def head(self) -> int:
        return await self._read(self._backend.head)

    async def log_id(self) -> str:
        return await self._read(self._backend.log_id)

    async def event_ids(self, positions: Collection[int]) -> dict[int, str]:
        if (remembered := self._recent_events.ids(positions)) is not None:
            return remembered
        return await self._read(self._backend.event_ids, positions)

    async def events_at(self, positions: Collection[int]) -> list[Stored]:
        return await self._read(self._backend.events_at, positions)

    async def wait_past(self, position: int, *, timeout: float) -> int:
        return await self._tail.wait_past(position, timeout=timeout)

    async def checkpoints(self, consumer: str) -> dict[TopicPartition, int]:
        return await self._read(self._backend.checkpoints, consumer)

    async def snapshot(self, stream: str, *, decider: str) -> Snapshot | None:
        return await self._read(self._backend.snapshot, stream, decider)

    async def idempotency_record(self, key: str, *, now: datetime) -> IdempotencyRecord | None:
        return await self._read(self._backend.idempotency_record, key, now)

    async def due(self, now: datetime, *, kind: str, limit: int = 500) -> list[Timer]:
        return await self._read(self._backend.due, now, kind, limit)

    async def postpone(self, timers: Sequence[Timer]) -> None:
        await self._read(self._backend.postpone, timers)

    async def fail_timers(self, failed: Sequence[FailedTimer]) -> None:
        await self._read(self._backend.fail_timers, failed)

    async def settle_timers(self, *, revived: Sequence[Timer] = (), dropped: Sequence[Timer] = ()) -> None:
        await self._read(self._backend.settle_timers, revived, dropped)

    async def mark_copied(self, messages: Sequence[ParkedMessage], timers: Sequence[FailedTimer]) -> None:
        await self._read(self._backend.mark_copied, messages, timers)

    async def timers(self, ids: Collection[str]) -> list[Timer]:
        return await self._read(self._backend.timers, ids)

    async def parked(self, consumer: str) -> list[ParkedMessage]:
        return await self._read(self._backend.parked, consumer)

    async def parked_subjects(self, consumer: str) -> frozenset[str]:
        return await self._read(self._backend.parked_subjects, consumer)

    async def parked_messages(
        self, wanted: ParkedFilter, *, after: tuple[str, int] = ("", 0), limit: int = 100
    ) -> list[ParkedMessage]:
        return await self._read(self._backend.parked_messages, wanted, after, limit)

    async def failed_timers(
        self, wanted: ParkedFilter, *, after: tuple[str, str] = ("", ""), limit: int = 100
    ) -> list[FailedTimer]:
        return await self._read(self._backend.failed_timers, wanted, after, limit)

    async def parked_counts(self) -> list[ParkedCount]:
        return await self._read(self._backend.parked_counts)

    async def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        await self._read(self._backend.save_snapshots, snapshots)

    async def drop_foreign_checkpoints(self, consumer: str) -> int:
        return await self._read(self._backend.drop_foreign_checkpoints, consumer)

    async def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        await self._committer.close()
        await asyncio.to_thread(self._readers.shutdown)
        self._backend.close()

    def _decode_streams(self, after: Mapping[str, int], decode_row: Callable[[Stored], T]) -> dict[str, list[T]]:
        found: dict[str, list[T]] = {stream: [] for stream in after}
        for stored in self._backend.streams(after):
            found[stored.stream].append(decode_row(stored))
        return found

    async def _read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._is_closed:
            raise Unavailable("the event store is closed")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, partial(call, *args, **kwargs))
