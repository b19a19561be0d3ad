"""The books of the payment stand-in: what it charged and refunded, whatever our log says of it."""

import json
import sqlite3
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

LOCK_TIMEOUT = 5.0
"""Seconds to wait for another process that is writing."""


class EntryState(StrEnum):
    """What has become of the one charge an order can have; `announced` is promised for later, `refused` never made."""

    ANNOUNCED = "announced"
    CHARGED = "charged"
    REFUNDED = "refunded"
    REFUSED = "refused"


class BookEntry(NamedTuple):
    """One order's charge, in minor units; `attempt` is the request that made it."""

    order_id: str
    state: EntryState
    attempt: int
    amount: int
    currency: str

    @property
    def kept(self) -> int:
        """The money that the provider holds of this order."""
        return self.amount if self.state is EntryState.CHARGED else 0


class ProviderBooks:
    """One row per order in a SQLite file, which several processes may share; in memory by default.

    A commit is not synced: the books must outlive their process, and need not outlive the machine.
    """

    def __init__(self, path: Path | str = ":memory:") -> None:
        self._connection = sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = OFF"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS entries (order_id TEXT PRIMARY KEY, state TEXT NOT NULL,"
            " attempt INTEGER NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL) WITHOUT ROWID"
        )

    def find(self, order_id: str) -> BookEntry | None:
        """Return an order's entry, if it has one."""
        row = self._connection.execute("SELECT * FROM entries WHERE order_id = ?", (order_id,)).fetchone()
        return _entry(row) if row else None

    def write(self, entry: BookEntry, *, unless: frozenset[EntryState]) -> BookEntry:
        """Write an entry unless there is one in one of these states, and return the one there is now."""
        self._connection.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state,"
            " attempt = excluded.attempt, amount = excluded.amount, currency = excluded.currency"
            " WHERE state NOT IN (SELECT value FROM json_each(?))",
            (*entry, json.dumps(sorted(unless))),
        )
        written = self.find(entry.order_id)
        if written is None:
            raise LookupError(entry.order_id)
        return written

    def entries(self) -> Iterator[BookEntry]:
        """Yield every entry."""
        yield from map(_entry, self._connection.execute("SELECT * FROM entries ORDER BY order_id"))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _entry(row: tuple[str, str, int, int, str]) -> BookEntry:
    order_id, state, attempt, amount, currency = row
    return BookEntry(order_id, EntryState(state), attempt, amount, currency)
