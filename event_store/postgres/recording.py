"""Recording a batch on PostgreSQL: judged here, guarded there, in one round trip on a good day."""

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
from event_store.optimistic import consecutive_results, expected_versions, shifted
from event_store.postgres import queries
from event_store.postgres.arrays import bytes_array, int_array, text_array
from event_store.postgres.connections import Connection, fetch
from event_store.records import AppendRequest
from event_store.write_set import WriteSet, build_write_set
from schemas.codec import Stored
from schemas.errors import Unavailable

ATTEMPTS = 50
LOST_RACE = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected)
"""Nothing was recorded: the log does not stand as it was judged to, so it is judged again."""


def commit(
    connection: Connection, requests: Sequence[AppendRequest], states: Sequence[Sequence[bytes]], at: datetime
) -> Sequence[AppendOutcome]:
    """As `Backend.commit`. Safe to do twice: events that are there are known by their ids."""
    if (after := expected_versions(requests)) is not None:
        with suppress(*LOST_RACE):
            verdicts = [Accepted(result) for result in consecutive_results(requests, 0)]
            return consecutive_results(
                requests, record(connection, build_write_set(requests, states, verdicts), after, at)
            )
    return _check_and_record(connection, requests, states, at)


def _check_and_record(
    connection: Connection, requests: Sequence[AppendRequest], states: Sequence[Sequence[bytes]], at: datetime
) -> list[AppendOutcome]:
    for _ in range(ATTEMPTS):
        known = _known_state(connection, requests, at)
        verdicts = check_appends(requests, known)
        rows = build_write_set(requests, states, verdicts)
        for key in known.keys:
            rows.idempotency.pop(key, None)
        with suppress(*LOST_RACE):
            head = record(connection, rows, {}, at)
            return [shifted(outcome_of(verdict), known.head, head) for verdict in verdicts]
    raise Unavailable("the event store is too busy: others were always faster")


def record(connection: Connection, rows: WriteSet, after: Mapping[str, int], at: datetime) -> int:
    """Write all of it in a transaction, and tell the position before its first event.

    Raises one of `LOST_RACE` when a stream is not at the version `after` says, is past it, or a key is taken.
    """
    side_rows = _side_rows(rows)
    if not rows.events and not side_rows:
        return 0
    known = {stream: version for stream, version in after.items() if version}
    parameters = (
        at,
        orjson.dumps(known).decode() if known else None,
        text_array(event.stream for event in rows.events),
        int_array(event.version for event in rows.events),
        text_array(event.type for event in rows.events),
        bytes_array([event.state for event in rows.events]),
        orjson.dumps(side_rows).decode(),
    )
    ((head,),) = fetch(connection, queries.RECORD, *parameters)
    return int(head)


def _known_state(connection: Connection, requests: Sequence[AppendRequest], at: datetime) -> KnownState:
    spots = list({(event.stream, event.version) for request in requests for event in request.events})
    asked = [stream for stream, _ in spots], int_array(version for _, version in spots)
    rows = fetch(connection, queries.KNOWN_STATE, list(streams_of(requests)), keys_of(requests), at, *asked)
    head, versions, answers = rows[0][:3]
    there = [Stored._make(row[3:]) for row in rows if row[3]]
    return KnownState(
        head=head,
        versions=versions or {},
        recorded={StreamVersion(event.stream, event.version): RecordedEvent.of(event) for event in there},
        keys={key: bytes.fromhex(fingerprint) for key, fingerprint in (answers or {}).items()},
    )


def _side_rows(rows: WriteSet) -> dict[str, object]:
    """The rows of our own tables, by their columns; what is empty is left out."""
    answers = [
        {"key": a.key, "fingerprint": a.fingerprint.hex(), "body": a.body.hex(), "expires_at": a.expires_at}
        for a in rows.idempotency.values()
    ]
    checkpoints = [
        {"consumer": consumer.name, **consumer.partition._asdict(), "position": position}
        for consumer, position in rows.checkpoints.items()
    ]
    found = {
        "answers": answers,
        "timers": [timer for timer in rows.timers.values() if timer],
        "cleared": [timer_id for timer_id, timer in rows.timers.items() if timer is None],
        "checkpoints": checkpoints,
    }
    return {name: each for name, each in found.items() if each}
