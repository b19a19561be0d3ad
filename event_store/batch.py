"""What a judged batch comes to: the rows to write, each id once, in the order of the callers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from event_store.judging import Accepted, AlreadyThere, Moved, Taken, Verdict
from event_store.records import Answer, Append, Timer
from schemas.codec import Stored
from schemas.topics import Place


class Consumer(NamedTuple):
    """Who has finished something, and of which partition."""

    name: str
    place: Place


@dataclass(slots=True)
class Batch:
    """The net effect; `timers` maps an id to its timer, or to None where it is cleared."""

    events: list[Stored] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    timers: dict[str, Timer | None] = field(default_factory=dict)
    checkpoints: dict[Consumer, int] = field(default_factory=dict)


def batch(units: Sequence[Append], states: Sequence[Sequence[bytes]], verdicts: Sequence[Verdict]) -> Batch:
    """Gather what the verdicts let through; `states` are the encoded events of each unit.

    Of a unit that is already there, the events and timers are too; its checkpoints and its answer may be new.
    """
    result = Batch()
    for unit, encoded, verdict in zip(units, states, verdicts, strict=True):
        match verdict:
            case Accepted(at):
                result.events += _rows(unit, encoded, at.first)
                if unit.cleared or unit.timers:
                    result.timers |= dict.fromkeys(unit.cleared) | {timer.id: timer for timer in unit.timers}
                _note(result, unit)
            case AlreadyThere():
                _note(result, unit)
            case Moved() | Taken():
                pass
    return result


def _rows(unit: Append, encoded: Sequence[bytes], first: int) -> list[Stored]:
    return [
        Stored(position, event.stream, event.version, event.type, state)
        for position, (event, state) in enumerate(zip(unit.events, encoded, strict=True), start=first)
    ]


def _note(result: Batch, unit: Append) -> None:
    if unit.answer:
        result.answers.setdefault(unit.answer.key, unit.answer)
    for checkpoint in unit.checkpoints:
        consumer = Consumer(checkpoint.consumer, checkpoint.place)
        result.checkpoints[consumer] = max(checkpoint.position, result.checkpoints.get(consumer, 0))
