"""`POST /orders`: places an order at the catalogue's prices, under a unique order number."""

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from command_api.cart_checkout import check_out, checkout_of, hold_cart, load_quantities
from command_api.context import CommandContext, CommandRequest, caller_of
from command_api.idempotency_key import KEY_DESCRIPTION, KEY_HEADER, OPTIONAL_KEY
from command_api.places.address import PostalAddress
from command_api.responses import OrderPlaced
from command_api.warehouses import find_warehouse
from domain.order import ORDER
from domain.pricing import Rules, region_of
from domain.product import Product
from edge.access import describe_access
from edge.auth import actor_of, check_role
from edge.raw_route import RawRoute, describe_body, describe_parameters, header_parameter, read_header, read_json
from schemas.actor_type import ActorType
from schemas.cart_id import CartId
from schemas.envelope import Actor
from schemas.errors import CurrencyDiffers, Forbidden, Invalid, NotFound, ProductNotForSale
from schemas.message import Cents, Command, Id, Quantity
from schemas.order import OrderCreated, OrderLine, OrderNumberClaimed, PaymentMethod, PlaceOrder
from schemas.order_number import draw_order_number
from schemas.quantities import Quantities, quantities_of
from schemas.stream_names import CONFIG_STREAM, order_number_stream, order_stream, product_stream

MAX_DRAWS = 20
"""Order numbers to try; on a day of a million orders one draw in thirty meets a taken number."""
ALLOWED_ROLES = frozenset({"customer", "admin"})
MAX_LINES = 200
MAX_QUANTITY = 1_000_000
LINES_CACHED = 30_000
"""Most lines are one piece of a product at the same price, and equal lines can be shared."""


class BasketLine(Command):
    """A number of pieces of one product."""

    product_id: Id
    quantity: Quantity


class NewOrder(Command):
    """A basket, or a cart, with its addresses and payment method; `totalAmount` is what the customer was shown.

    Without it, the prices of a cart are compared with those that the customer was shown last.
    """

    items: Annotated[tuple[BasketLine, ...], Field(min_length=1, max_length=MAX_LINES)] = ()
    shipping_address: PostalAddress
    billing_address: PostalAddress | None = None
    payment_method: PaymentMethod = PaymentMethod()
    total_amount: Cents | None = None
    customer_id: Id | None = None
    cart_id: CartId | None = None

    @model_validator(mode="after")
    def _check_one_source(self) -> Self:
        if bool(self.items) is (self.cart_id is not None):
            raise PydanticCustomError("items_or_cart", "An order has either items or a cartId")
        return self


router = APIRouter(prefix="/orders", tags=["orders"], route_class=RawRoute)


@router.post(
    "",
    status_code=201,
    response_model=OrderPlaced,
    openapi_extra=describe_access(roles=ALLOWED_ROLES, others=["admin"])
    | describe_body(NewOrder)
    | describe_parameters(header_parameter(KEY_HEADER, OPTIONAL_KEY, KEY_DESCRIPTION)),
)
async def place_order(request: Request) -> Response:
    """Place an order of items, or of what is in the cart, whose round ends with it.

    `Idempotency-Key` is required, and the same key and body give the same order.
    """
    check_role(actor_of(request), ALLOWED_ROLES)
    caller = caller_of(request, read_header(request, KEY_HEADER, OPTIONAL_KEY))
    order = await read_json(request, NewOrder)
    caller.require_key()
    command_request = caller.make_request(order)
    customer_id, order_id = customer_of(command_request.actor, order), command_request.new_id("order")
    cause, stream, context = command_request.cause, order_stream(order_id), caller.context
    checkout = checkout_of(order.cart_id, customer_id)
    reply_once = command_request.reply_once(again=partial(_reply_of_existing, context))
    async with reply_once as idempotent, hold_cart(context, checkout):
        for unit in idempotent.attempts(MAX_DRAWS):
            wanted = await load_quantities(unit, context, checkout) if checkout else quantities_of(order.items)
            products = await load_products(context, wanted)
            rules = await rules_in_force(context)
            warehouse_id = await find_warehouse(context, destination_of(order), wanted)
            await context.sealer.prepare([customer_id])
            command = place_command(
                command_request, order, order_id, wanted, products, rules, warehouse_id=warehouse_id, draw=unit.attempt
            )
            if checkout:  # before the order, so that its position is the one before that of the order
                command = check_out(unit, command_request, checkout, command)
            claimed = OrderNumberClaimed(order_id=order_id, order_number=command.order_number)
            unit.begin(ORDER, stream)
            [created] = unit.decide(stream, command, cause, subject_id=customer_id)
            unit.claim(order_number_stream(command.order_number), claimed, cause)
            await idempotent.commit(unit, placed_reply(created), claim=order_id)
    return idempotent.response(201)


