"""The event store on PostgreSQL: for many machines, each with few appending processes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

import orjson
import psycopg
from psycopg import errors

from event_store.backend import AppendOutcome, unavailable_on
from event_store.clock import Clock, wall_clock
from event_store.postgres import queries
from event_store.postgres.arrays import bytes_array, int_array, text_array
from event_store.postgres.connections import Connection, Connections, fetch
from event_store.postgres.recording import commit
from event_store.postgres.schema import STEPS, steps_applied
from event_store.records import (
    BEHIND,
    UNCOPIED,
    AppendRequest,
    FailedTimer,
    IdempotencyRecord,
    ParkedCount,
    ParkedFilter,
    ParkedMessage,
    Snapshot,
    Timer,
)
from event_store.scan import Scan
from event_store.store import EventStore
from event_store.tail import MANY_WRITERS
from event_store.threaded import ThreadedStore
from schemas.codec import ID_BYTES, Stored, encode, id_of
from schemas.errors import Unavailable
from schemas.topics import TopicPartition

T = TypeVar("T")
WRITERS = 2
"""One prepares a batch while the server commits the other's."""
DATABASE_ERRORS = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)
REQUEST_ERRORS = (errors.ProgramLimitExceeded,)
"""Errors of a value that is too large, although the driver calls them the database's."""


def postgres_store(url: str, *, clock: Clock = wall_clock) -> EventStore:
    """Open the store in the database at `url`, which `migrate` has prepared; `clock` stamps `recordedAt`.

    Raises:
        Unavailable: The database does not answer, or is older than this release.
    """
    return ThreadedStore(PostgresBackend(url, clock), poll=MANY_WRITERS, writers=WRITERS)


