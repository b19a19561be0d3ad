"""The appending half of the store."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime

from event_store.reading import EventReader
from event_store.records import AppendRequest, AppendResult, IdempotencyRecord, Snapshot, Timer


class EventStore(EventReader):
    """Everything the write side asks of the store."""

    @abstractmethod
    async def append(self, request: AppendRequest) -> AppendResult:
        """Record one request durably; its events are visible to every reader when this returns.

        Concurrent callers share one transaction; a conflict fails only its own caller.

        Raises:
            Conflict: A stream does not stand where an event expects it. Nothing was recorded; load and decide again.
                Events that are already there under the same ids (an acknowledgement was lost) are an answer instead.
            AnswerTaken: The idempotency key was answered meanwhile. Nothing was recorded; read that answer.
            Unavailable: The database does not answer; whether it was recorded is unknown. Sending it again is safe.
        """

    @abstractmethod
    async def idempotency_record(self, key: str, *, now: datetime) -> IdempotencyRecord | None:
        """The answer recorded under an idempotency key, unless it has expired at `now`."""

    @abstractmethod
    async def due(self, now: datetime, *, limit: int = 500) -> list[Timer]:
        """Timers whose time has come, the longest overdue first. They stay until an append clears or replaces them."""

    @abstractmethod
    async def next_due(self) -> datetime | None:
        """When the earliest timer is due, if there is one."""

    @abstractmethod
    async def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Keep these; losing them costs time, never truth."""

    @abstractmethod
    async def close(self) -> None:
        """Finish what was accepted, refuse what comes later, let go of the database."""
