"""The rows to write for a checked batch, each id once, in the order of the requests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from event_store.conflicts import Accepted, AlreadyRecorded, KeyConflict, Verdict, VersionConflict
from event_store.records import AppendRequest, IdempotencyRecord, Timer
from schemas.codec import Stored
from schemas.topics import TopicPartition


class ConsumerPartition(NamedTuple):
    """A consumer and one of its partitions: the key of a checkpoint."""

    consumer: str
    partition: TopicPartition


@dataclass(slots=True)
class WriteSet:
    """Rows by their keys; `timers` maps an id to its timer, or to None where it is cancelled."""

    events: list[Stored] = field(default_factory=list)
    idempotency: dict[str, IdempotencyRecord] = field(default_factory=dict)
    timers: dict[str, Timer | None] = field(default_factory=dict)
    checkpoints: dict[ConsumerPartition, int] = field(default_factory=dict)


def build_write_set(
    requests: Sequence[AppendRequest], states: Sequence[Sequence[bytes]], verdicts: Sequence[Verdict]
) -> WriteSet:
    """Return the rows of the accepted requests; `states` are the encoded events of each request.

    Where a request's events are recorded already, so are its timers; its checkpoints and idempotency record may be new.
    """
    rows = WriteSet()
    for request, encoded, verdict in zip(requests, states, verdicts, strict=True):
        match verdict:
            case Accepted(result):
                rows.events += _event_rows(request, encoded, result.first)
                rows.timers |= dict.fromkeys(request.cancelled_timers) | {timer.id: timer for timer in request.timers}
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