class PostgresBackend:
    """Records a batch in one statement, so that no client can hold a lock while it is slow or dead."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        try:
            self._connections = Connections(url)
        except psycopg.ProgrammingError:
            raise Unavailable("the address of the event store cannot be read") from None  # its words repeat it
        applied = self._run(steps_applied)
        if applied < len(STEPS):
            self.close()
            raise Unavailable(f"the event store is at step {applied} of {len(STEPS)}: migrate it first")

    def commit(self, requests: Sequence[AppendRequest]) -> Sequence[AppendOutcome]:
        now = self._clock()
        states = [[encode(event, recorded_at=now) for event in request.events] for request in requests]
        return self._run(lambda connection: commit(connection, requests, states, now))

    def streams(self, after: Mapping[str, int]) -> list[Stored]:
        return self._fetch_events(queries.STREAMS, list(after), int_array(after.values()))

    def position_of(self, stream: str, version: int) -> int:
        ((position,),) = self._fetch(queries.POSITION, stream, version)
        return int(position)

    def log(self, after: int, limit: int, until: int | None, types: Sequence[str]) -> list[Stored]:
        last = until if until is not None else 2**63 - 1
        if types:
            return self._fetch_events(queries.LOG_OF_TYPES, after, last, list(types), limit)
        return self._fetch_events(queries.LOG, after, last, limit)

    def scan(self, wanted: Scan, after: int, until: int, limit: int, newest_first: bool) -> list[Stored]:
        query = queries.SCAN.format(order=_order(newest_first))
        conditions = (text_array(wanted.types), text_array(wanted.prefixes), bytes_array(wanted.contains))
        return self._fetch_events(query, *conditions, after, until, limit)

    def versions(self, stream: str, after: int, until: int | None, limit: int, newest_first: bool) -> list[Stored]:
        last = until if until is not None else 2**63 - 1
        return self._fetch_events(queries.VERSIONS.format(order=_order(newest_first)), stream, after, last, limit)

    def head(self) -> int:
        ((head,),) = self._fetch(queries.HEAD)
        return int(head)

    def log_id(self) -> str:
        ((log_id,),) = self._fetch(queries.LOG_ID)
        return str(log_id)

    def event_ids(self, positions: Collection[int]) -> dict[int, str]:
        rows = self._fetch(queries.EVENT_IDS, ID_BYTES, int_array(positions))
        return {position: id_of(state) for position, state in rows}

    def events_at(self, positions: Collection[int]) -> list[Stored]:
        return self._fetch_events(queries.AT_POSITIONS, int_array(positions))

    def checkpoints(self, consumer: str) -> dict[TopicPartition, int]:
        rows = self._fetch(queries.CHECKPOINTS, consumer)
        return {TopicPartition(topic, partition): position for topic, partition, position in rows}

    def snapshot(self, stream: str, decider: str) -> Snapshot | None:
        rows = self._fetch(queries.SNAPSHOT, stream, decider)
        return next((Snapshot(stream, version, decider, state) for version, state in rows), None)

    def idempotency_record(self, key: str, now: datetime) -> IdempotencyRecord | None:
        rows = self._fetch(queries.IDEMPOTENCY_RECORD, key, now)
        return next((IdempotencyRecord(key, *row) for row in rows), None)

    def due(self, now: datetime, kind: str, limit: int) -> list[Timer]:
        return [Timer(*row) for row in self._fetch(queries.DUE, now, kind, limit)]

    def timers(self, ids: Collection[str]) -> list[Timer]:
        return [Timer(*row) for row in self._fetch(queries.TIMERS, list(ids))]

    def postpone(self, timers: Sequence[Timer]) -> None:
        self._fetch(queries.POSTPONE, orjson.dumps(timers).decode())

    def fail_timers(self, failed: Sequence[FailedTimer]) -> None:
        rows = [
            {
                "id": each.timer.id,
                "token": each.timer.token,
                "due_at": each.timer.due_at,
                "attempts": each.timer.attempts,
                "cause": each.cause,
                "trace": each.trace,
                "since": each.since,
                "dead_at": each.dead_at,
            }
            for each in failed
        ]
        self._fetch(queries.FAIL_TIMERS, orjson.dumps(rows).decode())

    def settle_timers(self, revived: Sequence[Timer], dropped: Sequence[Timer]) -> None:
        self._fetch(queries.SETTLE_TIMERS, orjson.dumps(revived).decode(), orjson.dumps(dropped).decode())

    def mark_copied(self, messages: Sequence[ParkedMessage], timers: Sequence[FailedTimer]) -> None:
        parked = [{"consumer": m.consumer, "position": m.position, "dead_at": m.dead_at} for m in messages]
        fired = [{"id": each.timer.id, "dead_at": each.dead_at} for each in timers]
        self._fetch(queries.MARK_COPIED, orjson.dumps(parked).decode(), orjson.dumps(fired).decode())

    def parked(self, consumer: str) -> list[ParkedMessage]:
        return [_parked_message(*row) for row in self._fetch(queries.PARKED, consumer)]

    def parked_subjects(self, consumer: str) -> frozenset[str]:
        return frozenset(subject for (subject,) in self._fetch(queries.PARKED_SUBJECTS, consumer))

    def parked_messages(self, wanted: ParkedFilter, after: tuple[str, int], limit: int) -> list[ParkedMessage]:
        query = queries.PARKED_MESSAGES.format(more=queries.TO_COPY if wanted == UNCOPIED else "")
        rows = self._fetch(query, *_conditions(wanted), BEHIND, *after, limit)
        return [_parked_message(*row) for row in rows]

    def failed_timers(self, wanted: ParkedFilter, after: tuple[str, str], limit: int) -> list[FailedTimer]:
        rows = self._fetch(queries.FAILED_TIMERS, *_conditions(wanted), *after, limit)
        return [FailedTimer(Timer(*row[:6]), *row[6:]) for row in rows]

    def parked_counts(self) -> list[ParkedCount]:
        return sorted(ParkedCount(*row) for row in self._fetch(queries.PARKED_COUNTS))

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        self._run(lambda connection: _save_snapshots(connection, snapshots))

    def drop_foreign_checkpoints(self, consumer: str) -> int:
        ((dropped,),) = self._fetch(queries.DROP_FOREIGN_CHECKPOINTS, consumer)
        return int(dropped)

    def close(self) -> None:
        self._connections.close()

    def _fetch_events(self, query: str, *parameters: object) -> list[Stored]:
        return [Stored._make(row) for row in self._fetch(query, *parameters)]

    def _fetch(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        return self._run(lambda connection: fetch(connection, query, *parameters))

    def _run(self, work: Callable[[Connection], T]) -> T:
        with unavailable_on(DATABASE_ERRORS, unless=REQUEST_ERRORS):
            return self._connections.run(work)


def _conditions(wanted: ParkedFilter) -> tuple[object, ...]:
    return wanted.consumer, wanted.cause, wanted.subject, wanted.is_dead, wanted.is_copied


def _parked_message(consumer: str, position: int, subject: str, topic: str, number: int, *rest: Any) -> ParkedMessage:
    return ParkedMessage(consumer, position, subject, TopicPartition(topic, number), *rest)


def _order(newest_first: bool) -> str:
    return "DESC" if newest_first else "ASC"


def _save_snapshots(connection: Connection, snapshots: Sequence[Snapshot]) -> None:
    # In one order, so that two processes that save the same ones do not deadlock.
    for snapshot in sorted(snapshots, key=attrgetter("stream", "decider")):
        connection.execute(queries.SAVE_SNAPSHOT, (snapshot.stream, snapshot.decider, snapshot.version, snapshot.state))
