"""Recording a batch on PostgreSQL: optimistically in one round trip, and where that is refused after a check."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import orjson
from psycopg import errors

from event_store.backend import AppendOutcome
from event_store.conflicts import (
    Accepted,
    KnownState,
    RecordedEvent,
    StreamVersion,
    check_appends,
    keys_of,
    outcome_of,
    streams_of,
)
from event_store.optimistic import consecutive_results, expected_versions, shift_positions
from event_store.postgres import queries
from event_store.postgres.arrays import bytes_array, int_array, text_array
from event_store.postgres.connections import Connection, fetch
from event_store.records import AppendRequest, ParkedMessage
from event_store.write_set import WriteSet, build_write_set
from schemas.codec import Stored
from schemas.errors import Unavailable

ATTEMPTS = 50
LOST_RACE = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected)
"""Nothing was recorded, because another process has appended since the check: check again."""


def commit(
    connection: Connection, requests: Sequence[AppendRequest], states: Sequence[Sequence[bytes]], now: datetime
) -> Sequence[AppendOutcome]:
    """As `Backend.commit`. Safe to do twice: events that are recorded already are found by their ids."""
    if (expected := expected_versions(requests)) is not None:
        with suppress(*LOST_RACE):
            verdicts = [Accepted(result) for result in consecutive_results(requests, 0)]
            return consecutive_results(
                requests, record(connection, build_write_set(requests, states, verdicts), expected, now)
            )
    return _check_and_record(connection, requests, states, now)


def _check_and_record(
    connection: Connection, requests: Sequence[AppendRequest], states: Sequence[Sequence[bytes]], now: datetime
) -> list[AppendOutcome]:
    for _ in range(ATTEMPTS):
        known = _known_state(connection, requests, now)
        verdicts = check_appends(requests, known)
        rows = build_write_set(requests, states, verdicts)
        for key in known.keys:
            rows.idempotency.pop(key, None)
        with suppress(*LOST_RACE):
            head = record(connection, rows, {}, now)
            return [shift_positions(outcome_of(verdict), known.head, head) for verdict in verdicts]
    raise Unavailable(f"the event store is too busy: others appended first {ATTEMPTS} times")


def record(connection: Connection, rows: WriteSet, expected: Mapping[str, int], now: datetime) -> int:
    """Write the rows in one transaction, and return the position before their first event.

    `expected` holds the versions that the streams must have; where it is empty, a gap is not noticed.

    Raises:
        psycopg.Error: One of `LOST_RACE`: a stream is not at its version, or an idempotency key is in use.
    """
    side_rows = _side_rows(rows)
    if not rows.events and not side_rows:
        return 0
    known = {stream: version for stream, version in expected.items() if version}
    parameters = (
        now,
        orjson.dumps(known).decode() if known else None,
        text_array(event.stream for event in rows.events),
        int_array(event.version for event in rows.events),
        text_array(event.type for event in rows.events),
        bytes_array([event.state for event in rows.events]),
        orjson.dumps(side_rows).decode(),
    )
    ((head,),) = fetch(connection, queries.RECORD, *parameters)
    return int(head)


def _known_state(connection: Connection, requests: Sequence[AppendRequest], now: datetime) -> KnownState:
    wanted = list({(event.stream, event.version) for request in requests for event in request.events})
    arrays = [stream for stream, _ in wanted], int_array(version for _, version in wanted)
    rows = fetch(connection, queries.KNOWN_STATE, list(streams_of(requests)), keys_of(requests), now, *arrays)
    head, versions, keys = rows[0][:3]
    found = [Stored._make(row[3:]) for row in rows if row[3]]
    return KnownState(
        head=head,
        versions=versions or {},
        recorded={StreamVersion(event.stream, event.version): RecordedEvent.from_stored(event) for event in found},
        keys={key: bytes.fromhex(fingerprint) for key, fingerprint in (keys or {}).items()},
    )


def _side_rows(rows: WriteSet) -> dict[str, object]:
    """Return the side rows as `record_batch` takes them; what is empty is left out."""
    answers = [
        {"key": r.key, "fingerprint": r.fingerprint.hex(), "body": r.body.hex(), "expires_at": r.expires_at}
        for r in rows.idempotency.values()
    ]
    checkpoints = [
        {"consumer": key.consumer, **key.partition._asdict(), "position": position}
        for key, position in rows.checkpoints.items()
    ]
    side_rows = {
        "answers": answers,
        "timers": [timer for timer in rows.timers.values() if timer],
        "cleared": [timer_id for timer_id, timer in rows.timers.items() if timer is None],
        "checkpoints": checkpoints,
        "parked": [_parked_row(message) for message in rows.parked.values() if message],
        "unparked": [key._asdict() for key, message in rows.parked.items() if message is None],
    }
    return {name: each for name, each in side_rows.items() if each}


def _parked_row(message: ParkedMessage) -> dict[str, object]:
    return {
        "consumer": message.consumer,
        "position": message.position,
        "subject": message.subject,
        **message.partition._asdict(),
        "retry_at": message.retry_at,
        "attempts": message.attempts,
        "cause": message.cause,
        "since": message.since,
        "trace": message.trace,
        "dead_at": message.dead_at,
        "decided": message.decided,
        "copied": message.is_copied,
    }
