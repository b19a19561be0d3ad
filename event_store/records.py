"""What one append records: events, and the side rows that must not be written without them."""

from datetime import datetime
from typing import NamedTuple

from schemas.envelope import Envelope
from schemas.topics import TopicPartition
from schemas.values import dataclass, replace

BEHIND = "behind_a_parked_message"
"""The cause of a parked message that has not been tried."""


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

    def due_again(self, at: datetime) -> "Timer":
        """Return the timer as if it had never failed, due at a time."""
        return replace(self, due_at=at, attempts=0)


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
    the failures; `cause` names the last one and `trace` says where it was raised, both without any data of the message.
    It is parked `since` then. From `dead_at` on it is a dead letter, which nobody tries again until an operator asks
    for it: the decisions up to version `decided` of their stream are carried out. `is_copied` says that the dead letter
    is on its topic.
    """

    consumer: str
    position: int
    subject: str
    partition: TopicPartition
    retry_at: datetime
    attempts: int
    cause: str
    since: datetime
    trace: str = ""
    dead_at: datetime | None = None
    decided: int = 0
    is_copied: bool = False


@dataclass(frozen=True, slots=True)
class FailedTimer:
    """A timer that fired and failed: `cause`, `trace`, `since` and `dead_at` are as those of a parked message."""

    timer: Timer
    cause: str
    trace: str
    since: datetime
    dead_at: datetime | None = None
    is_copied: bool = False


@dataclass(frozen=True, slots=True)
class ParkedFilter:
    """Which parked messages or failed timers are wanted; None is any.

    `consumer` is the kind of a timer. Messages that only wait behind others are left out.
    """

    consumer: str | None = None
    cause: str | None = None
    subject: str | None = None
    is_dead: bool | None = None
    is_copied: bool | None = None


UNCOPIED = ParkedFilter(is_dead=True, is_copied=False)
"""The dead letters that are not on their topic yet."""


class ParkedCount(NamedTuple):
    """How many messages (`what` is `message`) or timers (`timer`) are parked, or dead, of a consumer and cause.

    The consumer of a timer is its kind.
    """

    what: str
    consumer: str
    cause: str
    is_dead: bool
    number: int


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
        return tuple(filter(None, (self.idempotency, self.claim)))


@dataclass(frozen=True, slots=True)
class AppendResult:
    """The positions of one append's events: `first` to `last` without a gap; 0 and 0 when there were none."""

    first: int
    last: int
