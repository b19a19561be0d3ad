"""What is recorded with an event: its place in the log, when and why it happened, and who caused it."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import Annotated

from schemas.actor_type import ActorType
from schemas.ids import derived_id
from schemas.message import ADDED_LATER, Event, Message
from schemas.sealed import Sealed
from schemas.values import dataclass


class Actor(Message):
    """Who caused an event."""

    type: ActorType
    id: str
    roles: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The id that stands for kind and id together: whose orders are this actor's, and whose key seals its fields.

        That of a customer is its own; that of another kind follows from both, so that nobody is taken for a customer.
        """
        return self.id if self.type == ActorType.CUSTOMER else derived_id(self.type, self.id)


class Client(Message):
    """The network client that caused an event; on identity and security events only.

    `ip_index` is the blind index of its network under the month's key of strangers, by which auditors find it.
    """

    ip: Sealed | None = None
    user_agent: Sealed | None = None
    ip_index: Annotated[str | None, ADDED_LATER] = None


SYSTEM = Actor(type=ActorType.SYSTEM, id="aioutlet")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why events are recorded: copied from the request or from the message being handled.

    `id` becomes the causation id; `at` is the only time a handler sees.
    """

    id: str
    at: datetime
    correlation_id: str
    actor: Actor = SYSTEM
    request_id: str | None = None
    traceparent: str | None = None
    client: Client | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event with its metadata.

    `version` counts from 1 within `stream` without gaps; `position` counts from 1 within the store without
    gaps and is 0 until the event is appended.
    """

    id: str
    stream: str
    version: int
    event: Event
    occurred_at: datetime
    correlation_id: str
    causation_id: str
    actor: Actor = SYSTEM
    request_id: str | None = None
    traceparent: str | None = None
    client: Client | None = None
    subject_id: str | None = None
    recorded_at: datetime | None = None
    position: int = 0
    type: str = field(init=False, repr=False, compare=False)
    """The event's wire name; each model asks for it several times, and as a property it took 4 % of a rebuild."""

    def __post_init__(self) -> None:
        self.type = self.event.wire_name  # type: ignore[misc]  # frozen to the type checker alone

    def as_cause(self, at: datetime) -> Cause:
        """This message as the cause of the events recorded in answer to it, at the time of the answer."""
        return Cause(
            id=self.id,
            at=at,
            correlation_id=self.correlation_id,
            request_id=self.request_id,
            traceparent=self.traceparent,
        )


def wrap_events(
    stream: str, after: int, events: Sequence[Event], cause: Cause, *, subject_id: str | None = None, recorded: int = 0
) -> list[Envelope]:
    """Put `events` in envelopes as the versions after `after` of `stream`.

    Ids derive from the cause, the stream and the event's index, so that deciding again gives the same envelopes.
    `recorded` is how many events this cause has already led to in this stream.
    """
    return [
        Envelope(
            id=derived_id(cause.id, stream, str(recorded + index)),
            stream=stream,
            version=after + 1 + index,
            event=event,
            occurred_at=cause.at,
            correlation_id=cause.correlation_id,
            causation_id=cause.id,
            actor=cause.actor,
            request_id=cause.request_id,
            traceparent=cause.traceparent,
            client=cause.client,
            subject_id=subject_id,
        )
        for index, event in enumerate(events)
    ]
