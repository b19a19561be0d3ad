"""The event store in one SQLite file: for one machine."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import orjson
from eventsourcing.persistence import DataError, IntegrityError, InterfaceError, PersistenceError, ProgrammingError
from eventsourcing.sqlite import SQLiteCursor

from event_store.backend import AppendOutcome, unavailable_on
from event_store.clock import Clock, wall_clock
from event_store.conflicts import (
    KnownState,
    RecordedEvent,
    StreamVersion,
    check_appends,
    contested_versions,
    keys_of,
    outcome_of,
    streams_of,
)
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
from event_store.sqlite import queries
from event_store.sqlite.file_check import check_file
from event_store.sqlite.recorder import Datastore, Recorder, insert_rows
from event_store.sqlite.schema import migrate
from event_store.store import EventStore
from event_store.threaded import ThreadedStore
from event_store.write_set import WriteSet, build_write_set
from schemas.codec import ID_BYTES, Stored, encode, id_of
from schemas.topics import TopicPartition

RECENT_EVENTS = 20_000
"""Some seconds of a busy shop: consumers compare messages with these, and with older events in the file."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
REQUEST_ERRORS = (DataError, IntegrityError, InterfaceError, ProgrammingError)
"""Errors of a value; every other error is the database's."""


def sqlite_store(path: Path | str, *, clock: Clock = wall_clock) -> EventStore:
    """Open the store in the file at `path`, which is created or migrated where needed; `clock` stamps `recordedAt`.

    Raises:
        Unavailable: The file cannot be opened, or is not a database.
    """
    return ThreadedStore(SQLiteBackend(str(path), clock), recent_events=RECENT_EVENTS)


