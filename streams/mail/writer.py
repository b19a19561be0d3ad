"""Writes the mail that was requested: reads what it is about, opens the address and the name, fills the template."""

from collections.abc import Sequence
from typing import TypeVar

from domain.user import User
from event_store.reading import find_stored
from event_store.store import EventStore
from identity.sealing import Sealer
from schemas.codec import decode
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.message import Event
from schemas.notification import NotificationRequested, Template
from schemas.order import OrderCreated, OrderFact
from schemas.payment import PaymentFact
from schemas.sealed import Sealed
from schemas.shipment import ShippingPrepared
from schemas.stream_names import order_stream, shipment_stream
from schemas.user import EmailChanged, EmailChangeRequested
from streams.mail.filling import Facts, fill
from streams.mail.links import Links
from streams.mail.rendering import render
from streams.mail.transport import Mail
from streams.people import People

E = TypeVar("E", bound=Event)
TO_THE_NEW_ADDRESS = frozenset({Template.EMAIL_CHANGE, Template.ADDRESS_TAKEN})


class Writer:
    """The only part of the write side that reads mail addresses and names, and it stores none."""

    def __init__(self, store: EventStore, sealer: Sealer, people: People, links: Links) -> None:
        self._store = store
        self._sealer = sealer
        self._people = people
        self._links = links

    async def find_cause(self, request: NotificationRequested) -> Envelope:
        """Return the event that the mail is about.

        Raises:
            Poison: The log has another one, or none, at its position.
        """
        stored = await find_stored(self._store, request.cause_position)
        cause = decode(stored) if stored else None
        if cause is None or cause.id != request.cause_id:
            raise Poison(f"the log has no event {request.cause_id} at position {request.cause_position}")
        return cause

    async def write(self, message_id: str, template: Template, cause: Envelope) -> Mail | None:
        """Return the mail; none where its person has no account any more."""
        facts = await self._read_order(cause)
        user_id = facts.order.customer_id if facts.order else getattr(cause.event, "user_id", "")
        user = (await self._people.load([user_id]))[user_id]
        to = _recipient(template, cause.event, user)
        if not user.exists or to is None:
            return None
        address, name = await self._open(to, user.first_name if user.is_verified else None)
        if not address:
            return None
        content = render(template, fill(template, facts._replace(name=name), self._links))
        return Mail(id=message_id, user_id=user_id, template=template, to=address, content=content)

    async def _open(self, address: Sealed, name: Sealed | None) -> tuple[str, str]:
        """Return both in clear; nothing for what is not there, or belongs to somebody who was forgotten."""
        opened = await self._sealer.open_all([address, *([name] if name else [])])
        return opened[0] or "", (opened[1] or "") if name else ""

    async def _read_order(self, cause: Envelope) -> Facts:
        event = cause.event
        if isinstance(event, OrderCreated):
            return Facts(cause, order=event)
        if not isinstance(event, OrderFact | PaymentFact):
            return Facts(cause)
        order, shipment = order_stream(event.order_id), shipment_stream(event.order_id)
        found = await self._store.streams({order: 0, shipment: 0})
        return Facts(cause, order=_last(found[order], OrderCreated), label=_last(found[shipment], ShippingPrepared))


def _recipient(template: Template, event: Event, user: User) -> Sealed | None:
    match event:
        case EmailChangeRequested() if template in TO_THE_NEW_ADDRESS:
            return event.email
        case EmailChanged():
            return event.previous
    return user.email


def _last(envelopes: Sequence[Envelope], wanted: type[E]) -> E | None:
    return next((each.event for each in reversed(envelopes) if isinstance(each.event, wanted)), None)
