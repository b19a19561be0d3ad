"""What one append records: events, and the side rows that must not be written without them."""

from dataclasses import dataclass
from datetime import datetime

from schemas.envelope import Envelope
from schemas.topics import TopicPartition


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """The reply to the first request with an idempotency key; kept until `expires_at`.

    `key` is scoped by the caller (actor, route and Idempotency-Key); `fingerprint` is an HMAC of the request's
    body, and `body` is the reply, sealed by the caller. A claim has the id of what the request has created as its
    `body`.
    """

    key: str
    fingerprint: bytes
    body: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to do when `due_at` has come; one per `id`, a later one replaces it.

    `kind` names the processor (`saga`, `reservation`, `charge`), `subject` what it is about, `token` the step it was
    set in: a timer that fires after its step is over does nothing. `attempts` counts the firings that failed.
    """

    id: str
    kind: str
    subject: str
    token: str
    due_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`consumer` has finished everything up to `position` in `partition`; the store never moves it back."""

    consumer: str
    partition: TopicPartition
    position: int


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """A message that `consumer` could not handle, to be tried again at `retry_at`; one per consumer and position.

    `subject` is the order: its later messages are parked behind this one, so that they stay in order. `attempts` counts
    the failures; `cause` names the last one without any data of the message.
    """

    consumer: str
    position: int
    subject: str
    partition: TopicPartition
    retry_at: datetime
    attempts: int
    cause: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The disposable state of a stream at `version`; `decider` names the decider and the version of its state."""

    stream: str
    version: int
    decider: str
    state: bytes


@dataclass(frozen=True, slots=True)
class AppendRequest:
    """What one caller wants recorded: all of it, or nothing.

    Each event has its version, so its stream must be at exactly the version before. `claim` is a second idempotency
    record, which outlives the reply. `parked` adds or replaces parked messages, `unparked` removes them.
    """

    events: tuple[Envelope, ...] = ()
    idempotency: IdempotencyRecord | None = None
    claim: IdempotencyRecord | None = None
    timers: tuple[Timer, ...] = ()
    cancelled_timers: tuple[str, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    parked: tuple[ParkedMessage, ...] = ()
    unparked: tuple[ParkedMessage, ...] = ()

    @property
    def keys(self) -> tuple[IdempotencyRecord, ...]:
        """The records of the idempotency keys that must not be in use."""
        return tuple(record for record in (self.idempotency, self.claim) if record)


@dataclass(frozen=True, slots=True)
class AppendResult:
    """The positions of one append's events: `first` to `last` without a gap; 0 and 0 when there were none."""

    first: int
    last: int
