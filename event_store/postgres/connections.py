"""A pool of connections to PostgreSQL: each is used by one thread at a time, and replaced when it is broken."""

from collections.abc import Callable
from queue import Empty, LifoQueue
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from event_store.postgres.arrays import Array, ArrayDumper

T = TypeVar("T")
Connection = psycopg.Connection[tuple[Any, ...]]

# Every query uses an index: a plan that was made while a table was small must not be kept when it has grown.
SESSION = "-c timezone=UTC -c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c lock_timeout=5s"
# Only a stream that was never snapshot takes so long; callers do not wait for it.
SESSION += " -c statement_timeout=60s"
# A host that is gone does not close its connections: without these a call would wait for hours.
TIMEOUTS: dict[str, str | int | None] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class Connections:
    """As many connections as are in use at once; every statement is a transaction of its own, and prepared."""

    def __init__(self, url: str) -> None:
        parameters = conninfo_to_dict(url)
        options = f"{SESSION} {parameters.get('options') or ''}"
        defaults = {"application_name": "aioutlet", **TIMEOUTS}
        self._conninfo = make_conninfo("", **defaults | parameters | {"options": options})
        self._idle: LifoQueue[Connection] = LifoQueue()

    def run(self, work: Callable[[Connection], T]) -> T:
        """Do work that is safe to do twice: it is repeated once, on a new connection, when an idle one is broken."""
        try:
            idle = self._idle.get_nowait()
        except Empty:
            return self._run(self._connect(), work)
        try:
            return self._run(idle, work)
        except psycopg.OperationalError:
            if not idle.closed:
                raise
        self.close()  # the server went away, and the other connections with it
        return self._run(self._connect(), work)

    def close(self) -> None:
        """Close the idle connections."""
        try:
            while True:
                self._idle.get_nowait().close()
        except Empty:
            return

    def _run(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        try:
            return work(connection)
        finally:
            if not connection.closed:
                self._idle.put(connection)

    def _connect(self) -> Connection:
        connection = psycopg.connect(self._conninfo, autocommit=True, prepare_threshold=0)
        connection.adapters.register_dumper(Array, ArrayDumper)
        return connection


def fetch(connection: Connection, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows in the binary form, so that bytes come as `bytes`."""
    return connection.execute(query.encode(), parameters, binary=True).fetchall()
