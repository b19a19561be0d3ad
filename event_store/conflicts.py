"""Which appends of a batch conflict with the log or with each other: pure, and the same for every backend.

Requests are checked in the order they came, each against the log as the accepted ones before it leave it. So two
requests on one stream are chained when the second expects the first's result; otherwise only the second is refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from event_store.records import AppendRequest, AppendResult, IdempotencyRecord
from schemas.codec import Stored
from schemas.envelope import Envelope
from schemas.errors import Conflict, IdempotencyKeyTaken


class StreamVersion(NamedTuple):
    """One place in one stream."""

    stream: str
    version: int


class RecordedEvent(NamedTuple):
    """What stands at a versions: the event's id and its position."""

    id: str
    position: int

    @classmethod
    def of(cls, stored: Stored) -> "RecordedEvent":
        """Read the id from the stored bytes; a foreign event has none, and so is never ours."""
        try:
            return cls(str(orjson.loads(stored.state)["id"]), stored.position)
        except (LookupError, TypeError, ValueError):
            return cls("", stored.position)


@dataclass(frozen=True, slots=True)
class KnownState:
    """What the check must know of the log: its last position, and the batch's own streams and idempotency keys.

    `versions` may leave out empty streams. `recorded` holds at least the `contested_versions`. `keys` maps the
    idempotency keys in use to their fingerprints.
    """

    head: int
    versions: Mapping[str, int]
    recorded: Mapping[StreamVersion, RecordedEvent]
    keys: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Record it, at these positions (0 and 0 without events)."""

    at: AppendResult


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    """These very events are recorded: an acknowledgement was lost, or a message came twice."""

    at: AppendResult


@dataclass(frozen=True, slots=True)
class VersionConflict:
    """These streams do not stand where the request expects them."""

    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyConflict:
    """Another request answered this key first."""

    key: str


Verdict = Accepted | AlreadyRecorded | VersionConflict | KeyConflict


def streams_of(requests: Iterable[AppendRequest]) -> set[str]:
    """Every stream the batch touches."""
    return {event.stream for request in requests for event in request.events}


def keys_of(requests: Iterable[AppendRequest]) -> list[str]:
    """Every idempotency key the batch keys."""
    return [request.idempotency.key for request in requests if request.idempotency]


def contested_versions(requests: Iterable[AppendRequest], versions: Mapping[str, int]) -> set[StreamVersion]:
    """The versions the batch wants and the log has already filled; empty on a good day."""
    return {
        StreamVersion(event.stream, event.version)
        for request in requests
        for event in request.events
        if event.version <= versions.get(event.stream, 0)
    }


def check_appends(requests: Sequence[AppendRequest], known: KnownState) -> list[Verdict]:
    """A verdict for each request, in order; positions continue from the known's head without a gap."""
    return list(_verdicts(requests, known))


def outcome_of(verdict: Verdict) -> AppendResult | Conflict | IdempotencyKeyTaken:
    """What the caller of `append` gets: its positions, or the error to raise."""
    match verdict:
        case Accepted(at) | AlreadyRecorded(at):
            return at
        case VersionConflict(streams):
            return Conflict(streams)
        case KeyConflict(key):
            return IdempotencyKeyTaken(f"answered meanwhile: {key}")


def _verdicts(requests: Sequence[AppendRequest], known: KnownState) -> Iterator[Verdict]:
    head, versions, recorded, keys = known.head, dict(known.versions), dict(known.recorded), dict(known.keys)
    for request in requests:
        verdict = _verdict(request, KnownState(head, versions, recorded, keys))
        match verdict:
            case Accepted(at):
                head += len(request.events)
                for position, event in enumerate(request.events, start=at.first):
                    versions[event.stream] = event.version
                    recorded[StreamVersion(event.stream, event.version)] = RecordedEvent(event.id, position)
                _add_key(keys, request.idempotency)
            case AlreadyRecorded():
                _add_key(keys, request.idempotency)
            case VersionConflict() | KeyConflict():
                pass
        yield verdict


def _add_key(keys: dict[str, bytes], record: IdempotencyRecord | None) -> None:
    if record:
        keys.setdefault(record.key, record.fingerprint)


def _verdict(request: AppendRequest, now: KnownState) -> Verdict:
    conflicting = _conflicting_streams(request.events, now.versions)
    is_taken = request.idempotency is not None and request.idempotency.key in now.keys
    repeated = _already_recorded(request.events, now.recorded) if conflicting else None
    if repeated and _is_same_request(request.idempotency, now):
        return repeated
    if request.idempotency and is_taken:
        return KeyConflict(request.idempotency.key)
    if conflicting:
        return VersionConflict(conflicting)
    return Accepted(
        AppendResult(now.head + 1, now.head + len(request.events)) if request.events else AppendResult(0, 0)
    )


def _conflicting_streams(events: Sequence[Envelope], versions: Mapping[str, int]) -> tuple[str, ...]:
    last: dict[str, int] = {}
    conflicting: dict[str, None] = {}
    for event in events:
        if event.version != last.get(event.stream, versions.get(event.stream, 0)) + 1:
            conflicting[event.stream] = None
        last[event.stream] = event.version
    return tuple(conflicting)


def _is_same_request(record: IdempotencyRecord | None, now: KnownState) -> bool:
    return record is None or now.keys.get(record.key, record.fingerprint) == record.fingerprint


def _already_recorded(
    events: Sequence[Envelope], recorded: Mapping[StreamVersion, RecordedEvent]
) -> AlreadyRecorded | None:
    found = [recorded.get(StreamVersion(event.stream, event.version)) for event in events]
    positions = [
        recorded_event.position
        for event, recorded_event in zip(events, found, strict=True)
        if recorded_event and recorded_event.id == event.id
    ]
    if len(positions) < len(events):
        return None
    return AlreadyRecorded(AppendResult(min(positions), max(positions)))
