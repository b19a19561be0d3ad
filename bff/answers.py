"""The bodies of answers to the browser; none has a token of a session."""

from typing import Any

from pydantic import Field, model_validator

from bff.pictures.urls import PictureUrl
from schemas.accepted import Accepted, OrderAccepted
from schemas.actor_type import ActorType
from schemas.cart import TransferRule
from schemas.documents import FulfilmentStatus, PaymentStatus, UserState
from schemas.message import IncompleteFrom, Message, Money, MoneySum, Time
from schemas.order import OrderStatus
from schemas.pictures.choosing import picture_table


class Done(Message):
    """Nothing more to say."""


class UserAccepted(Accepted):
    """A command about an account was recorded."""

    user_id: str


class AddressAccepted(UserAccepted):
    """An address was saved or removed."""

    address_id: str


class CartAccepted(Accepted):
    """A command for a cart was recorded: its round, and how many products and pieces are in it."""

    cart_id: str
    products: int
    pieces: int


class TransferredLine(Message):
    """What one line of a guest's cart became, and by which rule."""

    product_id: str
    guest_quantity: int
    user_quantity: int
    result_quantity: int
    rule: TransferRule
    unit_price_seen: Money


class CartTransferred(Accepted):
    """A guest's cart was taken over; no lines where there was nothing to take."""

    cart_id: str
    lines: list[TransferredLine]


class Guest(Message):
    """Who a visitor without a session is."""

    guest_id: str


class CartLine(Message):
    """One product of a cart at the price of now, with what has changed since it was added."""

    product_id: str
    name: str | None
    department: str | None = None
    picture: PictureUrl
    quantity: int
    unit_price_seen: Money
    unit_price: Money
    line_total: MoneySum
    for_sale: bool
    available: int
    changes: list[str]
    added_at: Time
    changed_at: Time


class CartOrder(Message):
    """The order that the round before became."""

    cart_id: str
    order_id: str
    order_number: str


class Cart(Message):
    """A cart; `subtotal` is that of the lines that are for sale, at the prices of now."""

    cart_id: str
    items: list[CartLine]
    pieces: int
    subtotal: MoneySum | None
    can_check_out: bool
    last_order: CartOrder | None = None
    created_at: Time | None = None
    updated_at: Time | None = None
    version: int
    position: int
    incomplete_from: IncompleteFrom = None


class User(Message):
    """Who is logged in; `roles` is empty until the address is verified."""

    user_id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    roles: list[ActorType]
    email_verified: bool


class SignedIn(Message):
    """A session was opened or refreshed; send `csrfToken` as `X-CSRF-Token` with what changes something."""

    user: User
    requires_verification: bool
    csrf_token: str
    cart: CartTransferred | None = None
    """What became of the cart that the browser had as a guest."""


class PostalAddress(Message):
    """Where somebody lives, an order goes, or its bill."""

    name: str
    line1: str
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str


class SavedAddress(Message):
    """An address of a person's own; null once the person is erased."""

    address_id: str
    address: PostalAddress | None


class OpenSession(Message):
    """A session of a person, in which browser it was opened, and whether it is the one that asks."""

    session_id: str
    opened_at: Time
    is_current: bool
    ip: str | None = None
    user_agent: str | None = None


class Account(User):
    """An account; what is personal is null once the person is erased."""

    state: UserState
    created_at: Time
    updated_at: Time
    last_login_at: Time | None = None
    position: int
    incomplete_from: IncompleteFrom = None


class Profile(Account):
    """An account with its addresses and open sessions; `grantedRoles` count once the address is verified."""

    granted_roles: tuple[ActorType, ...]
    addresses: tuple[SavedAddress, ...]
    sessions: tuple[OpenSession, ...]
    login_count: int


class Addresses(Message):
    """A person's addresses."""

    items: tuple[SavedAddress, ...]


class Sessions(Message):
    """A person's open sessions."""

    items: tuple[OpenSession, ...]


class Accounts(Message):
    """One part of the list of accounts; `nextCursor` leads to the next."""

    items: list[Account]
    total: int
    next_cursor: str | None = None


