"""Which event leads to which mails: a table."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from schemas.message import Event
from schemas.notification import Template
from schemas.order import OrderCancelled, OrderCompleted, OrderCreated, OrderDelivered, OrderFailed, OrderShipped
from schemas.payment import PaymentProcessed, PaymentRefunded
from schemas.user import (
    EmailChanged,
    EmailChangeRequested,
    EmailVerificationRequested,
    PasswordChanged,
    PasswordResetCompleted,
    PasswordResetRequested,
    TokenReuseDetected,
)

AGE_LIMIT = timedelta(hours=24)
"""A mail about an older event is not sent: a log that is read for the first time sends nobody a mail about last year,
and a mail server that was away for longer sends nobody a link that has expired."""
TEMPLATES: Mapping[type[Event], tuple[Template, ...]] = MappingProxyType(
    {
        EmailVerificationRequested: (Template.WELCOME,),
        EmailChangeRequested: (Template.EMAIL_CHANGE, Template.EMAIL_CHANGE_NOTICE),
        EmailChanged: (Template.EMAIL_CHANGED,),
        PasswordResetRequested: (Template.PASSWORD_RESET,),
        PasswordResetCompleted: (Template.SECURITY_ALERT,),
        PasswordChanged: (Template.SECURITY_ALERT,),
        TokenReuseDetected: (Template.SECURITY_ALERT,),
        OrderCreated: (Template.ORDER_RECEIVED,),
        PaymentProcessed: (Template.RECEIPT,),
        OrderCompleted: (Template.ORDER_CONFIRMED,),
        OrderShipped: (Template.ORDER_SHIPPED,),
        OrderDelivered: (Template.ORDER_DELIVERED,),
        OrderFailed: (Template.ORDER_FAILED,),
        OrderCancelled: (Template.ORDER_CANCELLED,),
        PaymentRefunded: (Template.REFUND_ISSUED,),
    }
)
"""Class of event -> the templates of the mails about it."""
PROOFS_OF_ADDRESS = frozenset({Template.WELCOME, Template.EMAIL_CHANGE})
"""Where another account holds the address, its owner is told so instead; nobody else is."""


def templates_of(event: Event, *, is_taken: bool, is_verified: bool) -> tuple[Template, ...]:
    """Return the templates of the mails about an event.

    `is_taken` says that another account holds the address that is to be proven; `is_verified` that the account's own
    address is proven, so that news about the account may go there.
    """
    templates = TEMPLATES.get(type(event), ())
    if is_taken:
        templates = tuple(Template.ADDRESS_TAKEN if each in PROOFS_OF_ADDRESS else each for each in templates)
    return tuple(each for each in templates if is_verified or each is not Template.EMAIL_CHANGE_NOTICE)
