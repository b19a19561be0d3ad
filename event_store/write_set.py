"""What a judged batch comes to: the rows to write, each id once, in the order of the callers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from event_store.conflicts import Accepted, AlreadyRecorded, KeyConflict, Verdict, VersionConflict
from event_store.records import AppendRequest, IdempotencyRecord, Timer
from schemas.codec import Stored
from schemas.topics import TopicPartition


class ConsumerPartition(NamedTuple):
    """Who has finished something, and of which partition."""

    name: str
    partition: TopicPartition


@dataclass(slots=True)
class WriteSet:
    """The net effect; `timers` maps an id to its timer, or to None where it is cleared."""

    events: list[Stored] = field(default_factory=list)
    idempotency: dict[str, IdempotencyRecord] = field(default_factory=dict)
    timers: dict[str, Timer | None] = field(default_factory=dict)
    checkpoints: dict[ConsumerPartition, int] = field(default_factory=dict)


def build_write_set(
    requests: Sequence[AppendRequest], states: Sequence[Sequence[bytes]], verdicts: Sequence[Verdict]
) -> WriteSet:
    """Gather what the verdicts let through; `states` are the encoded events of each request.

    Of a request that is already there, the events and timers are too; its checkpoints and its answer may be new.
    """
    result = WriteSet()
    for request, encoded, verdict in zip(requests, states, verdicts, strict=True):
        match verdict:
            case Accepted(at):
                result.events += _event_rows(request, encoded, at.first)
                if request.cleared or request.timers:
                    result.timers |= dict.fromkeys(request.cleared) | {timer.id: timer for timer in request.timers}
                _add_side_rows(result, request)
            case AlreadyRecorded():
                _add_side_rows(result, request)
            case VersionConflict() | KeyConflict():
                pass
    return result


def _event_rows(request: AppendRequest, encoded: Sequence[bytes], first: int) -> list[Stored]:
    return [
        Stored(position, event.stream, event.version, event.type, state)
        for position, (event, state) in enumerate(zip(request.events, encoded, strict=True), start=first)
    ]


def _add_side_rows(result: WriteSet, request: AppendRequest) -> None:
    if request.idempotency:
        result.idempotency.setdefault(request.idempotency.key, request.idempotency)
    for checkpoint in request.checkpoints:
        consumer = ConsumerPartition(checkpoint.consumer, checkpoint.partition)
        result.checkpoints[consumer] = max(checkpoint.position, result.checkpoints.get(consumer, 0))