class Rating(Message):
    """The reviews of a product: their average to two decimals, null without any, and how many give 1 to 5 stars."""

    average: float | None
    count: int
    histogram: list[int]


class Product(Message):
    """A product of the catalogue."""

    product_id: str
    name: str
    department: str
    category: str
    brand: str | None = None
    description: str
    price: Money
    attributes: dict[str, str]
    picture: PictureUrl
    for_sale: bool
    in_stock: bool
    rating: Rating
    created_at: Time
    updated_at: Time
    version: int
    incomplete_from: IncompleteFrom = None


class Stock(Message):
    """How many pieces can be ordered now."""

    available: int


class FacetCount(Message):
    """A value of a facet, and how many products a list with it would have."""

    value: str | int | bool
    count: int


class Facets(Message):
    """What a list can be narrowed to; a facet leaves its own filter out. `ratings` are lowest averages."""

    departments: list[FacetCount]
    categories: list[FacetCount]
    brands: list[FacetCount]
    in_stock: list[FacetCount]
    ratings: list[FacetCount]


class Products(Message):
    """One part of the list of products; `next` is the cursor of the next, if there is one."""

    items: list[Product]
    total: int
    skip: int
    limit: int
    next: str | None
    facets: Facets


class ProductsById(Message):
    """The products that were asked for, as far as there are such."""

    items: list[Product]


class Category(Message):
    """A category and its number of products for sale."""

    category: str
    total: int


class Department(Message):
    """A department, its picture, its number of products for sale, and its categories."""

    department: str
    picture: PictureUrl
    total: int
    categories: list[Category]

    @model_validator(mode="before")
    @classmethod
    def _with_picture(cls, said: object) -> object:
        """Choose a picture: services send none."""
        if not isinstance(said, dict) or "picture" in said:
            return said
        return said | {"picture": picture_table().departments.get(said.get("department", ""))}


class Quoted(Message):
    """What an order would cost now, in minor units.

    Without a destination, `tax` and `taxRate`, a fraction of the subtotal, are null, and the total is without tax.
    Shipping is free from the subtotal `freeFrom` on.
    """

    subtotal: int
    tax: int | None
    tax_rate: str | None
    shipping: int
    free_from: int
    total_amount: int
    currency: str
    rules_version: str


class OrderPlaced(OrderAccepted):
    """The new order, with its totals in minor units."""

    order_number: str
    status: OrderStatus
    subtotal: int
    tax: int
    shipping: int
    total_amount: int
    currency: str


class Line(Message):
    """One product of an order, with the price per unit at which it is sold."""

    product_id: str
    name: str
    quantity: int
    unit_price: int


class Shipment(Message):
    """The parcel of an order."""

    shipment_id: str
    label_id: str | None = None
    tracking_number: str
    carrier: str


class Failure(Message):
    """Why an order failed, and at which step."""

    reason: str
    failed_step: str | None = None


class CancellationReason(Message):
    """Why an order was cancelled."""

    reason: str


class OrderSummary(Message):
    """An order as a list shows it; totals in minor units."""

    order_id: str
    order_number: str
    customer_id: str
    items: list[Line]
    subtotal: int
    tax: int
    shipping: int
    total_amount: int
    currency: str
    status: OrderStatus
    payment_status: PaymentStatus
    fulfilment_status: FulfilmentStatus
    outcome: str | None
    outcome_at: Time | None = None
    failure: Failure | None = None
    cancellation: CancellationReason | None = None
    shipment: Shipment | None = None
    created_at: Time
    updated_at: Time
    version: int
    position: int
    incomplete_from: IncompleteFrom = None


class Orders(Message):
    """One part of the list of orders, the newest first; `next` is the cursor of the next, if there is one."""

    items: list[OrderSummary]
    total: int
    skip: int
    limit: int
    next: str | None


class Happening(Message):
    """One line of an order's timeline, from the event at `position`; `details` are the event's own fields."""

    at: Time
    type: str
    title: str
    details: dict[str, Any] = Field(default_factory=dict)
    position: int


class Order(OrderSummary):
    """An order with its addresses and its timeline; an address is null once the person is erased."""

    shipping_address: PostalAddress | None
    billing_address: PostalAddress | None
    timeline: list[Happening]
