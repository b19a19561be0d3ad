"""The event store in memory, over the library's plain-old-Python recorder: for tests and experiments."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import TypeVar
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from event_store.backend import AppendOutcome
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
from event_store.threaded import ThreadedStore
from event_store.write_set import ConsumerPosition, WriteSet, build_write_set
from schemas.codec import Stored, encode, id_of
from schemas.topics import TopicPartition

K = TypeVar("K")
V = TypeVar("V")


def memory_store(*, clock: Clock = wall_clock) -> EventStore:
    """Return an empty store; `clock` stamps `recordedAt`."""
    return ThreadedStore(MemoryBackend(clock))


class MemoryRecorder(POPOApplicationRecorder):
    """The library's recorder, with access to its lists: a position is an index plus one."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = self._database_lock

    def version_of(self, stream: str) -> int:
        """Return the last version of a stream, 0 where it is empty."""
        index = self._stored_events_index.get(stream)
        return next(reversed(index), 0) if index else 0

    def position_of(self, stream: str, version: int) -> int:
        """Return the position of one version of a stream, 0 where there is none."""
        return self._stored_events_index.get(stream, {}).get(version, -1) + 1

    def state_at(self, position: int) -> bytes:
        return self._stored_events[position - 1].state

    def event_at(self, position: int) -> Stored:
        event = self._stored_events[position - 1]
        return Stored(position, str(event.originator_id), event.originator_version, event.topic, event.state)

    def __len__(self) -> int:
        return len(self._stored_events)


