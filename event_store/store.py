"""The appending half of the store."""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from event_store.reading import EventReader
from event_store.records import (
    AppendRequest,
    AppendResult,
    FailedTimer,
    IdempotencyRecord,
    ParkedMessage,
    Snapshot,
    Timer,
)


class EventStore(EventReader):
    """What the write side needs of the store."""

    @abstractmethod
    async def append(self, request: AppendRequest) -> AppendResult:
        """Record one request durably; its events are visible to every reader when this returns.

        Concurrent callers share one transaction; a conflict fails only its own caller.

        Raises:
            Conflict: A stream is not at the version an event expects. Nothing was recorded; load and decide again.
                Where the same events (by id) are recorded already, their positions are returned instead.
            IdempotencyKeyTaken: The idempotency key was used meanwhile. Nothing was recorded; read its record.
            Unavailable: The database does not answer; whether it was recorded is unknown. Sending it again is safe.
        """

    @abstractmethod
    def exclusive(self, streams: Iterable[str]) -> AbstractAsyncContextManager[None]:
        """Wait for everybody else of this process who decides on one of these streams, in the order of the calls.

        Whoever decides on a stream that many write, such as a warehouse, does so inside: then only other processes
        can cause a conflict.
        """

    @abstractmethod
    async def idempotency_record(self, key: str, *, now: datetime) -> IdempotencyRecord | None:
        """Return the record of an idempotency key, unless it has expired at `now`."""

    @abstractmethod
    async def due(self, now: datetime, *, kind: str, limit: int = 500) -> list[Timer]:
        """Return the due timers of one kind, longest overdue first.

        They stay until an append cancels or replaces them, and are due later when they are postponed; those that are
        dead are never due.
        """

    @abstractmethod
    async def postpone(self, timers: Sequence[Timer]) -> None:
        """Set `due_at` and `attempts` of these timers; one that was cancelled or has another token stays as it is."""

    @abstractmethod
    async def fail_timers(self, failed: Sequence[FailedTimer]) -> None:
        """Record what timers failed with and when they are due again; as `postpone` does, it leaves others alone.

        `since` is that of the first failure, whatever a later one says.
        """

    @abstractmethod
    async def settle_timers(self, *, revived: Sequence[Timer] = (), dropped: Sequence[Timer] = ()) -> None:
        """Make failed timers due at their `due_at` as if they had never failed, and remove others.

        One that was cancelled, or has another token, stays as it is.
        """

    @abstractmethod
    async def mark_copied(self, messages: Sequence[ParkedMessage], timers: Sequence[FailedTimer]) -> None:
        """Note that these dead letters are on their topic, unless they have died anew."""

    @abstractmethod
    async def timers(self, ids: Collection[str]) -> list[Timer]:
        """Return those timers of these ids that are set, due or not, by their time."""

    @abstractmethod
    async def parked(self, consumer: str) -> list[ParkedMessage]:
        """Return the parked messages of a consumer, in position order."""

    @abstractmethod
    async def parked_subjects(self, consumer: str) -> frozenset[str]:
        """Return the orders of which a consumer has parked messages."""

    @abstractmethod
    async def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Save snapshots; one that is older than what is saved changes nothing."""

    @abstractmethod
    async def drop_foreign_checkpoints(self, consumer: str) -> int:
        """Delete all checkpoints of a consumer if one is at a position that the log does not have; return how many.

        It believed another log's messages, and would wait for ever where it is; what it does is safe to do again.
        """

    @abstractmethod
    async def close(self) -> None:
        """Finish pending appends, refuse later ones, and close the database."""
