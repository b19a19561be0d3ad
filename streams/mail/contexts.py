"""What each template is filled with: frozen values, read by people, with nothing left to decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from schemas.notification import Template


@dataclass(frozen=True, slots=True)
class Context:
    """`link` is where the button leads; it may hold a token, so `repr` leaves it out."""

    link: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProofContext(Context):
    """A link that is good until `expires`, in words."""

    expires: str


@dataclass(frozen=True, slots=True)
class AccountContext(Context):
    """What happened to the account of `name`, when, in words; `name` is empty where nobody has proven the address."""

    name: str
    what: str
    at: str


@dataclass(frozen=True, slots=True)
class Line:
    """One product of an order, with the sum for its pieces."""

    name: str
    quantity: int
    amount: str


@dataclass(frozen=True, slots=True)
class OrderContext(Context):
    """An order; sums are in words, with their currency.

    `lines` are the first of them, and `more` counts the others.
    """

    name: str
    number: str
    lines: tuple[Line, ...]
    more: int
    subtotal: str
    tax: str
    shipping: str
    total: str


@dataclass(frozen=True, slots=True)
class PaymentContext(OrderContext):
    """An order, and what was paid or paid back, at which time."""

    amount: str
    at: str


@dataclass(frozen=True, slots=True)
class ShipmentContext(OrderContext):
    """An order, and by whom it travels."""

    carrier: str
    tracking_number: str


@dataclass(frozen=True, slots=True)
class EndContext(OrderContext):
    """An order that has ended, and why, in a sentence."""

    reason: str


CONTEXTS: Mapping[Template, type[Context]] = MappingProxyType(
    {
        Template.WELCOME: ProofContext,
        Template.ADDRESS_TAKEN: Context,
        Template.EMAIL_CHANGE: ProofContext,
        Template.EMAIL_CHANGE_NOTICE: AccountContext,
        Template.EMAIL_CHANGED: AccountContext,
        Template.PASSWORD_RESET: ProofContext,
        Template.SECURITY_ALERT: AccountContext,
        Template.ORDER_RECEIVED: OrderContext,
        Template.RECEIPT: PaymentContext,
        Template.ORDER_CONFIRMED: OrderContext,
        Template.ORDER_SHIPPED: ShipmentContext,
        Template.ORDER_DELIVERED: OrderContext,
        Template.ORDER_FAILED: EndContext,
        Template.ORDER_CANCELLED: EndContext,
        Template.REFUND_ISSUED: PaymentContext,
    }
)
"""Template -> what it is filled with."""
