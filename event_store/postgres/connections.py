"""Connections to PostgreSQL: borrowed by one thread at a time, replaced when they have died."""

from collections.abc import Callable
from queue import Empty, LifoQueue
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from event_store.postgres.arrays import Array, ArrayDumper

T = TypeVar("T")
Connection = psycopg.Connection[tuple[Any, ...]]

# Every query goes by an index: a plan made while a table was small must not outlive that.
SESSION = "-c timezone=UTC -c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c lock_timeout=5s"
# A host that vanished says nothing: without these a call would wait for it for hours.
TIMEOUTS: dict[str, str | int | None] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class Connections:
    """As many as are in use at once; every statement is a transaction of its own and is remembered."""

    def __init__(self, url: str) -> None:
        given = conninfo_to_dict(url)
        session = {"application_name": "aioutlet", **TIMEOUTS, **given}
        self._conninfo = make_conninfo("", **session | {"options": f"{SESSION} {given.get('options') or ''}"})
        self._idle: LifoQueue[Connection] = LifoQueue()

    def run(self, work: Callable[[Connection], T]) -> T:
        """Do work that is safe to do twice; again on a new connection, once, when the one at hand has died."""
        try:
            idle = self._idle.get_nowait()
        except Empty:
            return self._run(self._opened(), work)
        try:
            return self._run(idle, work)
        except psycopg.OperationalError:
            if not idle.closed:
                raise
        self.close()  # the server went away: the others have died with it
        return self._run(self._opened(), work)

    def close(self) -> None:
        """Let go of those that are idle."""
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

    def _opened(self) -> Connection:
        connection = psycopg.connect(self._conninfo, autocommit=True, prepare_threshold=0)
        connection.adapters.register_dumper(Array, ArrayDumper)
        return connection


def fetch(connection: Connection, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """All rows of one statement; bytes come as bytes."""
    return connection.execute(query.encode(), parameters, binary=True).fetchall()
