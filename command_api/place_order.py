"""From a basket to an order: one read for prices, one append for the order, its number and its answer."""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Annotated

from pydantic import Field

from command_api.context import CommandContext, CommandRequest
from command_api.responses import OrderPlaced
from domain.order import ORDER
from domain.order_number import ORDER_NUMBER, ClaimOrderNumber, candidate
from domain.pricing import CURRENT, region_of
from domain.product import Product
from domain.quantities import sum_quantities
from event_store.records import AppendRequest
from schemas.address import Address
from schemas.envelope import wrap_events
from schemas.errors import Conflict, CurrencyDiffers, Forbidden, Invalid, NotFound, ProductNotForSale
from schemas.message import Cents, Command, Id, Quantity
from schemas.order import OrderCreated, OrderLine, PaymentMethod, PlaceOrder
from schemas.stream_names import order_number_stream, order_stream, product_stream

DRAWS = 20
"""Order numbers to try; a day of a million orders makes one draw in thirty meet a number that is taken."""
MOST_LINES = 200
MOST_PIECES = 1_000_000
LINES_REMEMBERED = 30_000
"""Lines are values: most pieces of a product are sold one at a time, at one price."""


class BasketLine(Command):
    """So many pieces of one product."""

    product_id: Id
    quantity: Quantity


class NewOrder(Command):
    """A basket, where it goes and how it is paid. Prices are the server's; `totalAmount` is what the customer saw."""

    items: Annotated[tuple[BasketLine, ...], Field(min_length=1, max_length=MOST_LINES)]
    shipping_address: Address
    billing_address: Address | None = None
    payment_method: PaymentMethod = PaymentMethod()
    total_amount: Cents | None = None
    customer_id: Id | None = None
    cart_id: Id | None = None


async def place_order(errand: CommandRequest, order: NewOrder) -> OrderPlaced:
    """Record the order under the first number that is free.

    Raises:
        NotFound: Products are in no catalogue; `productIds` says which.
        ProductNotForSale: Products were discontinued; likewise.
        CurrencyDiffers: They are sold in several currencies.
        TotalDiffers: The customer saw another total.
    """
    order_id = errand.fresh_id("order")
    products = await _products(errand.desk, order)
    lines = tuple(_lines(order, products))
    wanted = partial(_command, errand, order, order_id, lines, _currency(products))
    for draw in range(DRAWS):
        try:
            return await _append(errand, wanted(candidate(order_id, errand.cause.at, draw)))
        except Conflict as conflict:
            if order_stream(order_id) in conflict.streams:
                return await _placed_before(errand.desk, order_id)
    raise Conflict([order_stream(order_id)])


def customer_of(errand: CommandRequest, order: NewOrder) -> str:
    """Whose order it is to be: the caller's own, unless an admin says otherwise."""
    customer_id = order.customer_id or errand.actor.id
    if customer_id != errand.actor.id and "admin" not in errand.actor.roles:
        raise Forbidden("an order is placed for oneself")
    return customer_id


async def _append(errand: CommandRequest, command: PlaceOrder) -> OrderPlaced:
    """Order and number are new streams: nothing is loaded, a clash is a `Conflict`."""
    [created] = ORDER.decide(command, ORDER.initial)
    claim = ClaimOrderNumber(command.order_number, command.order_id)
    claimed = ORDER_NUMBER.decide(claim, ORDER_NUMBER.initial)
    stream, cause = order_stream(command.order_id), errand.cause
    assert isinstance(created, OrderCreated)  # noqa: S101 - the decider's words are wider than this answer
    placed = _reply(created)
    events = (
        *wrap_events(stream, 0, [created], cause, subject_id=command.customer_id),
        *wrap_events(order_number_stream(command.order_number), 0, claimed, cause),
    )
    appended = await errand.desk.store.append(AppendRequest(events, idempotency=errand.answer(placed)))
    return placed.model_copy(update={"position": appended.first})


async def _placed_before(desk: CommandContext, order_id: str) -> OrderPlaced:
    """The order of this very request, made when its first answer has long expired."""
    first, *_ = await desk.store.stream(order_stream(order_id))
    assert isinstance(first.event, OrderCreated)  # noqa: S101 - nothing else begins an order
    return _reply(first.event).model_copy(update={"position": first.position})


def _reply(created: OrderCreated) -> OrderPlaced:
    return OrderPlaced(
        stream_id=order_stream(created.order_id),
        version=1,
        position=0,
        order_id=created.order_id,
        order_number=created.order_number,
        subtotal=created.subtotal,
        tax=created.tax,
        shipping=created.shipping,
        total_amount=created.total_amount,
        currency=created.currency,
    )


async def _products(desk: CommandContext, order: NewOrder) -> dict[str, Product]:
    streams = {product_stream(line.product_id): line.product_id for line in order.items}
    known = await desk.products.load(streams)
    products = {streams[stream]: product.state for stream, product in known.items()}
    if gone := [product_id for product_id, product in products.items() if not product.for_sale]:
        if missing := [product_id for product_id in gone if not products[product_id].exists]:
            raise NotFound(f"unknown products: {', '.join(missing[:5])}", product_ids=missing)
        raise ProductNotForSale(f"no longer for sale: {', '.join(gone[:5])}", product_ids=gone)
    return products


def _currency(products: dict[str, Product]) -> str:
    currency, *others = {product.price.currency for product in products.values()}
    if others:
        raise CurrencyDiffers("one order, one currency", currencies=sorted([currency, *others]))
    return currency


def _lines(order: NewOrder, products: dict[str, Product]) -> Iterator[OrderLine]:
    """One line per product, in the basket's order."""
    for product_id, quantity in sum_quantities((line.product_id, line.quantity) for line in order.items):
        if quantity > MOST_PIECES:
            raise Invalid(f"more than {MOST_PIECES} pieces of {product_id}", product_id=product_id)
        product = products[product_id]
        yield _line(product_id, product.name, quantity, product.price.amount)


@lru_cache(LINES_REMEMBERED)
def _line(product_id: str, name: str, quantity: int, unit_price: int) -> OrderLine:
    return OrderLine(product_id=product_id, name=name, quantity=quantity, unit_price=unit_price)


def _command(
    errand: CommandRequest,
    order: NewOrder,
    order_id: str,
    lines: Sequence[OrderLine],
    currency: str,
    order_number: str,
) -> PlaceOrder:
    customer_id, seal = customer_of(errand, order), errand.desk.sealer.seal
    home, payer = order.shipping_address, order.billing_address
    ship_to = seal(customer_id, home.model_dump_json(by_alias=True))
    bill_to = seal(customer_id, payer.model_dump_json(by_alias=True)) if payer else ship_to
    return PlaceOrder(
        order_id=order_id,
        order_number=order_number,
        customer_id=customer_id,
        lines=tuple(lines),
        currency=currency,
        rules_version=CURRENT,
        region=region_of(home.country, home.region),
        stated_total=order.total_amount,
        shipping_address=ship_to,
        billing_address=bill_to,
        payment_method=order.payment_method,
        cart_id=order.cart_id,
    )
