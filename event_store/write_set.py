"""The rows to write for a checked batch, each id once, in the order of the requests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from event_store.conflicts import Accepted, AlreadyRecorded, KeyConflict, Verdict, VersionConflict
from event_store.records import AppendRequest, IdempotencyRecord, ParkedMessage, Timer
from schemas.codec import Stored
from schemas.topics import TopicPartition


class ConsumerPartition(NamedTuple):
    """A consumer and one of its partitions: the key of a checkpoint."""

    consumer: str
    partition: TopicPartition


class ConsumerPosition(NamedTuple):
    """A consumer and the position of a message: the key of a parked message."""

    consumer: str
    position: int


@dataclass(slots=True)
class WriteSet:
    """Rows by their keys; `timers` and `parked` map a key to its row, or to None where it is removed."""

    events: list[Stored] = field(default_factory=list)
    idempotency: dict[str, IdempotencyRecord] = field(default_factory=dict)
    timers: dict[str, Timer | None] = field(default_factory=dict)
    checkpoints: dict[ConsumerPartition, int] = field(default_factory=dict)
    parked: dict[ConsumerPosition, ParkedMessage | None] = field(default_factory=dict)


def build_write_set(
    requests: Sequence[AppendRequest], states: Sequence[Sequence[bytes]], verdicts: Sequence[Verdict]
) -> WriteSet:
    """Return the rows of the accepted requests; `states` are the encoded events of each request.

    Where a request's events are recorded already, so are its timers; its other rows may be new.
    """
    rows = WriteSet()
    for request, encoded, verdict in zip(requests, states, verdicts, strict=True):
        match verdict:
            case Accepted(result):
                rows.events += _event_rows(request, encoded, result.first)
                if request.cancelled_timers or request.timers:
                    rows.timers |= dict.fromkeys(request.cancelled_timers)
                    rows.timers |= {timer.id: timer for timer in request.timers}
                _add_side_rows(rows, request)
            case AlreadyRecorded():
                _add_side_rows(rows, request)
            case VersionConflict() | KeyConflict():
                pass
    return rows


def _event_rows(request: AppendRequest, encoded: Sequence[bytes], first: int) -> list[Stored]:
    return [
        Stored(position, event.stream, event.version, event.type, state)
        for position, (event, state) in enumerate(zip(request.events, encoded, strict=True), start=first)
    ]


def _add_side_rows(rows: WriteSet, request: AppendRequest) -> None:
    for record in request.keys:
        rows.idempotency.setdefault(record.key, record)
    for checkpoint in request.checkpoints:
        key = ConsumerPartition(checkpoint.consumer, checkpoint.partition)
        rows.checkpoints[key] = max(checkpoint.position, rows.checkpoints.get(key, 0))
    for message in request.unparked:
        rows.parked[ConsumerPosition(message.consumer, message.position)] = None
    for message in request.parked:
        rows.parked[ConsumerPosition(message.consumer, message.position)] = message