class SQLiteBackend:
    """Events in the library's table, side rows and snapshots in tables of our own."""

    def __init__(self, path: str, clock: Clock) -> None:
        self._clock = clock
        self._datastore = Datastore(path)
        self._recorder = Recorder(self._datastore)
        self._write_lock = Lock()
        with _available():
            check_file(Path(path))
            self._recorder.create_table()
            with self._datastore.transaction(commit=True) as cursor:
                migrate(cursor)

    def commit(self, requests: Sequence[AppendRequest]) -> list[AppendOutcome]:
        now = self._clock()
        states = [[encode(event, recorded_at=now) for event in request.events] for request in requests]
        with self._writing() as cursor:
            verdicts = check_appends(requests, self._known_state(cursor, requests, now))
            self._record(cursor, build_write_set(requests, states, verdicts), now)
        return [outcome_of(verdict) for verdict in verdicts]

    def _known_state(self, cursor: SQLiteCursor, requests: Sequence[AppendRequest], now: datetime) -> KnownState:
        parameters = _json(streams_of(requests)), _json(keys_of(requests)), _to_micros(now)
        head, streams, keys = _fetch_row(cursor, queries.KNOWN_STATE, parameters)
        versions = {stream: version for stream, version in orjson.loads(streams).items() if version}
        return KnownState(
            head=head,
            versions=versions,
            recorded=self._recorded_events(cursor, contested_versions(requests, versions)),
            keys={key: bytes.fromhex(fingerprint) for key, fingerprint in orjson.loads(keys).items()},
        )

    def _recorded_events(self, cursor: SQLiteCursor, wanted: set[StreamVersion]) -> dict[StreamVersion, RecordedEvent]:
        events = self._recorder.select(cursor, queries.EVENTS_AT, (_json(wanted),)) if wanted else []
        return {StreamVersion(event.stream, event.version): RecordedEvent.from_stored(event) for event in events}

    def _record(self, cursor: SQLiteCursor, rows: WriteSet, now: datetime) -> None:
        self._recorder.insert(cursor, rows.events)
        if rows.idempotency:
            cursor.execute("DELETE FROM answers WHERE expires_at <= ?", (_to_micros(now),))
        answers = [(r.key, r.fingerprint, r.body, _to_micros(r.expires_at)) for r in rows.idempotency.values()]
        insert_rows(cursor, "INSERT INTO answers", answers, "ON CONFLICT DO NOTHING")
        timers = [
            (t.id, t.kind, t.subject, t.token, _to_micros(t.due_at), t.attempts) for t in rows.timers.values() if t
        ]
        insert_rows(cursor, "REPLACE INTO timers (id, kind, subject, token, due_at, attempts)", timers)
        if cancelled := [timer_id for timer_id, timer in rows.timers.items() if timer is None]:
            cursor.execute("DELETE FROM timers WHERE id IN (SELECT value FROM json_each(?))", (_json(cancelled),))
        checkpoints = [(key.consumer, *key.partition, position) for key, position in rows.checkpoints.items()]
        insert_rows(cursor, "INSERT INTO checkpoints", checkpoints, queries.KEEP_HIGHEST_POSITION)
        if rows.parked:
            _record_parked(cursor, rows)

    def streams(self, after: Mapping[str, int]) -> list[Stored]:
        with self._reading() as cursor:
            return self._recorder.select(cursor, queries.STREAMS, (orjson.dumps(after).decode(),))

    def position_of(self, stream: str, version: int) -> int:
        with self._reading() as cursor:
            (position,) = _fetch_row(cursor, queries.POSITION, (stream, version))
            return int(position)

    def log(self, after: int, limit: int, until: int | None, types: Sequence[str]) -> list[Stored]:
        with self._reading() as cursor:
            last = until if until is not None else 2**63 - 1
            if types:
                return self._recorder.select(cursor, queries.LOG_OF_TYPES, (after, last, _json(types), limit))
            return self._recorder.select(cursor, queries.LOG, (after, last, limit))

    def scan(self, wanted: Scan, after: int, until: int, limit: int, newest_first: bool) -> list[Stored]:
        parts = [part.decode() for part in wanted.contains]
        conditions = (_json(wanted.types), _json(wanted.prefixes), _json(parts))
        with self._reading() as cursor:
            query = queries.SCAN.format(order=_order(newest_first))
            return self._recorder.select(cursor, query, (after, until, *conditions, limit))

    def versions(self, stream: str, after: int, until: int | None, limit: int, newest_first: bool) -> list[Stored]:
        last = until if until is not None else 2**63 - 1
        with self._reading() as cursor:
            query = queries.VERSIONS.format(order=_order(newest_first))
            return self._recorder.select(cursor, query, (stream, after, last, limit))

    def head(self) -> int:
        with self._reading() as cursor:
            (head,) = _fetch_row(cursor, queries.HEAD)
            return int(head)

    def log_id(self) -> str:
        with self._reading() as cursor:
            (log_id,) = _fetch_row(cursor, queries.LOG_ID)
            return str(log_id)

    def event_ids(self, positions: Collection[int]) -> dict[int, str]:
        with self._reading() as cursor:
            cursor.execute(queries.EVENT_IDS, (ID_BYTES, _json(list(positions))))
            return {position: id_of(state) for position, state in cursor.fetchall()}

    def events_at(self, positions: Collection[int]) -> list[Stored]:
        with self._reading() as cursor:
            return self._recorder.select(cursor, queries.AT_POSITIONS, (_json(list(positions)),))

    def checkpoints(self, consumer: str) -> dict[TopicPartition, int]:
        with self._reading() as cursor:
            (rows,) = _fetch_row(cursor, queries.CHECKPOINTS, (consumer,))
            return {TopicPartition(topic, partition): position for topic, partition, position in orjson.loads(rows)}

    def snapshot(self, stream: str, decider: str) -> Snapshot | None:
        with self._reading() as cursor:
            row = _fetch_row(cursor, queries.SNAPSHOT, (stream, decider))
            return Snapshot(stream, row[0], decider, row[1]) if row else None

    def idempotency_record(self, key: str, now: datetime) -> IdempotencyRecord | None:
        with self._reading() as cursor:
            row = _fetch_row(cursor, queries.IDEMPOTENCY_RECORD, (key, _to_micros(now)))
            return IdempotencyRecord(key, row[0], row[1], _from_micros(row[2])) if row else None

    def due(self, now: datetime, kind: str, limit: int) -> list[Timer]:
        with self._reading() as cursor:
            (rows,) = _fetch_row(cursor, queries.DUE, (_to_micros(now), kind, limit))
            return _timers(rows)

    def timers(self, ids: Collection[str]) -> list[Timer]:
        with self._reading() as cursor:
            (rows,) = _fetch_row(cursor, queries.TIMERS, (_json(list(ids)),))
            return _timers(rows)

    def postpone(self, timers: Sequence[Timer]) -> None:
        with self._writing() as cursor:
            later = [(timer.id, timer.token, _to_micros(timer.due_at), timer.attempts) for timer in timers]
            cursor.execute(queries.POSTPONE, (_json(later),))

    def fail_timers(self, failed: Sequence[FailedTimer]) -> None:
        with self._writing() as cursor:
            rows = [
                (
                    *(each.timer.id, each.timer.token, _to_micros(each.timer.due_at), each.timer.attempts),
                    *(each.cause, each.trace, _to_micros(each.since), _to_micros_or_none(each.dead_at)),
                )
                for each in failed
            ]
            cursor.execute(queries.FAIL_TIMERS, (_json(rows),))

    def settle_timers(self, revived: Sequence[Timer], dropped: Sequence[Timer]) -> None:
        with self._writing() as cursor:
            rows = [(timer.id, timer.token, _to_micros(timer.due_at)) for timer in revived]
            cursor.execute(queries.REVIVE_TIMERS, (_json(rows),))
            cursor.execute(queries.DROP_TIMERS, (_json([(timer.id, timer.token) for timer in dropped]),))

    def mark_copied(self, messages: Sequence[ParkedMessage], timers: Sequence[FailedTimer]) -> None:
        with self._writing() as cursor:
            rows = [(each.consumer, each.position, _to_micros_or_none(each.dead_at)) for each in messages]
            cursor.execute(queries.PARKED_COPIED, (_json(rows),))
            fired = [(each.timer.id, _to_micros_or_none(each.dead_at)) for each in timers]
            cursor.execute(queries.TIMERS_COPIED, (_json(fired),))

    def parked(self, consumer: str) -> list[ParkedMessage]:
        with self._reading() as cursor:
            (rows,) = _fetch_row(cursor, queries.PARKED, (consumer,))
            return [_parked_message(*row) for row in orjson.loads(rows)]

    def parked_subjects(self, consumer: str) -> frozenset[str]:
        with self._reading() as cursor:
            (rows,) = _fetch_row(cursor, queries.PARKED_SUBJECTS, (consumer,))
            return frozenset(orjson.loads(rows))

    def parked_messages(self, wanted: ParkedFilter, after: tuple[str, int], limit: int) -> list[ParkedMessage]:
        with self._reading() as cursor:
            query = queries.PARKED_MESSAGES.format(more=queries.TO_COPY if wanted == UNCOPIED else "")
            (rows,) = _fetch_row(cursor, query, (*_conditions(wanted), BEHIND, *after, limit))
            return [_parked_message(*row) for row in orjson.loads(rows)]

    def failed_timers(self, wanted: ParkedFilter, after: tuple[str, str], limit: int) -> list[FailedTimer]:
        with self._reading() as cursor:
            (rows,) = _fetch_row(cursor, queries.FAILED_TIMERS, (*_conditions(wanted), *after, limit))
            return [_failed_timer(*row) for row in orjson.loads(rows)]

    def parked_counts(self) -> list[ParkedCount]:
        with self._reading() as cursor:
            (rows,) = _fetch_row(cursor, queries.PARKED_COUNTS)
            return sorted(
                ParkedCount(what, whose, cause, bool(dead), number)
                for what, whose, cause, dead, number in orjson.loads(rows)
            )

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        with self._writing() as cursor:
            rows = [(s.stream, s.decider, s.version, s.state) for s in snapshots]
            insert_rows(cursor, "INSERT INTO snapshots", rows, queries.KEEP_NEWEST_VERSION)

    def drop_foreign_checkpoints(self, consumer: str) -> int:
        with self._writing() as cursor:
            cursor.execute(queries.DROP_FOREIGN_CHECKPOINTS, (consumer,))
            (dropped,) = _fetch_row(cursor, "SELECT changes()")
            return int(dropped)

    def close(self) -> None:
        self._datastore.close()

    @contextmanager
    def _writing(self) -> Iterator[SQLiteCursor]:
        with _available(), self._write_lock, self._datastore.transaction(commit=True) as cursor:
            yield cursor

    @contextmanager
    def _reading(self) -> Iterator[SQLiteCursor]:
        with _available(), self._datastore.transaction(commit=False) as cursor:
            yield cursor


