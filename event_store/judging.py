"""Who of a batch may append: the one judge of every backend, pure.

Units are judged in the order they came, each against the log as the accepted ones before it leave it. So two units on
one stream are chained when the second expects the first's result, and otherwise only the second is refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from event_store.records import Answer, Append, Appended
from schemas.codec import Stored
from schemas.envelope import Envelope
from schemas.errors import AnswerTaken, Conflict


class Spot(NamedTuple):
    """One place in one stream."""

    stream: str
    version: int


class Seen(NamedTuple):
    """What stands at a spot: the event's id and its position."""

    id: str
    position: int

    @classmethod
    def of(cls, stored: Stored) -> "Seen":
        """Read the id from the stored bytes; a foreign event has none, and so is never ours."""
        try:
            return cls(str(orjson.loads(stored.state)["id"]), stored.position)
        except (LookupError, TypeError, ValueError):
            return cls("", stored.position)


@dataclass(frozen=True, slots=True)
class Standing:
    """All the judge must know of the log: its last position, and what the batch's own streams and keys look like.

    `versions` may leave out empty streams. `seen` holds at least the `contested` spots. `answers` maps the keys
    that are taken to their fingerprints.
    """

    head: int
    versions: Mapping[str, int]
    seen: Mapping[Spot, Seen]
    answers: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Record it, at these positions (0 and 0 without events)."""

    at: Appended


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """These very events are recorded: an acknowledgement was lost, or a message came twice."""

    at: Appended


@dataclass(frozen=True, slots=True)
class Moved:
    """These streams do not stand where the unit expects them."""

    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """Another unit answered this key first."""

    key: str


Verdict = Accepted | AlreadyThere | Moved | Taken


def streams_of(units: Iterable[Append]) -> set[str]:
    """Every stream the batch touches."""
    return {event.stream for unit in units for event in unit.events}


def keys_of(units: Iterable[Append]) -> list[str]:
    """Every idempotency key the batch answers."""
    return [unit.answer.key for unit in units if unit.answer]


def contested(units: Iterable[Append], versions: Mapping[str, int]) -> set[Spot]:
    """The spots the batch wants and the log has already filled; empty on a good day."""
    return {
        Spot(event.stream, event.version)
        for unit in units
        for event in unit.events
        if event.version <= versions.get(event.stream, 0)
    }


def judge(units: Sequence[Append], standing: Standing) -> list[Verdict]:
    """A verdict for each unit, in order; positions continue from the standing's head without a gap."""
    return list(_verdicts(units, standing))


def outcome(verdict: Verdict) -> Appended | Conflict | AnswerTaken:
    """What the caller of `append` gets: its positions, or the error to raise."""
    match verdict:
        case Accepted(at) | AlreadyThere(at):
            return at
        case Moved(streams):
            return Conflict(streams)
        case Taken(key):
            return AnswerTaken(f"answered meanwhile: {key}")


def _verdicts(units: Sequence[Append], standing: Standing) -> Iterator[Verdict]:
    head, versions, seen, answers = standing.head, dict(standing.versions), dict(standing.seen), dict(standing.answers)
    for unit in units:
        verdict = _verdict(unit, Standing(head, versions, seen, answers))
        match verdict:
            case Accepted(at):
                head += len(unit.events)
                for position, event in enumerate(unit.events, start=at.first):
                    versions[event.stream] = event.version
                    seen[Spot(event.stream, event.version)] = Seen(event.id, position)
                _remember(answers, unit.answer)
            case AlreadyThere():
                _remember(answers, unit.answer)
            case Moved() | Taken():
                pass
        yield verdict


def _remember(answers: dict[str, bytes], answer: Answer | None) -> None:
    if answer:
        answers.setdefault(answer.key, answer.fingerprint)


def _verdict(unit: Append, now: Standing) -> Verdict:
    moved = _moved(unit.events, now.versions)
    taken = unit.answer is not None and unit.answer.key in now.answers
    if moved and _is_first_answer(unit.answer, now) and (there := _already_there(unit.events, now.seen)):
        return there
    if unit.answer and taken:
        return Taken(unit.answer.key)
    if moved:
        return Moved(moved)
    return Accepted(Appended(now.head + 1, now.head + len(unit.events)) if unit.events else Appended(0, 0))


def _moved(events: Sequence[Envelope], versions: Mapping[str, int]) -> tuple[str, ...]:
    last: dict[str, int] = {}
    moved: dict[str, None] = {}
    for event in events:
        if event.version != last.get(event.stream, versions.get(event.stream, 0)) + 1:
            moved[event.stream] = None
        last[event.stream] = event.version
    return tuple(moved)


def _is_first_answer(answer: Answer | None, now: Standing) -> bool:
    return answer is None or now.answers.get(answer.key, answer.fingerprint) == answer.fingerprint


def _already_there(events: Sequence[Envelope], seen: Mapping[Spot, Seen]) -> AlreadyThere | None:
    found = [seen.get(Spot(event.stream, event.version)) for event in events]
    positions = [there.position for event, there in zip(events, found, strict=True) if there and there.id == event.id]
    if len(positions) < len(events):
        return None
    return AlreadyThere(Appended(min(positions), max(positions)))
