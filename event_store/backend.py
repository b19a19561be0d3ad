"""What a database must offer to become an event store: plain calls that may block, made from threads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from event_store.records import Answer, Append, Appended, Snapshot, Timer
from schemas.codec import Stored
from schemas.errors import AIOutletError
from schemas.topics import Place

Outcome = Appended | AIOutletError
"""Where one unit now stands, or the error to raise to its caller."""


class Backend(Protocol):
    """Every call may come from any thread.

    `commit` comes from as many at once as the store has writers, with units that touch nothing in common.
    """

    def commit(self, units: Sequence[Append]) -> Sequence[Outcome]:
        """Judge and record a batch in one durable transaction; an outcome for each unit, in order.

        Whatever it raises instead, nothing was recorded; `Unavailable` leaves even that open.
        """

    def streams(self, after: Mapping[str, int]) -> Sequence[Stored]:
        """The events past the given version of every stream named; within a stream oldest first."""

    def log(self, after: int, limit: int, until: int | None, types: Sequence[str]) -> list[Stored]:
        """As `EventReader.log`."""

    def head(self) -> int:
        """As `EventReader.head`."""

    def checkpoints(self, consumer: str) -> dict[Place, int]:
        """As `EventReader.checkpoints`."""

    def snapshot(self, stream: str, decider: str) -> Snapshot | None:
        """As `EventReader.snapshot`."""

    def answer(self, key: str, now: datetime) -> Answer | None:
        """As `EventStore.answer`."""

    def due(self, now: datetime, limit: int) -> list[Timer]:
        """As `EventStore.due`."""

    def next_due(self) -> datetime | None:
        """As `EventStore.next_due`."""

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """As `EventStore.save_snapshots`."""

    def close(self) -> None:
        """Let go of the database; nothing is called afterwards."""
