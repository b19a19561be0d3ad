"""`POST /orders`: a basket becomes an order at the catalogue's prices, under a number of its own."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from command_api.context import KEY_DESCRIPTION, KEY_HEADER, OPTIONAL_KEY, CommandContext, CommandRequest, caller_of
from command_api.responses import OrderPlaced
from domain.order import ORDER
from domain.pricing import CURRENT, region_of
from domain.product import Product
from edge.auth import actor_of, check_role
from edge.raw_route import RawRoute, describe_body, describe_parameters, header_parameter, read_header, read_json
from event_store.unit_of_work import UnitOfWork
from schemas.address import Address
from schemas.errors import CurrencyDiffers, Forbidden, Invalid, NotFound, ProductNotForSale
from schemas.message import Cents, Command, Id, Quantity
from schemas.order import OrderCreated, OrderLine, OrderNumberClaimed, PaymentMethod, PlaceOrder
from schemas.order_number import draw_order_number
from schemas.quantities import sum_quantities
from schemas.stream_names import order_number_stream, order_stream, product_stream

DRAWS = 20
"""Order numbers to try; a day of a million orders makes one draw in thirty meet a number that is taken."""
MAY_PLACE = frozenset({"customer", "admin"})
MOST_LINES = 200
MOST_PIECES = 1_000_000
LINES_CACHED = 30_000
"""Lines are values, and most are of one piece at one price."""


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


router = APIRouter(prefix="/orders", tags=["orders"], route_class=RawRoute)


@router.post(
    "",
    status_code=201,
    response_model=OrderPlaced,
    openapi_extra=describe_body(NewOrder)
    | describe_parameters(header_parameter(KEY_HEADER, OPTIONAL_KEY, KEY_DESCRIPTION)),
)
async def place_order(request: Request) -> Response:
    """Place an order; `Idempotency-Key` is needed, and the same key and body give the same order."""
    check_role(actor_of(request), MAY_PLACE)
    caller = caller_of(request, read_header(request, KEY_HEADER, OPTIONAL_KEY))
    order = await read_json(request, NewOrder)
    caller.require_key()
    asked = caller.asks(order)
    customer_id, order_id = customer_of(asked, order), asked.derive_id("order")
    stream = order_stream(order_id)
    async with asked.reply_once() as answer:
        for unit in answer.attempts(DRAWS):
            products = await load_products(unit, asked, order)
            command = place_command(asked, order, order_id, products, draw=unit.attempt)
            claimed = OrderNumberClaimed(order_id=order_id, order_number=command.order_number)
            unit.begin(ORDER, stream)
            [created] = unit.decide(stream, command, asked.cause, subject_id=customer_id)
            unit.claim(order_number_stream(command.order_number), claimed, asked.cause)
            if not await answer.commit(unit, placed_reply(created)) and stream in unit.conflicts:
                answer.give(await _placed_before(caller.context, order_id))
    return answer.response(201)


async def load_products(unit: UnitOfWork, request: CommandRequest, order: NewOrder) -> dict[str, Product]:
    """The products of an order by id, all of them for sale.

    Raises:
        NotFound: Products are in no catalogue; `productIds` says which.
        ProductNotForSale: Products were discontinued; likewise.
    """
    streams = {line.product_id: product_stream(line.product_id) for line in order.items}
    await unit.load(request.context.products, streams.values())
    products: dict[str, Product] = {product_id: unit.state(stream) for product_id, stream in streams.items()}
    if gone := [product_id for product_id, product in products.items() if not product.for_sale]:
        if missing := [product_id for product_id in gone if not products[product_id].exists]:
            raise NotFound(f"unknown products: {', '.join(missing[:5])}", product_ids=missing)
        raise ProductNotForSale(f"no longer for sale: {', '.join(gone[:5])}", product_ids=gone)
    return products


def place_command(
    request: CommandRequest, order: NewOrder, order_id: str, products: dict[str, Product], *, draw: int
) -> PlaceOrder:
    """The order at the catalogue's prices, under the `draw`-th order number to try.

    Raises:
        CurrencyDiffers: The products are sold in several currencies.
        Invalid: More pieces of a product than an order may have.
    """
    customer_id, seal = customer_of(request, order), request.context.sealer.seal
    home, payer = order.shipping_address, order.billing_address
    ship_to = seal(customer_id, home.model_dump_json(by_alias=True))
    return PlaceOrder(
        order_id=order_id,
        order_number=draw_order_number(order_id, request.cause.at, draw),
        customer_id=customer_id,
        lines=tuple(_lines(order, products)),
        currency=_currency(products),
        rules_version=CURRENT,
        region=region_of(home.country, home.region),
        stated_total=order.total_amount,
        shipping_address=ship_to,
        billing_address=seal(customer_id, payer.model_dump_json(by_alias=True)) if payer else ship_to,
        payment_method=order.payment_method,
        cart_id=order.cart_id,
    )


def customer_of(request: CommandRequest, order: NewOrder) -> str:
    """Whose order it is to be: the caller's own, unless an admin names another customer."""
    customer_id = order.customer_id or request.actor.id
    if customer_id != request.actor.id and "admin" not in request.actor.roles:
        raise Forbidden("an order is placed for oneself")
    return customer_id


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


@lru_cache(LINES_CACHED)
def _line(product_id: str, name: str, quantity: int, unit_price: int) -> OrderLine:
    return OrderLine(product_id=product_id, name=name, quantity=quantity, unit_price=unit_price)


async def _placed_before(context: CommandContext, order_id: str) -> OrderPlaced:
    """The order of this very request, made when its first reply has long expired."""
    first, *_ = await context.store.stream(order_stream(order_id))
    assert isinstance(first.event, OrderCreated)  # noqa: S101 - nothing else begins an order
    return placed_reply(first.event).model_copy(update={"position": first.position})


def placed_reply(created: OrderCreated) -> OrderPlaced:
    """The reply to whoever placed the order; the position is not known yet."""
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
