"""The library's SQLite recorder, which here writes a batch in one statement and reads a page as one row.

The driver releases Python's interpreter lock for every row, and beside a busy thread waits 5 ms to get it back: 64 rows
one by one took 438 ms, in one statement 23 ms.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from types import TracebackType
from typing import Any

import orjson
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from schemas.codec import Stored

ROWS_AT_ONCE = 1_000
LOCK_TIMEOUT = 5.0
"""Seconds to wait for another process that is writing."""
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "cache_size = -16384", "journal_size_limit = 67108864")

PAGE = (
    "SELECT json_group_array(json_array(position, originator_id, originator_version, topic, length(state))),"
    " CAST(group_concat(state, '') AS BLOB) FROM ({})"
)


class Pool(SQLiteConnectionPool):
    """Connections that cache their statements and sync every commit."""

    def _create_connection(self) -> SQLiteConnection:
        connection = sqlite3.connect(
            self.db_name, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        connection.row_factory = sqlite3.Row
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return SQLiteConnection(connection, max_age=self.max_age)


class WriteTransaction(SQLiteTransaction):
    """Takes the write lock first, so that what it has read still holds when it writes."""

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        return cursor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            super().__exit__(kind, error, trace)
        finally:
            self.connection.rollback()  # a COMMIT that failed leaves the transaction open


class Datastore(SQLiteDatastore):
    """One file. A reading transaction is one statement."""

    def __init__(self, path: str) -> None:
        super().__init__(path, originator_id_type="text")
        self.pool = Pool(db_name=path)

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with self.get_connection(commit=commit) as connection:
            if commit:
                with WriteTransaction(connection, commit=True) as cursor, cursor:
                    yield cursor
            else:
                cursor = connection.cursor()
                with cursor:
                    yield cursor


class Recorder(SQLiteApplicationRecorder):
    """Writes the library's table; `rowid` is the position, from 1 without gaps."""

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any) -> list[int]:
        c.execute(f"SELECT ifnull(max(rowid), 0) FROM {self.events_table_name}")  # noqa: S608  # a constant
        (head,) = c.fetchone()
        events = [
            Stored(position, str(event.originator_id), event.originator_version, event.topic, event.state)
            for position, event in enumerate(stored_events, start=head + 1)
        ]
        self.insert(c, events)
        return [event.position for event in events]

    def insert(self, c: SQLiteCursor, events: Sequence[Stored]) -> None:
        """Insert events at their positions, which must continue the table."""
        columns = "(rowid, originator_id, originator_version, topic, state)"
        insert_rows(c, f"INSERT INTO {self.events_table_name} {columns}", events)

    def select(self, c: SQLiteCursor, query: str, parameters: Sequence[object]) -> list[Stored]:
        """Return the events of a query over `{events}` that names the rowid `position`, fetched as one row."""
        c.execute(PAGE.format(query.format(events=self.events_table_name)), parameters)
        columns, states = c.fetchone()
        return list(_split_page(orjson.loads(columns), states))


def insert_rows(c: SQLiteCursor, statement: str, rows: Sequence[Sequence[object]], conflict: str = "") -> None:
    """Run an INSERT with the values of many rows at once."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        chunk = rows[start : start + ROWS_AT_ONCE]
        values = _placeholders(len(chunk), len(chunk[0]))
        c.execute(f"{statement} VALUES {values} {conflict}", list(chain.from_iterable(chunk)))


@lru_cache(maxsize=256)
def _placeholders(rows: int, columns: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return ", ".join([row] * rows)


def _split_page(columns: list[tuple[int, str, int, str, int]], states: bytes) -> Iterator[Stored]:
    start = 0
    for position, stream, version, topic, length in columns:
        yield Stored(position, stream, version, topic, states[start : start + length])
        start += length
