"""What a processor reacts to: messages and due timers, each with the cause of what is recorded because of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from event_store.records import BEHIND, ParkedMessage, Timer
from schemas.envelope import Cause, Envelope
from schemas.errors import Poison
from schemas.ids import derived_id
from schemas.message import Event
from schemas.stream_names import ORDER_CATEGORIES, category_of, subject_of
from schemas.topics import TopicPartition
from schemas.values import dataclass, replace
from subscriptions.catch_up import UnreadableEvent


@dataclass(frozen=True, slots=True)
class Trigger:
    """A message or a due timer to react to; `cause` goes on everything recorded because of it.

    `order_id` is what it is about: the order, or whatever its processor keeps in order. `message` is the row under
    which the message is parked when it fails; `is_parked` says that it is already. `occurred_at` is a message's time.
    """

    order_id: str
    cause: Cause
    event: Event | None = None
    timer: Timer | None = None
    message: ParkedMessage | None = None
    is_parked: bool = False
    occurred_at: datetime | None = None

    @property
    def logged_order(self) -> str:
        """The order that a line in the log names, also where the trigger is about one of its mails."""
        return getattr(self.event, "order_id", None) or self.order_id


class Failure(NamedTuple):
    """A trigger that was not handled, and why."""

    trigger: Trigger
    error: Exception


def trigger_of_message(
    envelope: Envelope, subject: str, consumer: str, partition: TopicPartition, at: datetime
) -> Trigger:
    """Return a message about `subject` as a trigger; its answer happens at `at`, whenever the message was sent."""
    row = ParkedMessage(consumer, envelope.position, subject, partition, at, 0, BEHIND, at)
    return Trigger(subject, envelope.as_cause(at), envelope.event, message=row, occurred_at=envelope.occurred_at)


def trigger_of_timer(timer: Timer, saga: Sequence[Envelope] | Poison, at: datetime) -> Trigger:
    """Return a timer as a trigger; its correlation is that of the last event of its order's saga.

    Raises:
        Poison: There is no saga, or it cannot be read.
    """
    if isinstance(saga, Poison):
        raise saga
    if not saga:
        raise Poison(f"timer {timer.id} of an order without a saga")
    last = saga[-1]
    cause = replace(last.as_cause(at), id=derived_id(last.id, "timer", timer.id, timer.token))
    return Trigger(timer.subject, cause, timer=timer)


def row_of_unreadable(event: UnreadableEvent, consumer: str, partition: TopicPartition, at: datetime) -> ParkedMessage:
    """Return the row of an event that cannot be decoded; of its order, or of its stream where that is shared."""
    is_of_order = category_of(event.stream) in ORDER_CATEGORIES
    subject = subject_of(event.stream) if is_of_order else event.stream
    return ParkedMessage(consumer, event.position, subject, partition, at, 0, BEHIND, at)