def _available() -> AbstractContextManager[None]:
    return unavailable_on((PersistenceError, sqlite3.Error), unless=REQUEST_ERRORS)


def _timers(rows: str) -> list[Timer]:
    return [
        Timer(timer_id, kind, subject, token, _from_micros(due_at), attempts)
        for timer_id, kind, subject, token, due_at, attempts in orjson.loads(rows)
    ]


def _record_parked(cursor: SQLiteCursor, rows: WriteSet) -> None:
    cursor.execute(queries.UNPARK, (_json([key for key, message in rows.parked.items() if message is None]),))
    parked = [
        (
            *(m.consumer, m.position, m.subject, *m.partition, _to_micros(m.retry_at), m.attempts, m.cause),
            *(_to_micros(m.since), m.trace, _to_micros_or_none(m.dead_at), m.decided, m.is_copied),
        )
        for m in rows.parked.values()
        if m
    ]
    insert_rows(cursor, f"REPLACE INTO parked ({queries.PARKED_COLUMNS})", parked)


def _conditions(wanted: ParkedFilter) -> tuple[object, ...]:
    return wanted.consumer, wanted.cause, wanted.subject, wanted.is_dead, wanted.is_copied


def _parked_message(
    consumer: str,
    position: int,
    subject: str,
    topic: str,
    number: int,
    retry_at: int,
    attempts: int,
    cause: str,
    since: int,
    trace: str,
    dead_at: int | None,
    decided: int,
    copied: int,
) -> ParkedMessage:
    return ParkedMessage(
        *(consumer, position, subject, TopicPartition(topic, number), _from_micros(retry_at), attempts, cause),
        *(_from_micros(since), trace, _from_micros_or_none(dead_at), decided, bool(copied)),
    )


def _failed_timer(
    timer_id: str,
    kind: str,
    subject: str,
    token: str,
    due_at: int,
    attempts: int,
    cause: str,
    trace: str,
    since: int,
    dead_at: int | None,
    copied: int,
) -> FailedTimer:
    timer = Timer(timer_id, kind, subject, token, _from_micros(due_at), attempts)
    return FailedTimer(timer, cause, trace, _from_micros(since), _from_micros_or_none(dead_at), bool(copied))


def _fetch_row(cursor: SQLiteCursor, query: str, parameters: Sequence[object] = ()) -> Any:
    cursor.execute(query, parameters)
    return cursor.fetchone()


def _order(newest_first: bool) -> str:
    return "DESC" if newest_first else "ASC"


def _json(values: object) -> str:
    return orjson.dumps(values, default=list).decode()


def _to_micros(time: datetime) -> int:
    return (time - EPOCH) // MICROSECOND


def _to_micros_or_none(time: datetime | None) -> int | None:
    return None if time is None else _to_micros(time)


def _from_micros(micros: int) -> datetime:
    return EPOCH + micros * MICROSECOND


def _from_micros_or_none(micros: int | None) -> datetime | None:
    return None if micros is None else _from_micros(micros)
