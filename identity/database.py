"""What a database must offer the identity store: transactions that may block, made from threads."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Row = tuple[Any, ...]


class Transaction(Protocol):
    """Statements of one transaction; a statement names its parameters `:name`, and a list's members `IN :name`."""

    def run(self, statement: str, **parameters: Any) -> list[Row]:
        """Run one statement and return its rows."""

    def run_many(self, statement: str, parameters: Sequence[dict[str, Any]]) -> None:
        """Run one statement with each of these parameters."""

    def lock(self, table: str) -> None:
        """Wait until nobody else writes to a table, and let nobody until the transaction ends."""


class Database(Protocol):
    """A database; every method may be called from any thread."""

    threads: int
    """How many threads may use it at once."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that reads; its statements may see different states."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction that writes: durable when the context ends, and undone when it ends with an error."""

    def scrub(self, table: str) -> None:
        """Remove what deleted and replaced rows of a table have left in the database's files."""

    def close(self) -> None:
        """Let go of the database; nothing is called afterwards."""


def to_micros(time: datetime) -> int:
    """Return a time as it is stored: microseconds since 1970 in UTC."""
    return (time - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return a stored time."""
    return EPOCH + micros * MICROSECOND


def optional_time(micros: int | None) -> datetime | None:
    """As `from_micros`, for a time that may be missing."""
    return None if micros is None else from_micros(micros)