async def load_products(context: CommandContext, wanted: Quantities) -> dict[str, Product]:
    """Return the products that are wanted, by id.

    Raises:
        NotFound: Products are not in the catalogue; `productIds` lists them.
        ProductNotForSale: Products are discontinued; likewise.
    """
    streams = {product_id: product_stream(product_id) for product_id, _ in wanted}
    loaded = await context.products.load_many(streams.values())
    products = {product_id: loaded[stream].state for product_id, stream in streams.items()}
    if unavailable := [product_id for product_id, product in products.items() if not product.for_sale]:
        if missing := [product_id for product_id in unavailable if not products[product_id].exists]:
            raise NotFound(f"unknown products: {', '.join(missing[:5])}", product_ids=missing)
        raise ProductNotForSale(f"no longer for sale: {', '.join(unavailable[:5])}", product_ids=unavailable)
    return products


def destination_of(order: NewOrder) -> str:
    """Return the region that an order is to go to."""
    return region_of(order.shipping_address.country, order.shipping_address.region)


async def rules_in_force(context: CommandContext) -> Rules:
    """Return the rules that orders are priced by, as new as the products that were loaded just before."""
    return (await context.config.load_caught_up(CONFIG_STREAM)).state.rules


def place_command(
    request: CommandRequest,
    order: NewOrder,
    order_id: str,
    wanted: Quantities,
    products: dict[str, Product],
    rules: Rules,
    *,
    warehouse_id: str,
    draw: int,
) -> PlaceOrder:
    """Return the command for what is wanted at the catalogue's prices, with the order number of draw `draw`.

    Raises:
        CurrencyDiffers: The products have prices in several currencies.
        CurrencyNotAccepted: There is no shipping fee in theirs.
        Invalid: There are too many pieces of one product, or the region is not precise enough to be taxed.
    """
    customer_id, seal = customer_of(request.actor, order), request.context.sealer.seal
    shipping, billing, currency = order.shipping_address, order.billing_address, currency_of(products)
    shipping_address = seal(customer_id, shipping.model_dump_json(by_alias=True))
    return PlaceOrder(
        order_id=order_id,
        order_number=draw_order_number(order_id, request.cause.at, draw),
        customer_id=customer_id,
        lines=tuple(order_lines(wanted, products)),
        currency=currency,
        terms=rules.terms(region=destination_of(order), currency=currency),
        stated_total=order.total_amount,
        shipping_address=shipping_address,
        billing_address=seal(customer_id, billing.model_dump_json(by_alias=True)) if billing else shipping_address,
        payment_method=order.payment_method,
        warehouse_id=warehouse_id,
        cart_id=order.cart_id,
    )


def customer_of(actor: Actor, order: NewOrder) -> str:
    """Return the customer of an order: the caller, unless an admin names another."""
    customer_id = order.customer_id or actor.subject
    if customer_id != actor.subject and ActorType.ADMIN not in actor.roles:
        raise Forbidden("an order is placed for oneself")
    return customer_id


def currency_of(products: dict[str, Product]) -> str:
    """Return the currency of all products.

    Raises:
        CurrencyDiffers: They have several.
    """
    currency, *others = {product.price.currency for product in products.values()}
    if others:
        raise CurrencyDiffers("one order, one currency", currencies=sorted([currency, *others]))
    return currency


def order_lines(wanted: Quantities, products: dict[str, Product]) -> Iterator[OrderLine]:
    """Yield one line per product, in the order of the quantities."""
    for product_id, quantity in wanted:
        if quantity > MAX_QUANTITY:
            raise Invalid(f"more than {MAX_QUANTITY} pieces of {product_id}", product_id=product_id)
        product = products[product_id]
        yield _line(product_id, product.name, quantity, product.price.amount)


@lru_cache(LINES_CACHED)
def _line(product_id: str, name: str, quantity: int, unit_price: int) -> OrderLine:
    return OrderLine(product_id=product_id, name=name, quantity=quantity, unit_price=unit_price)


async def _reply_of_existing(context: CommandContext, order_id: str) -> OrderPlaced:
    """Return the reply for an order that this request has placed before, after the recorded reply expired."""
    first, *_ = await context.store.stream(order_stream(order_id))
    assert isinstance(first.event, OrderCreated)  # noqa: S101 - the first event of every order
    return placed_reply(first.event).model_copy(update={"position": first.position})


def placed_reply(created: OrderCreated) -> OrderPlaced:
    """Return the reply for a new order; the position is not known yet."""
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