class MemoryBackend:
    """The library's recorder for the events, and dictionaries for the side rows."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._log = MemoryRecorder()
        self._log_id = uuid4().hex
        self._idempotency: dict[str, IdempotencyRecord] = {}
        self._timers: dict[str, Timer] = {}
        self._failed_timers: dict[str, FailedTimer] = {}
        self._checkpoints: dict[str, dict[TopicPartition, int]] = defaultdict(dict)
        """By consumer."""
        self._parked: dict[ConsumerPosition, ParkedMessage] = {}
        self._snapshots: dict[tuple[str, str], Snapshot] = {}

    def commit(self, requests: Sequence[AppendRequest]) -> list[AppendOutcome]:
        now = self._clock()
        states = [[encode(event, recorded_at=now) for event in request.events] for request in requests]
        with self._log.lock:
            verdicts = check_appends(requests, self._known_state(requests, now))
            self._record(build_write_set(requests, states, verdicts), now)
        return [outcome_of(verdict) for verdict in verdicts]

    def _known_state(self, requests: Sequence[AppendRequest], now: datetime) -> KnownState:
        versions = {stream: self._log.version_of(stream) for stream in streams_of(requests)}
        records = {key: self.idempotency_record(key, now) for key in keys_of(requests)}
        return KnownState(
            head=len(self._log),
            versions=versions,
            recorded={at: self._recorded_event(at) for at in contested_versions(requests, versions)},
            keys={key: record.fingerprint for key, record in records.items() if record},
        )

    def _recorded_event(self, at: StreamVersion) -> RecordedEvent:
        return RecordedEvent.from_stored(self._log.event_at(self._log.position_of(*at)))

    def _record(self, rows: WriteSet, now: datetime) -> None:
        self._log.insert_events([_lasting(event) for event in rows.events])
        self._idempotency.update(
            {key: new for key, new in rows.idempotency.items() if self.idempotency_record(key, now) is None}
        )
        _apply(self._timers, rows.timers)
        _apply(self._failed_timers, dict.fromkeys(rows.timers))
        _apply(self._parked, rows.parked)
        for (consumer, partition), position in rows.checkpoints.items():
            known = self._checkpoints[consumer]
            known[partition] = max(position, known.get(partition, 0))

    def streams(self, after: Mapping[str, int]) -> list[Stored]:
        with self._log.lock:
            return [
                self._log.event_at(self._log.position_of(stream, version))
                for stream, last in after.items()
                for version in range(last + 1, self._log.version_of(stream) + 1)
            ]

    def position_of(self, stream: str, version: int) -> int:
        with self._log.lock:
            return self._log.position_of(stream, version)

    def log(self, after: int, limit: int, until: int | None, types: Sequence[str]) -> list[Stored]:
        with self._log.lock:
            last = len(self._log) if until is None else min(until, len(self._log))
            events = map(self._log.event_at, range(max(after, 0) + 1, last + 1))
            return list(islice((event for event in events if not types or event.type in types), limit))

    def scan(self, wanted: Scan, after: int, until: int, limit: int, newest_first: bool) -> list[Stored]:
        with self._log.lock:
            positions = _ordered(max(after, 0) + 1, min(until, len(self._log)), newest_first)
            events = (self._log.event_at(position) for position in positions)
            return list(islice((e for e in events if wanted.meets(e.stream, e.type, e.state)), limit))

    def versions(self, stream: str, after: int, until: int | None, limit: int, newest_first: bool) -> list[Stored]:
        with self._log.lock:
            last = self._log.version_of(stream)
            versions = _ordered(max(after, 0) + 1, last if until is None else min(until, last), newest_first)[:limit]
            return [self._log.event_at(self._log.position_of(stream, version)) for version in versions]

    def head(self) -> int:
        return len(self._log)

    def log_id(self) -> str:
        return self._log_id

    def event_ids(self, positions: Collection[int]) -> dict[int, str]:
        with self._log.lock:
            known = (position for position in positions if 0 < position <= len(self._log))
            return {position: id_of(self._log.state_at(position)) for position in known}

    def events_at(self, positions: Collection[int]) -> list[Stored]:
        with self._log.lock:
            return [self._log.event_at(position) for position in sorted(positions) if 0 < position <= len(self._log)]

    def checkpoints(self, consumer: str) -> dict[TopicPartition, int]:
        with self._log.lock:
            return self._checkpoints[consumer].copy()

    def snapshot(self, stream: str, decider: str) -> Snapshot | None:
        return self._snapshots.get((stream, decider))

    def idempotency_record(self, key: str, now: datetime) -> IdempotencyRecord | None:
        record = self._idempotency.get(key)
        return record if record and record.expires_at > now else None

    def due(self, now: datetime, kind: str, limit: int) -> list[Timer]:
        with self._log.lock:
            overdue = [
                timer
                for timer in self._timers.values()
                if timer.kind == kind and timer.due_at <= now and not self._is_dead(timer)
            ]
        return sorted(overdue, key=attrgetter("due_at"))[:limit]

    def postpone(self, timers: Sequence[Timer]) -> None:
        with self._log.lock:
            for timer in timers:
                known = self._timers.get(timer.id)
                if known and known.token == timer.token:
                    self._timers[timer.id] = replace(known, due_at=timer.due_at, attempts=timer.attempts)

    def fail_timers(self, failed: Sequence[FailedTimer]) -> None:
        with self._log.lock:
            for each in failed:
                if (known := self._timers.get(each.timer.id)) and known.token == each.timer.token:
                    before = self._failed_timers.get(known.id, each)
                    self._timers[known.id] = replace(known, due_at=each.timer.due_at, attempts=each.timer.attempts)
                    self._failed_timers[known.id] = replace(each, since=before.since, is_copied=False)

    def settle_timers(self, revived: Sequence[Timer], dropped: Sequence[Timer]) -> None:
        with self._log.lock:
            for timer in (*revived, *dropped):
                failed = self._failed_timers.get(timer.id)
                if failed and self._timers[timer.id].token == timer.token:
                    del self._failed_timers[timer.id]
                    known = self._timers.pop(timer.id)
                    if timer in revived:
                        self._timers[timer.id] = replace(known, due_at=timer.due_at, attempts=0)

    def mark_copied(self, messages: Sequence[ParkedMessage], timers: Sequence[FailedTimer]) -> None:
        with self._log.lock:
            for message in messages:
                at = ConsumerPosition(message.consumer, message.position)
                known = self._parked.get(at)
                if known and known.dead_at == message.dead_at:
                    self._parked[at] = replace(known, is_copied=True)
            for failed in timers:
                timer = self._failed_timers.get(failed.timer.id)
                if timer and timer.dead_at == failed.dead_at:
                    self._failed_timers[failed.timer.id] = replace(timer, is_copied=True)

    def timers(self, ids: Collection[str]) -> list[Timer]:
        with self._log.lock:
            found = [self._timers[timer_id] for timer_id in ids if timer_id in self._timers]
        return sorted(found, key=attrgetter("due_at"))

    def parked(self, consumer: str) -> list[ParkedMessage]:
        with self._log.lock:
            messages = [message for message in self._parked.values() if message.consumer == consumer]
        return sorted(messages, key=attrgetter("position"))

    def parked_subjects(self, consumer: str) -> frozenset[str]:
        return frozenset(message.subject for message in self.parked(consumer))

    def parked_messages(self, wanted: ParkedFilter, after: tuple[str, int], limit: int) -> list[ParkedMessage]:
        with self._log.lock:
            found = [
                message
                for at, message in self._parked.items()
                if at > after
                and message.cause != BEHIND
                and _is_wanted(wanted, message.consumer, message.subject, message)
            ]
        return sorted(found, key=attrgetter("consumer", "position"))[:limit]

    def failed_timers(self, wanted: ParkedFilter, after: tuple[str, str], limit: int) -> list[FailedTimer]:
        with self._log.lock:
            failed = [replace(each, timer=self._timers[timer_id]) for timer_id, each in self._failed_timers.items()]
        found = [
            each
            for each in failed
            if (each.timer.kind, each.timer.id) > after
            and _is_wanted(wanted, each.timer.kind, each.timer.subject, each)
        ]
        return sorted(found, key=attrgetter("timer.kind", "timer.id"))[:limit]

    def parked_counts(self) -> list[ParkedCount]:
        with self._log.lock:
            messages = [
                ("message", each.consumer, each.cause, each.dead_at is not None) for each in self._parked.values()
            ]
            timers = [
                ("timer", each.timer.kind, each.cause, each.dead_at is not None)
                for each in self._failed_timers.values()
            ]
        return [ParkedCount(*group, number) for group, number in sorted(Counter(messages + timers).items())]

    def _is_dead(self, timer: Timer) -> bool:
        failed = self._failed_timers.get(timer.id)
        return failed is not None and failed.dead_at is not None

    def save_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        with self._log.lock:
            for snapshot in snapshots:
                known = self._snapshots.get((snapshot.stream, snapshot.decider))
                if known is None or known.version < snapshot.version:
                    self._snapshots[snapshot.stream, snapshot.decider] = snapshot

    def drop_foreign_checkpoints(self, consumer: str) -> int:
        with self._log.lock:
            own = self._checkpoints[consumer]
            if max(own.values(), default=0) <= len(self._log):
                return 0
            del self._checkpoints[consumer]
        return len(own)

    def close(self) -> None:
        """Do nothing: there is no connection."""


def _lasting(event: Stored) -> StoredEvent:
    """Return an event to keep: its state is copied, for the bytes that orjson returns occupy its buffer of 4 KiB."""
    return StoredEvent(event.stream, event.version, event.type, bytes(memoryview(event.state)))


def _is_wanted(wanted: ParkedFilter, consumer: str, subject: str, parked: ParkedMessage | FailedTimer) -> bool:
    return (
        wanted.consumer in (None, consumer)
        and wanted.subject in (None, subject)
        and wanted.cause in (None, parked.cause)
        and wanted.is_dead in (None, parked.dead_at is not None)
        and wanted.is_copied in (None, parked.is_copied)
    )


def _ordered(first: int, last: int, newest_first: bool) -> range:
    return range(last, first - 1, -1) if newest_first else range(first, last + 1)


def _apply(rows: dict[K, V], changes: Mapping[K, V | None]) -> None:
    for key, row in changes.items():
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row
