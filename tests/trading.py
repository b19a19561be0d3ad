"""A small shop's months in a log: carts, orders, payments and refunds, whose figures a person can count."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from event_store.records import AppendRequest
from event_store.store import EventStore
from schemas.message import Event, Money
from schemas.order import OrderLine
from tests.histories import COMPLETED, REFUSED_BY_THE_CARRIER, events, recorded

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
PRODUCTS = {"lamp": ("Lighting", 3_000), "mug": ("Kitchen", 800), "rug": ("Textiles", 12_000)}
EVERY_REFUSED = 10
"""Of so many orders one is refused by the carrier, and refunded."""


class SetTime:
    """The clock of the store: each event is recorded when it happened."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


async def trade(store: EventStore, clock: SetTime, *, orders: int, customers: int = 12) -> None:
    """Record the catalogue, and then an order every three days, of one customer after the other."""
    stocked = [
        change
        for product, (department, price) in PRODUCTS.items()
        for change in events(
            "product.created", product_id=product, department=department, price=Money(amount=price, currency="USD")
        )
    ]
    await _record(store, stocked)
    for number in range(orders):
        clock.now = BEGIN + number * timedelta(days=3)
        for part in _order(number, f"customer-{number % customers if number % 3 else 0}"):
            clock.now += timedelta(milliseconds=200 + 37 * (number % 9))
            await _record(store, [part], at=clock.now)


def _order(number: int, customer: str) -> Iterator[Event]:
    product = list(PRODUCTS)[number % len(PRODUCTS)]
    price, pieces = PRODUCTS[product][1], 1 + number % 2
    total, line = price * pieces, OrderLine(product_id=product, name=product, quantity=pieces, unit_price=price)
    cart = f"round-{number}"
    yield from events("cart.item.added", "cart.checked.out", cart_id=cart, product_id=product)
    names = COMPLETED if number % EVERY_REFUSED else REFUSED_BY_THE_CARRIER
    yield from events(
        *names,
        order_id=f"order-{number}",
        order_number=f"ORD-20260105-{number:05}",
        customer_id=customer,
        cart_id=cart,
        items=(line,),
        subtotal=total,
        tax=0,
        total_amount=total,
        amount=total,
    )


async def _record(store: EventStore, told: list[Event], *, at: datetime = BEGIN) -> None:
    envelopes = [
        replace(each, occurred_at=at, version=len(await store.stream(each.stream)) + 1) for each in recorded(told)
    ]
    await store.append(AppendRequest(events=tuple(envelopes)))
