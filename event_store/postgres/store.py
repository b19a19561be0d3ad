"""The event store on PostgreSQL: for many machines, each with few appending processes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from event_store.backend import AppendOutcome, unavailable_on
from event_store.clock import Clock, wall_clock
from event_store.postgres import queries
from event_store.postgres.arrays import int_array
from event_store.postgres.connections import Connection, Connections, fetch
from event_store.postgres.recording import commit
from event_store.postgres.schema import STEPS, steps_applied
from event_store.records import AppendRequest, IdempotencyRecord, Snapshot, Timer
from event_store.store import EventStore
from event_store.tail import MANY_WRITERS
from event_store.threaded import ThreadedStore
from schemas.codec import Stored, encode
from schemas.errors import Unavailable
from schemas.topics import TopicPartition

T = TypeVar("T")
WRITERS = 2
"""One prepares a batch while the server commits the other's."""
DATABASE_ERRORS = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)
REQUEST_ERRORS = (errors.ProgramLimitExceeded,)
"""What a value can be to blame for, though the driver calls it the database's fault."""


def postgres_store(url: str, *, clock: Clock = wall_clock) -> EventStore:
    """Open the store in the database at `url`, which `postgres_schema.migrate` has made; `clock` stamps `recordedAt`.

    Raises:
        Unavailable: The database does not answer, or is older than this release.
    """
    return ThreadedStore(PostgresBackend(url, clock), poll=MANY_WRITERS, writers=WRITERS)


class PostgresBackend:
    """One statement records a batch and is its transaction: no client can hold a lock while it dawdles or dies."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        self._connections = Connections(url)
        applied = self._run(steps_applied)
        if applied < len(STEPS):
            self.close()
            raise Unavailable(f"the event store is at step {applied} of {len(STEPS)}: migrate it first")

    def commit(self, requests: Sequence[AppendRequest]) -> Sequence[AppendOutcome]:
        at = self._clock()
        states = [[encode(event, recorded_at=at) for event in request.events] for request in requests]
        return self._run(lambda connection: commit(connection, requests, states, at))

    def streams(self, after: Mapping[str, int]) -> list[Stored]:
        return self._events(queries.STREAMS, list(after), int_array(after.values()))

    def log(self, after: int, limit: int, until: int | None, types: Sequence[str]) -> list[Stored]:
        last = until if until is not None else 2**63 - 1
        if types:
            return self._events(queries.LOG_OF_TYPES, after, last, list(types), limit)
        return self._events(queries.LOG, after, last, limit)

    def head(self) -> int:
        ((head,),) = self._rows(queries.HEAD)
        return int(head)

    def checkpoints(self, consumer: str) -> dict[TopicPartition, int]:
        rows = self._rows(queries.CHECKPOINTS, consumer)
        return {TopicPartition(topic, partition): position for topic, partition, position in rows}

    def snapshot(self, stream: str, decider: str) -> Snapshot | None:
        rows = self._rows(queries.SNAPSHOT, stream, decider)
        return next((Snapshot(stream, version, decider, state) for version, state in rows), None)

    def idempotency_record(self, key: str, now: datetime) -> IdempotencyRecord | None:
        rows = self._rows(queries.IDEMPOTENCY_RECORD, key, now)
        return next((IdempotencyRecord(key, *row) for row in rows), None)

    def due(self, now: datetime, limit: int) -> list[Timer]:
        return [Timer(*row) for row in self._rows(queries.DUE, now, limit)]

    def next_due(self) -> datetime | None:
        rows = self._rows(queries.NEXT_DUE)
        return next((due_at for (due_at,) in rows), None)

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        self._run(lambda connection: _save(connection, snapshots))

    def close(self) -> None:
        self._connections.close()

    def _events(self, query: str, *parameters: object) -> list[Stored]:
        return [Stored._make(row) for row in self._rows(query, *parameters)]

    def _rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        return self._run(lambda connection: fetch(connection, query, *parameters))

    def _run(self, work: Callable[[Connection], T]) -> T:
        with unavailable_on(DATABASE_ERRORS, unless=REQUEST_ERRORS):
            return self._connections.run(work)


def _save(connection: Connection, snapshots: Sequence[Snapshot]) -> None:
    # In one order, or two who save the same ones would wait for each other.
    for snapshot in sorted(snapshots, key=attrgetter("stream", "decider")):
        connection.execute(queries.SAVE_SNAPSHOT, (snapshot.stream, snapshot.decider, snapshot.version, snapshot.state))
