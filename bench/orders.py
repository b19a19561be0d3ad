"""The load of the event store's benches: real baskets, as the events of the orders they would have been."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import cycle
from pathlib import Path

from aioutlet.journey.baskets import Basket
from bench.baskets import shelves
from domain.order import ORDER
from domain.pricing import CURRENT, RULES, region_of
from edge.context import fresh_id
from event_store.clock import wall_clock
from identity.sealing import derived_cipher
from schemas.actor_type import ActorType
from schemas.address import Address
from schemas.codec import Stored, decode, encode
from schemas.envelope import Actor, Cause, Envelope, wrap_events
from schemas.message import Event
from schemas.order import MoveOrder, OrderLine, OrderNumberClaimed, OrderStatus, PaymentMethod, PlaceOrder
from schemas.order_number import draw_order_number
from schemas.product import CreateProduct
from schemas.stream_names import order_number_stream, order_stream

BASKETS = 1_000
EVENTS = 3
"""Of each order: created, moved on, and the claim of its number, in a stream of its own."""
CUSTOMER = Actor(type=ActorType.CUSTOMER, id="019c6a00-1111-7222-8333-444455556666", roles=("customer",))
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
KEY = b"the key that seals what a bench loads"
"""A master key, and the root key that addresses are sealed by."""
HOME = Address(
    name="Ann Smith", line1="12 High Street", city="Springfield", region="IL", postal_code="62701", country="US"
)


def prepare(path: Path) -> None:
    """Write down some real baskets: a line for every event, the bytes that the store would keep.

    Raises:
        Missing: As of `shelves`.
    """
    stock = shelves(BASKETS)
    products = {product.product_id: product for product in stock.products}
    orders = (_events(basket, products) for basket in stock.baskets)
    lines = (encode(envelope, recorded_at=wall_clock()) for order in orders for envelope in envelopes(order))
    path.write_bytes(b"\n".join(lines))


def states(path: Path, count: int) -> list[list[bytes]]:
    """Of every order written down, the bytes of its first `count` events."""
    lines = path.read_bytes().split(b"\n")
    return [lines[start : start + count] for start in range(0, len(lines), EVENTS)]


def orders(path: Path, count: int) -> Iterator[Sequence[Event]]:
    """Of every order written down, its first `count` events; over and over."""
    read = [[decode(Stored(0, "", 0, "", state)).event for state in order] for order in states(path, count)]
    return cycle(read)


def envelopes(events: Sequence[Event]) -> tuple[Envelope, ...]:
    """The events of one order written down, as those of a new one."""
    return accepted(fresh_id(), events[:2], events[2:], at=wall_clock())


def accepted(
    order_id: str, about_order: Sequence[Event], about_number: Sequence[Event], *, at: datetime
) -> tuple[Envelope, ...]:
    """What the door's request for an order leads to, in the envelopes in which the command side puts it."""
    cause = Cause(
        id=fresh_id(), at=at, correlation_id=order_id, actor=CUSTOMER, request_id=order_id, traceparent=TRACEPARENT
    )
    return (
        *wrap_events(order_stream(order_id), 0, about_order, cause, subject_id=CUSTOMER.id),
        *wrap_events(order_number_stream(order_id), 0, about_number, cause),
    )


def _events(basket: Basket, products: dict[str, CreateProduct]) -> Sequence[Event]:
    order_id, number = fresh_id(), draw_order_number(basket.basket_id, wall_clock())
    created = ORDER.decide(_command(order_id, number, basket, products), ORDER.initial)
    moved = ORDER.decide(
        MoveOrder(order_id=order_id, to=OrderStatus.PROCESSING, reason="fulfilment began"), ORDER.fold(created)
    )
    return [*created, *moved, OrderNumberClaimed(order_id=order_id, order_number=number)]


def _command(order_id: str, number: str, basket: Basket, products: dict[str, CreateProduct]) -> PlaceOrder:
    address = derived_cipher(KEY, CUSTOMER.id).seal(HOME.model_dump_json(by_alias=True))
    return PlaceOrder(
        order_id=order_id,
        order_number=number,
        customer_id=CUSTOMER.id,
        lines=tuple(_line(products[item], quantity) for item, quantity in basket.items),
        currency="USD",
        terms=RULES[CURRENT].terms(region=region_of(HOME.country, HOME.region), currency="USD"),
        shipping_address=address,
        billing_address=address,
        payment_method=PaymentMethod(),
    )


def _line(product: CreateProduct, quantity: int) -> OrderLine:
    return OrderLine(
        product_id=product.product_id, name=product.name, quantity=quantity, unit_price=product.price.amount
    )
