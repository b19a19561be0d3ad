"""The events that mails may be about, with the person each is about and the streams that tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from event_store.store import EventStore
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.message import Event
from schemas.order import OrderCreated, OrderFact
from schemas.payment import PaymentFact
from schemas.stream_names import order_stream, payment_stream
from schemas.user import UserFact
from streams.triggers import Trigger

Streams = Mapping[str, Sequence[Envelope]]


@dataclass(frozen=True, slots=True)
class Cause:
    """An event that mails may be about: its id and position in the log, and the person who gets them.

    `trigger` is the message that told of it: the event itself, or a later one that says the same again.
    """

    trigger: Trigger
    event: Event
    id: str
    position: int
    user_id: str


def subject_fields(event: Event, user_id: str) -> dict[str, Any]:
    """Return the fields by which the events of a mail are published: with its order, or else with its person."""
    return {"order_id": event.order_id} if isinstance(event, OrderFact | PaymentFact) else {"user_id": user_id}


async def find_causes(store: EventStore, triggers: Sequence[Trigger]) -> list[Cause]:
    """Return what these messages tell of, after one read of their orders and payments."""
    wanted = [stream for trigger in triggers for stream in _streams(trigger.event)]
    streams = await store.streams(dict.fromkeys(wanted, 0)) if wanted else {}
    return [_cause(trigger, streams) for trigger in triggers]


def _streams(event: Event | None) -> Sequence[str]:
    match event:
        case OrderCreated():
            return ()
        case OrderFact():
            return (order_stream(event.order_id),)
        case PaymentFact():
            return (order_stream(event.order_id), payment_stream(event.order_id))
    return ()


def _cause(trigger: Trigger, streams: Streams) -> Cause:
    event, row = trigger.event, trigger.message
    if event is None or row is None:
        raise TypeError("a timer leads to no mail")
    if isinstance(event, PaymentFact):
        first = next(each for each in streams[payment_stream(event.order_id)] if type(each.event) is type(event))
        return Cause(trigger, first.event, first.id, first.position, _customer(event.order_id, streams))
    user_id = _customer_or_user(event, streams)
    return Cause(trigger, event, trigger.cause.id, row.position, user_id)


def _customer_or_user(event: Event, streams: Streams) -> str:
    match event:
        case OrderCreated():
            return event.customer_id
        case OrderFact():
            return _customer(event.order_id, streams)
        case UserFact():
            return event.user_id
    raise Poison(f"no mail is about {event.wire_name}")


def _customer(order_id: str, streams: Streams) -> str:
    for envelope in streams[order_stream(order_id)]:
        if isinstance(envelope.event, OrderCreated):
            return envelope.event.customer_id
    raise Poison(f"order {order_id} is not in the log")
