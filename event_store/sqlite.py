"""The event store in one SQLite file: for one machine, and as many readers as it likes."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import orjson
from eventsourcing.persistence import DataError, IntegrityError, InterfaceError, PersistenceError, ProgrammingError
from eventsourcing.sqlite import SQLiteCursor

from event_store import sqlite_queries as queries
from event_store.backed import BackedStore
from event_store.backend import Outcome
from event_store.batch import Batch, batch
from event_store.clock import Clock, wall_clock
from event_store.judging import Seen, Spot, Standing, contested, judge, keys_of, outcome, streams_of
from event_store.records import Answer, Append, Snapshot, Timer
from event_store.sqlite_recorder import Datastore, Recorder, insert_rows
from event_store.sqlite_schema import migrate
from event_store.store import EventStore
from schemas.codec import Stored, encode
from schemas.errors import Unavailable
from schemas.topics import Place

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
OF_ONE_UNIT = (DataError, IntegrityError, InterfaceError, ProgrammingError)
"""What a value can be to blame for; every other error is the database's."""


def sqlite_store(path: Path | str, *, clock: Clock = wall_clock) -> EventStore:
    """Open the store at `path`, made or brought up to date where needed; `clock` stamps `recordedAt`.

    Raises:
        Unavailable: The file cannot be opened, or is not a database.
    """
    return BackedStore(SQLiteBackend(str(path), clock))


class SQLiteBackend:
    """The library's table and recorder, and our own tables beside it."""

    def __init__(self, path: str, clock: Clock) -> None:
        self._clock = clock
        self._datastore = Datastore(path)
        self._recorder = Recorder(self._datastore)
        self._turn = Lock()
        with _available():
            self._recorder.create_table()
            with self._datastore.transaction(commit=True) as cursor:
                migrate(cursor)

    def commit(self, units: Sequence[Append]) -> list[Outcome]:
        at = self._clock()
        states = [[encode(event, recorded_at=at) for event in unit.events] for unit in units]
        with self._writing() as cursor:
            verdicts = judge(units, self._standing(cursor, units, at))
            self._record(cursor, batch(units, states, verdicts), at)
        return [outcome(verdict) for verdict in verdicts]

    def _standing(self, cursor: SQLiteCursor, units: Sequence[Append], at: datetime) -> Standing:
        touched, asked = _json(streams_of(units)), _json(keys_of(units))
        head, found, taken = _row(cursor, queries.STANDING, (touched, asked, _micros(at)))
        versions = {stream: version for stream, version in orjson.loads(found).items() if version}
        return Standing(
            head=head,
            versions=versions,
            seen=self._seen(cursor, contested(units, versions)),
            answers={key: bytes.fromhex(fingerprint) for key, fingerprint in orjson.loads(taken).items()},
        )

    def _seen(self, cursor: SQLiteCursor, spots: set[Spot]) -> dict[Spot, Seen]:
        events = self._recorder.select(cursor, queries.AT_SPOTS, (_json(spots),)) if spots else []
        return {Spot(event.stream, event.version): Seen.of(event) for event in events}

    def _record(self, cursor: SQLiteCursor, rows: Batch, at: datetime) -> None:
        self._recorder.insert(cursor, rows.events)
        if rows.answers:
            cursor.execute("DELETE FROM answers WHERE expires_at <= ?", (_micros(at),))
        answers = [(a.key, a.fingerprint, a.body, _micros(a.expires_at)) for a in rows.answers.values()]
        insert_rows(cursor, "INSERT INTO answers", answers, "ON CONFLICT DO NOTHING")
        timers = [(t.id, t.kind, t.subject, t.token, _micros(t.due_at)) for t in rows.timers.values() if t]
        insert_rows(cursor, "REPLACE INTO timers", timers)
        if cleared := [timer_id for timer_id, timer in rows.timers.items() if timer is None]:
            cursor.execute("DELETE FROM timers WHERE id IN (SELECT value FROM json_each(?))", (_json(cleared),))
        checkpoints = [(at.name, *at.place, position) for at, position in rows.checkpoints.items()]
        insert_rows(cursor, "INSERT INTO checkpoints", checkpoints, queries.NEVER_BACK)

    def streams(self, after: Mapping[str, int]) -> list[Stored]:
        with self._reading() as cursor:
            return self._recorder.select(cursor, queries.STREAMS, (orjson.dumps(after).decode(),))

    def log(self, after: int, limit: int, until: int | None, types: Sequence[str]) -> list[Stored]:
        with self._reading() as cursor:
            last = until if until is not None else 2**63 - 1
            if types:
                return self._recorder.select(cursor, queries.LOG_OF_TYPES, (after, last, _json(types), limit))
            return self._recorder.select(cursor, queries.LOG, (after, last, limit))

    def head(self) -> int:
        with self._reading() as cursor:
            (head,) = _row(cursor, queries.HEAD)
            return int(head)

    def checkpoints(self, consumer: str) -> dict[Place, int]:
        with self._reading() as cursor:
            (rows,) = _row(cursor, queries.CHECKPOINTS, (consumer,))
            return {Place(topic, partition): position for topic, partition, position in orjson.loads(rows)}

    def snapshot(self, stream: str, decider: str) -> Snapshot | None:
        with self._reading() as cursor:
            row = _row(cursor, queries.SNAPSHOT, (stream, decider))
            return Snapshot(stream, row[0], decider, row[1]) if row else None

    def answer(self, key: str, now: datetime) -> Answer | None:
        with self._reading() as cursor:
            row = _row(cursor, queries.ANSWER, (key, _micros(now)))
            return Answer(key, row[0], row[1], _moment(row[2])) if row else None

    def due(self, now: datetime, limit: int) -> list[Timer]:
        with self._reading() as cursor:
            (rows,) = _row(cursor, queries.DUE, (_micros(now), limit))
            return [Timer(**timer | {"due_at": _moment(timer["due_at"])}) for timer in orjson.loads(rows)]

    def next_due(self) -> datetime | None:
        with self._reading() as cursor:
            (due_at,) = _row(cursor, queries.NEXT_DUE)
            return None if due_at is None else _moment(due_at)

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        with self._writing() as cursor:
            rows = [(s.stream, s.decider, s.version, s.state) for s in snapshots]
            insert_rows(cursor, "INSERT INTO snapshots", rows, queries.NEWEST)

    def close(self) -> None:
        self._datastore.close()

    @contextmanager
    def _writing(self) -> Iterator[SQLiteCursor]:
        with _available(), self._turn, self._datastore.transaction(commit=True) as cursor:
            yield cursor

    @contextmanager
    def _reading(self) -> Iterator[SQLiteCursor]:
        with _available(), self._datastore.transaction(commit=False) as cursor:
            yield cursor


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except OF_ONE_UNIT:
        raise
    except (PersistenceError, sqlite3.Error) as error:
        raise Unavailable(f"the event store does not answer: {error}") from error


def _row(cursor: SQLiteCursor, query: str, parameters: Sequence[object] = ()) -> Any:
    cursor.execute(query, parameters)
    return cursor.fetchone()


def _json(values: object) -> str:
    return orjson.dumps(values, default=list).decode()


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def _moment(micros: int) -> datetime:
    return EPOCH + micros * MICROSECOND
