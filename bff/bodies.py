"""The bodies of requests from the browser: their shape and size. What is in them, the services check."""

from typing import Annotated

from pydantic import MISSING, Field, StringConstraints

from schemas.actor_type import ActorType
from schemas.address import CountryCode
from schemas.cart_id import CartId, GuestId
from schemas.message import Cents, Command, Id, Quantity
from schemas.order import OrderStatus, PaymentMethod
from schemas.text import Line

MAX_LINES = 200
Email = Annotated[str, StringConstraints(min_length=1, max_length=320)]
PasswordText = Annotated[str, StringConstraints(min_length=1, max_length=1_024)]
Password = Annotated[PasswordText, Field(repr=False)]
MailedToken = Annotated[str, StringConstraints(min_length=1, max_length=512), Field(repr=False)]
"""What came by mail."""
PostalCode = Annotated[str, StringConstraints(min_length=1, max_length=12)]


class Registration(Command):
    """Join the shop."""

    email: Email
    password: Password
    first_name: Line
    last_name: Line


class Login(Command):
    """Prove who one is."""

    email: Email
    password: Password


class Verification(Command):
    """The token of a mail that verifies an address."""

    token: MailedToken


class ResetRequest(Command):
    """Ask for a mail with which to set a new password."""

    email: Email


class Reset(Command):
    """The token of such a mail, and the new password."""

    token: MailedToken
    password: Password


class PasswordChange(Command):
    """The password so far, and the new one."""

    current_password: Password
    new_password: Password


class ProfileChange(Command):
    """The names to change; what is left out stays."""

    first_name: Line | MISSING = MISSING
    last_name: Line | MISSING = MISSING


class EmailChange(Command):
    """The new address, which a mail to it verifies, and the password."""

    email: Email
    password: Password


class Erasure(Command):
    """The password, once more, for what cannot be undone."""

    password: Password


class Address(Command):
    """A postal address in plain text."""

    name: Line
    line1: Line
    line2: Line | None = None
    city: Line | None = None
    region: Line | None = None
    postal_code: PostalCode | None = None
    country: CountryCode


class AddressToSave(Command):
    """A postal address to keep."""

    address: Address


class BasketLine(Command):
    """A number of pieces of one product."""

    product_id: Id
    quantity: Quantity


class NewOrder(Command):
    """A basket or a cart, with its addresses and payment method; `totalAmount` is what the customer was shown.

    Without it, the prices of a cart are compared with those that the customer was shown last.
    """

    items: Annotated[tuple[BasketLine, ...], Field(min_length=1, max_length=MAX_LINES)] = ()
    shipping_address: Address
    billing_address: Address | None = None
    payment_method: PaymentMethod = PaymentMethod()
    total_amount: Cents | None = None
    customer_id: Id | None = None
    cart_id: CartId | None = None


class Destination(Command):
    """Where an order would go, as far as its price depends on it."""

    country: CountryCode
    region: Line | None = None
    city: Line | None = None
    postal_code: PostalCode | None = None


class NewQuote(Command):
    """What is to be ordered, and where it is to go; without a destination the tax is not known yet."""

    items: Annotated[tuple[BasketLine, ...], Field(min_length=1, max_length=MAX_LINES)]
    destination: Destination | None = None


class NewQuantity(Command):
    """How many pieces of a product a cart is to have."""

    quantity: Quantity


class CartTransfer(Command):
    """The guest whose cart is taken over; that of this browser, if none is named."""

    guest_id: GuestId | None = Field(default=None, repr=False)


class Cancellation(Command):
    """The reason of a cancellation."""

    reason: Line = "customer request"


class NewStatus(Command):
    """The status an admin sets: Shipped, Delivered or Cancelled, the last with a reason."""

    status: OrderStatus
    reason: Line = "cancelled by an admin"


Roles = Annotated[tuple[ActorType, ...], Field(max_length=len(ActorType))]


class NewAccount(Command):
    """An account that an admin makes; without a password, its owner sets one by mail."""

    email: Email
    first_name: Line
    last_name: Line
    password: PasswordText | None = Field(default=None, repr=False)
    roles: Roles = ()


class NewRoles(Command):
    """All roles that an account is to have."""

    roles: Roles


class Deactivation(Command):
    """Why an account is closed."""

    reason: Line
