"""One SQLite file, or one in memory, that keeps nothing of what was deleted."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any

import orjson

from identity.database import Row
from identity.sqlite.schema import migrate
from identity.statement import translate
from schemas.errors import Unavailable

MEMORY = ":memory:"
CONNECTIONS = 3
LOCK_TIMEOUT = 5.0
"""Seconds to wait for another process that is writing."""
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY")
"""With `secure_delete` the bytes of what is deleted are overwritten; it holds for a connection."""
FILE_MODE = 0o600


class SQLiteTransaction:
    """Statements on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def run(self, statement: str, **parameters: Any) -> list[Row]:
        lists = {name: orjson.dumps(value).decode() for name, value in parameters.items() if isinstance(value, list)}
        return self.connection.execute(_translate(statement), parameters | lists).fetchall()

    def run_many(self, statement: str, parameters: Sequence[dict[str, Any]]) -> None:
        self.connection.executemany(_translate(statement), parameters)

    def lock(self, table: str) -> None:  # noqa: ARG002 - the transaction has locked the file
        return


class SQLiteDatabase:
    """A file that only its owner may read, created or migrated where needed."""

    def __init__(self, path: Path | str) -> None:
        """Open the file at `path`, or one in memory at `:memory:`.

        Raises:
            Unavailable: It cannot be opened, or is not a database.
        """
        self._path = str(path)
        self.threads = 1 if self._path == MEMORY else CONNECTIONS
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._write_lock = Lock()
        try:
            with _faults():
                self._prepare_file()
                with self.writing() as transaction:
                    migrate(transaction.connection)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[SQLiteTransaction]:
        with _faults(), self._connection() as connection:
            yield SQLiteTransaction(connection)

    @contextmanager
    def writing(self) -> Iterator[SQLiteTransaction]:
        with _faults(), self._write_lock, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield SQLiteTransaction(connection)
                connection.execute("COMMIT")
            finally:
                connection.rollback()  # a COMMIT that failed leaves the transaction open

    def scrub(self, table: str) -> None:  # noqa: ARG002 - the file is one
        """Copy the write-ahead log into the file, and empty it: it holds pages as they were.

        Raises:
            Unavailable: Somebody reads what was there before for longer than `LOCK_TIMEOUT`.
        """
        with _faults(), self._write_lock, self._connection() as connection:
            (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise Unavailable("the identity store is being read: what was deleted is still in its journal")

    def close(self) -> None:
        try:
            while True:
                self._idle.get_nowait().close()
        except Empty:
            return

    def _prepare_file(self) -> None:
        if self._path != MEMORY:
            path = Path(self._path)
            path.touch(mode=FILE_MODE)
            path.chmod(FILE_MODE)  # SQLite gives its journals the rights of the file
            with closing(sqlite3.connect(path)) as connection:
                if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                    raise sqlite3.DatabaseError

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = _connect(self._path)
        try:
            yield connection
        finally:
            self._idle.put(connection)


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _translate(statement: str) -> str:
    return translate(statement, ":{}", "IN (SELECT value FROM json_each(:{}))")


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise Unavailable("the identity store does not answer") from error
