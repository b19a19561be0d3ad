"""What one append carries: events, and the rows that must not be written without them."""

from dataclasses import dataclass
from datetime import datetime

from schemas.envelope import Envelope
from schemas.topics import TopicPartition


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """The first answer to one idempotency key, sealed by its owner; kept until `expires_at`.

    `key` is scoped by the caller (actor, route and Idempotency-Key); `fingerprint` is an HMAC of the body.
    """

    key: str
    fingerprint: bytes
    body: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to look at when `due_at` has come; one per `id`, a later one replaces it.

    `kind` says who looks (`saga`, `reservation`, `charge`), `subject` at what, `token` at which turn of it:
    a timer that fires for a turn that has passed does nothing.
    """

    id: str
    kind: str
    subject: str
    token: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`consumer` has finished everything up to `position` in `partition`; it never moves back."""

    consumer: str
    partition: TopicPartition
    position: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A disposable fold of a stream up to `version`; `decider` is the hash of the code and shape that made it."""

    stream: str
    version: int
    decider: str
    state: bytes


@dataclass(frozen=True, slots=True)
class AppendRequest:
    """One caller's request: all of it is recorded, or none.

    Each event says its stream and version, so its stream must stand at exactly the version before.
    """

    events: tuple[Envelope, ...] = ()
    idempotency: IdempotencyRecord | None = None
    timers: tuple[Timer, ...] = ()
    cleared: tuple[str, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()


@dataclass(frozen=True, slots=True)
class AppendResult:
    """Where the events of one append now stand: `first` to `last` without a gap; 0 and 0 when there were none."""

    first: int
    last: int
