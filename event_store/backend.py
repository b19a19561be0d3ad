"""What a database must offer the event store: calls that may block, made from threads."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

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
from schemas.codec import Stored
from schemas.errors import AIOutletError, Unavailable
from schemas.topics import TopicPartition

Errors = tuple[type[Exception], ...]
AppendOutcome = AppendResult | AIOutletError
"""The positions of a request's events, or the error to raise to its caller."""


class Backend(Protocol):
    """A database behind the event store; every method may be called from any thread.

    `commit` is called by as many threads at once as the store has writers, with requests that have no stream, key or
    timer in common.
    """

    def commit(self, requests: Sequence[AppendRequest]) -> Sequence[AppendOutcome]:
        """Check and record a batch in one durable transaction; return an outcome for each request, in order.

        Raises:
            Unavailable: The database does not answer; whether the batch was recorded is unknown.
            Exception: Anything else; nothing was recorded.
        """

    def streams(self, after: Mapping[str, int]) -> Sequence[Stored]:
        """Return the events after the given version of each stream; within a stream oldest first."""

    def position_of(self, stream: str, version: int) -> int:
        """As `EventReader.position_of`."""

    def log(self, after: int, limit: int, until: int | None, types: Sequence[str]) -> list[Stored]:
        """As `EventReader.log`."""

    def scan(self, wanted: Scan, after: int, until: int, limit: int, newest_first: bool) -> list[Stored]:
        """As `EventReader.scan`."""

    def versions(self, stream: str, after: int, until: int | None, limit: int, newest_first: bool) -> list[Stored]:
        """As `EventReader.versions`."""

    def head(self) -> int:
        """As `EventReader.head`."""

    def log_id(self) -> str:
        """As `EventReader.log_id`."""

    def event_ids(self, positions: Collection[int]) -> dict[int, str]:
        """As `EventReader.event_ids`."""

    def events_at(self, positions: Collection[int]) -> list[Stored]:
        """As `EventReader.events_at`."""

    def checkpoints(self, consumer: str) -> dict[TopicPartition, int]:
        """As `EventReader.checkpoints`."""

    def snapshot(self, stream: str, decider: str) -> Snapshot | None:
        """As `EventReader.snapshot`."""

    def idempotency_record(self, key: str, now: datetime) -> IdempotencyRecord | None:
        """As `EventStore.idempotency_record`."""

    def due(self, now: datetime, kind: str, limit: int) -> list[Timer]:
        """As `EventStore.due`."""

    def postpone(self, timers: Sequence[Timer]) -> None:
        """As `EventStore.postpone`."""

    def fail_timers(self, failed: Sequence[FailedTimer]) -> None:
        """As `EventStore.fail_timers`."""

    def settle_timers(self, revived: Sequence[Timer], dropped: Sequence[Timer]) -> None:
        """As `EventStore.settle_timers`."""

    def mark_copied(self, messages: Sequence[ParkedMessage], timers: Sequence[FailedTimer]) -> None:
        """As `EventStore.mark_copied`."""

    def timers(self, ids: Collection[str]) -> list[Timer]:
        """As `EventStore.timers`."""

    def parked(self, consumer: str) -> list[ParkedMessage]:
        """As `EventStore.parked`."""

    def parked_subjects(self, consumer: str) -> frozenset[str]:
        """As `EventStore.parked_subjects`."""

    def parked_messages(self, wanted: ParkedFilter, after: tuple[str, int], limit: int) -> list[ParkedMessage]:
        """As `EventReader.parked_messages`."""

    def failed_timers(self, wanted: ParkedFilter, after: tuple[str, str], limit: int) -> list[FailedTimer]:
        """As `EventReader.failed_timers`."""

    def parked_counts(self) -> list[ParkedCount]:
        """As `EventReader.parked_counts`."""

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """As `EventStore.save_snapshots`."""

    def drop_foreign_checkpoints(self, consumer: str) -> int:
        """As `EventStore.drop_foreign_checkpoints`."""

    def close(self) -> None:
        """Let go of the database; nothing is called afterwards."""


@contextmanager
def unavailable_on(faults: Errors, *, unless: Errors) -> Iterator[None]:
    """Raise `Unavailable` in the place of a database's faults, unless the request is to blame.

    Its words are none of the callers' business; whoever answers them or tries again logs the code of the cause.
    """
    try:
        yield
    except unless:
        raise
    except faults as error:
        raise Unavailable("the event store does not answer") from error
