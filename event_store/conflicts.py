"""Which appends of a batch conflict with the log or with each other: pure, and the same for every backend.

Requests are checked in the order they came, each against the log as the accepted ones before it leave it. Of two
requests on one stream both are accepted when the second continues the first; otherwise only the second is refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from event_store.records import AppendRequest, AppendResult, IdempotencyRecord
from schemas.codec import Stored, id_of
from schemas.envelope import Envelope
from schemas.errors import Conflict, IdempotencyKeyTaken
from schemas.values import dataclass


class StreamVersion(NamedTuple):
    """A version of a stream; the key of one event."""

    stream: str
    version: int


class RecordedEvent(NamedTuple):
    """The id and position of an event of the log."""

    id: str
    position: int

    @classmethod
    def from_stored(cls, stored: Stored) -> "RecordedEvent":
        """Read the id from the stored bytes; empty where another application wrote an event without one."""
        return cls(id_of(stored.state), stored.position)


@dataclass(frozen=True, slots=True)
class KnownState:
    """What the check must know of the log: its last position, and the streams and keys of the batch.

    `versions` may leave out empty streams. `recorded` holds at least the `contested_versions`. `keys` maps the
    idempotency keys in use to their fingerprints.
    """

    head: int
    versions: Mapping[str, int]
    recorded: Mapping[StreamVersion, RecordedEvent]
    keys: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The request is to be recorded at these positions."""

    result: AppendResult


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    """The same events are in the log: an acknowledgement was lost, or a message came twice."""

    result: AppendResult


@dataclass(frozen=True, slots=True)
class VersionConflict:
    """These streams are not at the version that the request expects."""

    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyConflict:
    """Another request has used this idempotency key."""

    key: str


Verdict = Accepted | AlreadyRecorded | VersionConflict | KeyConflict


def streams_of(requests: Iterable[AppendRequest]) -> set[str]:
    """Return the streams of the batch's events."""
    return {event.stream for request in requests for event in request.events}


def keys_of(requests: Iterable[AppendRequest]) -> list[str]:
    """Return the idempotency keys of the batch."""
    return [record.key for request in requests for record in request.keys]


def contested_versions(requests: Iterable[AppendRequest], versions: Mapping[str, int]) -> set[StreamVersion]:
    """Return the versions that the batch wants to write although the log has them; nearly always none."""
    return {
        StreamVersion(event.stream, event.version)
        for request in requests
        for event in request.events
        if event.version <= versions.get(event.stream, 0)
    }


def check_appends(requests: Sequence[AppendRequest], known: KnownState) -> list[Verdict]:
    """Return a verdict for each request, in order; new positions continue from `known.head` without a gap."""
    return list(_verdicts(requests, known))


def outcome_of(verdict: Verdict) -> AppendResult | Conflict | IdempotencyKeyTaken:
    """Return what the caller of `append` gets: its positions, or the error to raise."""
    match verdict:
        case Accepted(result) | AlreadyRecorded(result):
            return result
        case VersionConflict(streams):
            return Conflict(streams)
        case KeyConflict(key):
            return IdempotencyKeyTaken(f"the idempotency key was used meanwhile: {key}")


def _verdicts(requests: Sequence[AppendRequest], known: KnownState) -> Iterator[Verdict]:
    head, versions, recorded, keys = known.head, dict(known.versions), dict(known.recorded), dict(known.keys)
    for request in requests:
        verdict = _check(request, KnownState(head, versions, recorded, keys))
        match verdict:
            case Accepted(result):
                head += len(request.events)
                for position, event in enumerate(request.events, start=result.first):
                    versions[event.stream] = event.version
                    recorded[StreamVersion(event.stream, event.version)] = RecordedEvent(event.id, position)
                _add_keys(keys, request.keys)
            case AlreadyRecorded():
                _add_keys(keys, request.keys)
            case VersionConflict() | KeyConflict():
                pass
        yield verdict


def _add_keys(keys: dict[str, bytes], records: Iterable[IdempotencyRecord]) -> None:
    for record in records:
        keys.setdefault(record.key, record.fingerprint)


def _check(request: AppendRequest, known: KnownState) -> Verdict:
    conflicting = _conflicting_streams(request.events, known.versions)
    taken = next((record.key for record in request.keys if record.key in known.keys), None)
    repeated = _find_recorded(request.events, known.recorded) if conflicting else None
    if repeated and _is_same_request(request.idempotency, known):
        return repeated
    if taken is not None:
        return KeyConflict(taken)
    if conflicting:
        return VersionConflict(conflicting)
    count = len(request.events)
    return Accepted(AppendResult(known.head + 1, known.head + count) if count else AppendResult(0, 0))


def _conflicting_streams(events: Sequence[Envelope], versions: Mapping[str, int]) -> tuple[str, ...]:
    latest: dict[str, int] = {}
    conflicting: dict[str, None] = {}
    for event in events:
        if event.version != latest.get(event.stream, versions.get(event.stream, 0)) + 1:
            conflicting[event.stream] = None
        latest[event.stream] = event.version
    return tuple(conflicting)


def _is_same_request(record: IdempotencyRecord | None, known: KnownState) -> bool:
    return record is None or known.keys.get(record.key, record.fingerprint) == record.fingerprint


def _find_recorded(
    events: Sequence[Envelope], recorded: Mapping[StreamVersion, RecordedEvent]
) -> AlreadyRecorded | None:
    found = [recorded.get(StreamVersion(event.stream, event.version)) for event in events]
    positions = [known.position for event, known in zip(events, found, strict=True) if known and known.id == event.id]
    if len(positions) < len(events):
        return None
    return AlreadyRecorded(AppendResult(min(positions), max(positions)))
