"""The appending half of the store."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime

from event_store.reading import EventReader
from event_store.records import AppendRequest, AppendResult, IdempotencyRecord, Snapshot, Timer


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
    async def idempotency_record(self, key: str, *, now: datetime) -> IdempotencyRecord | None:
        """Return the record of an idempotency key, unless it has expired at `now`."""

    @abstractmethod
    async def due(self, now: datetime, *, limit: int = 500) -> list[Timer]:
        """Return the timers that are due, longest overdue first; they stay until an append cancels or replaces them."""

    @abstractmethod
    async def next_due(self) -> datetime | None:
        """Return when the earliest timer is due, if there is one."""

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
