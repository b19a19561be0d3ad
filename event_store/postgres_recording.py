"""Recording a batch on PostgreSQL: judged here, guarded there, in one round trip on a good day."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import orjson
from psycopg import errors

from event_store import postgres_queries as queries
from event_store.backend import Outcome
from event_store.batch import Batch, batch
from event_store.judging import Accepted, Seen, Spot, Standing, judge, keys_of, outcome, streams_of
from event_store.postgres_arrays import bytes_array, int_array, text_array
from event_store.postgres_connections import Connection, fetch
from event_store.records import Append
from event_store.trusting import expected, in_turn, moved
from schemas.codec import Stored
from schemas.errors import Unavailable

ATTEMPTS = 50
LOST_RACE = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected)
"""Nothing was recorded: the log does not stand as it was judged to, so it is judged again."""


def commit(
    connection: Connection, units: Sequence[Append], states: Sequence[Sequence[bytes]], at: datetime
) -> Sequence[Outcome]:
    """As `Backend.commit`. Safe to do twice: events that are there are known by their ids."""
    if (after := expected(units)) is not None:
        with suppress(*LOST_RACE):
            verdicts = [Accepted(place) for place in in_turn(units, 0)]
            return in_turn(units, record(connection, batch(units, states, verdicts), after, at))
    return _judged(connection, units, states, at)


def _judged(
    connection: Connection, units: Sequence[Append], states: Sequence[Sequence[bytes]], at: datetime
) -> list[Outcome]:
    for _ in range(ATTEMPTS):
        standing = _standing(connection, units, at)
        verdicts = judge(units, standing)
        rows = batch(units, states, verdicts)
        for key in standing.answers:
            rows.answers.pop(key, None)
        with suppress(*LOST_RACE):
            head = record(connection, rows, {}, at)
            return [moved(outcome(verdict), standing.head, head) for verdict in verdicts]
    raise Unavailable("the event store is too busy: others were always faster")


def record(connection: Connection, rows: Batch, after: Mapping[str, int], at: datetime) -> int:
    """Write all of it in a transaction, and tell the position before its first event.

    Raises one of `LOST_RACE` when a stream is not at the version `after` says, is past it, or a key is taken.
    """
    beside = _beside(rows)
    if not rows.events and not beside:
        return 0
    standing = {stream: version for stream, version in after.items() if version}
    parameters = (
        at,
        orjson.dumps(standing).decode() if standing else None,
        text_array(event.stream for event in rows.events),
        int_array(event.version for event in rows.events),
        text_array(event.type for event in rows.events),
        bytes_array([event.state for event in rows.events]),
        orjson.dumps(beside).decode(),
    )
    ((head,),) = fetch(connection, queries.RECORD, *parameters)
    return int(head)


def _standing(connection: Connection, units: Sequence[Append], at: datetime) -> Standing:
    spots = list({(event.stream, event.version) for unit in units for event in unit.events})
    asked = [stream for stream, _ in spots], int_array(version for _, version in spots)
    rows = fetch(connection, queries.STANDING, list(streams_of(units)), keys_of(units), at, *asked)
    head, versions, answers = rows[0][:3]
    there = [Stored._make(row[3:]) for row in rows if row[3]]
    return Standing(
        head=head,
        versions=versions or {},
        seen={Spot(event.stream, event.version): Seen.of(event) for event in there},
        answers={key: bytes.fromhex(fingerprint) for key, fingerprint in (answers or {}).items()},
    )


def _beside(rows: Batch) -> dict[str, object]:
    """The rows of our own tables, by their columns; what is empty is left out."""
    answers = [
        {"key": a.key, "fingerprint": a.fingerprint.hex(), "body": a.body.hex(), "expires_at": a.expires_at}
        for a in rows.answers.values()
    ]
    checkpoints = [
        {"consumer": consumer.name, **consumer.place._asdict(), "position": position}
        for consumer, position in rows.checkpoints.items()
    ]
    found = {
        "answers": answers,
        "timers": [timer for timer in rows.timers.values() if timer],
        "cleared": [timer_id for timer_id, timer in rows.timers.items() if timer is None],
        "checkpoints": checkpoints,
    }
    return {name: each for name, each in found.items() if each}
