"""What each mail says: its template's context, from the event it is about."""

from typing import Any, NamedTuple, TypeVar

from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.message import Event
from schemas.notification import Template
from schemas.order import OrderCancelled, OrderCreated, OrderFailed
from schemas.payment import PaymentProcessed, PaymentRefunded
from schemas.shipment import ShippingPrepared
from schemas.user import (
    EmailChanged,
    EmailChangeRequested,
    EmailVerificationRequested,
    PasswordChanged,
    PasswordResetCompleted,
    PasswordResetRequested,
    TokenReuseDetected,
    UserFact,
)
from streams.mail.contexts import (
    AccountContext,
    Context,
    EndContext,
    Line,
    OrderContext,
    PaymentContext,
    ProofContext,
    ShipmentContext,
)
from streams.mail.links import Links
from streams.mail.words import failure_in_words, sum_in_words, time_in_words

MAX_LINES = 30
"""Products of an order that a mail lists."""
_WHAT: dict[type[Event], str] = {
    EmailChangeRequested: "Another address was entered for your account.",
    EmailChanged: "Your account has another address.",
    PasswordChanged: "Your password was changed.",
    PasswordResetCompleted: "Your password was set anew by a mailed link.",
    TokenReuseDetected: "Somebody used an old key of one of your sessions. We have ended that session.",
}
E = TypeVar("E", bound=Event)


class Facts(NamedTuple):
    """What a mail is about: an event, the name of its person, and the order with its label where there is one.

    `name` is empty where nobody has proven the address: a stranger may have entered both.
    """

    cause: Envelope
    name: str = ""
    order: OrderCreated | None = None
    label: ShippingPrepared | None = None


def fill(template: Template, facts: Facts, links: Links) -> Context:
    """Return the context of a template.

    Raises:
        Poison: The event is no cause of such a mail, or its order is not in the log.
    """
    event = facts.cause.event
    match template:
        case Template.WELCOME:
            asked = _as(event, EmailVerificationRequested)
            link = links.verification(asked.user_id, asked.verification_id)
            return ProofContext(link=link, expires=time_in_words(asked.expires_at))
        case Template.EMAIL_CHANGE:
            change = _as(event, EmailChangeRequested)
            link = links.verification(change.user_id, change.verification_id)
            return ProofContext(link=link, expires=time_in_words(change.expires_at))
        case Template.PASSWORD_RESET:
            reset = _as(event, PasswordResetRequested)
            link = links.reset(reset.user_id, reset.reset_id)
            return ProofContext(link=link, expires=time_in_words(reset.expires_at))
        case Template.ADDRESS_TAKEN:
            return Context(link=links.forgotten)
        case Template.EMAIL_CHANGE_NOTICE | Template.SECURITY_ALERT:
            return _account(facts, links.forgotten)
        case Template.EMAIL_CHANGED:
            return _account(facts, links.account)
        case _:
            return _order(template, facts, links)


def _account(facts: Facts, link: str) -> AccountContext:
    event = _as(facts.cause.event, UserFact)
    if type(event) not in _WHAT:
        raise Poison(f"no mail is about {event.wire_name}")
    at = time_in_words(facts.cause.occurred_at)
    return AccountContext(link=link, name=facts.name, what=_WHAT[type(event)], at=at)


def _order(template: Template, facts: Facts, links: Links) -> OrderContext:
    shared, event = _shared(facts, links), facts.cause.event
    match template:
        case Template.RECEIPT | Template.REFUND_ISSUED:
            is_receipt = template is Template.RECEIPT
            moved: PaymentProcessed | PaymentRefunded = (
                _as(event, PaymentProcessed) if is_receipt else _as(event, PaymentRefunded)
            )
            amount, at = sum_in_words(moved.amount, moved.currency), time_in_words(facts.cause.occurred_at)
            return PaymentContext(**shared, amount=amount, at=at)
        case Template.ORDER_SHIPPED:
            carrier, number = (facts.label.carrier, facts.label.tracking_number) if facts.label else ("", "")
            return ShipmentContext(**shared, carrier=carrier, tracking_number=number)
        case Template.ORDER_FAILED:
            return EndContext(**shared, reason=failure_in_words(_as(event, OrderFailed).failed_step))
        case Template.ORDER_CANCELLED:
            _as(event, OrderCancelled)
            return EndContext(**shared, reason="The order was cancelled.")
        case _:
            return OrderContext(**shared)


def _shared(facts: Facts, links: Links) -> dict[str, Any]:
    order = facts.order
    if order is None:
        raise Poison(f"the order of event {facts.cause.id} is not in the log")
    lines = [
        Line(each.name, each.quantity, sum_in_words(each.quantity * each.unit_price, order.currency))
        for each in order.items
    ]
    return {
        "link": links.order(order.order_id),
        "name": facts.name,
        "number": order.order_number,
        "lines": tuple(lines[:MAX_LINES]),
        "more": max(0, len(lines) - MAX_LINES),
        "subtotal": sum_in_words(order.subtotal, order.currency),
        "tax": sum_in_words(order.tax, order.currency),
        "shipping": sum_in_words(order.shipping, order.currency),
        "total": sum_in_words(order.total_amount, order.currency),
    }


def _as(event: Event, wanted: type[E]) -> E:
    if not isinstance(event, wanted):
        raise Poison(f"no such mail is about {event.wire_name}")
    return event
