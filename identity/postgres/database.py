"""A pool of connections to PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool

from identity.database import Row
from identity.postgres.schema import STEPS, steps_applied
from identity.statement import translate
from schemas.errors import Unavailable

Connection = psycopg.Connection[tuple[Any, ...]]

CONNECTIONS = 4
SESSION = "-c timezone=UTC -c lock_timeout=5s -c statement_timeout=30s"
# A host that is gone does not close its connections: without these a call would wait for hours.
TIMEOUTS: dict[str, str | int | None] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
WAIT = 5.0
"""Seconds to wait for a connection."""


class PostgresTransaction:
    """Statements on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def run(self, statement: str, **parameters: Any) -> list[Row]:
        cursor = self._connection.execute(_translate(statement), parameters, binary=True)
        return cursor.fetchall() if cursor.description else []

    def run_many(self, statement: str, parameters: Sequence[dict[str, Any]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_translate(statement), parameters)

    def lock(self, table: str) -> None:
        self._connection.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE".encode())


class PostgresDatabase:
    """A database that `identity.postgres.schema.migrate` has prepared."""

    def __init__(self, url: str) -> None:
        """Connect to the database at `url`.

        Raises:
            Unavailable: It does not answer, or is older than this release.
        """
        self.threads = CONNECTIONS
        self._pool = _open_pool(url)
        try:
            self._check_steps()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[PostgresTransaction]:
        with self._connection() as connection:
            yield PostgresTransaction(connection)

    @contextmanager
    def writing(self) -> Iterator[PostgresTransaction]:
        with self._connection() as connection, connection.transaction():
            yield PostgresTransaction(connection)

    def scrub(self, table: str) -> None:
        """Remove dead rows from the table's pages; the server's own log and its backups keep what they have."""
        with self._connection() as connection:
            connection.execute(f"VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF) {table}".encode())

    def close(self) -> None:
        self._pool.close()

    def _check_steps(self) -> None:
        with self._connection() as connection:
            applied = steps_applied(connection)
        if applied < len(STEPS):
            raise Unavailable(f"the identity store is at step {applied} of {len(STEPS)}: migrate it first")

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._pool.connection(WAIT) as connection:
                yield connection
        except psycopg.Error as error:
            raise Unavailable("the identity store does not answer") from error


def _open_pool(url: str) -> ConnectionPool[Connection]:
    try:
        parameters = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise Unavailable("the address of the identity store cannot be read") from None  # its words repeat it
    options = f"{SESSION} {parameters.get('options') or ''}"
    defaults = {"application_name": "aioutlet", **TIMEOUTS}
    return ConnectionPool(
        make_conninfo("", **defaults | parameters | {"options": options}),
        kwargs={"autocommit": True},
        min_size=0,
        max_size=CONNECTIONS,
        timeout=WAIT,
        reconnect_timeout=WAIT,
        check=ConnectionPool.check_connection,
        open=True,
    )


def _translate(statement: str) -> bytes:
    return translate(statement, "%({})s", "= ANY(%({})s)").encode()
