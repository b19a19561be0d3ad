"""What the routes of carts share: what the shop offers, and how a command for a cart is recorded."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from starlette.responses import Response

from command_api.availability import find_available
from command_api.context import Caller, CommandContext, CommandRequest
from command_api.responses import CartAccepted
from domain.cart.state import Cart
from domain.cart.timers import CART_TIMER, next_wait, timer_id
from event_store.records import Timer
from event_store.unit_of_work import UnitOfWork
from schemas.cart import CartCommand, CartEvent, CartOwner, Offer
from schemas.cart_id import cart_id
from schemas.errors import NotFound
from schemas.message import Command
from schemas.stream_names import cart_stream, product_stream


async def find_offer(context: CommandContext, product_id: str) -> Offer:
    """Return what the shop offers of a product now.

    Raises:
        NotFound: It is not in the catalogue.
    """
    return (await find_offers(context, [product_id]))[product_id]


async def find_offers(context: CommandContext, product_ids: Collection[str]) -> dict[str, Offer]:
    """Return what the shop offers of these products now.

    Raises:
        NotFound: Products are not in the catalogue; `productIds` lists them.
    """
    streams = {product_id: product_stream(product_id) for product_id in product_ids}
    loaded = await context.products.load_many(streams.values())
    products = {product_id: loaded[stream].state for product_id, stream in streams.items()}
    if missing := [product_id for product_id, product in products.items() if not product.exists]:
        raise NotFound(f"unknown products: {', '.join(missing[:5])}", product_ids=missing)
    available = await find_available(context, product_ids)
    return {
        product_id: Offer(
            product_id=product_id,
            for_sale=product.for_sale,
            price=product.price,
            available=available[product_id],
        )
        for product_id, product in products.items()
    }


async def handle(
    caller: Caller, body: Command, owner: CartOwner, find_command: Callable[[], Awaitable[CartCommand]]
) -> Response:
    """Decide a command for one cart, record what it decides with the cart's timer, and answer.

    All commands of one cart queue up in this process; only another process can cause a conflict, and another attempt.
    """
    context, stream, request = caller.context, cart_stream(owner.id), caller.make_request(body)
    async with request.reply_once() as idempotent, context.store.exclusive([stream]):
        for unit in idempotent.attempts():
            await unit.load(context.carts, [stream])
            decide(unit, request, owner, await find_command())
            await idempotent.commit(unit, accepted(owner, unit))
    return idempotent.response(200)


def decide(unit: UnitOfWork, request: CommandRequest, owner: CartOwner, command: CartCommand) -> Sequence[CartEvent]:
    """Decide on a loaded cart, set its timer anew if anything happens, and return what does."""
    events: Sequence[CartEvent] = unit.decide(
        cart_stream(owner.id), command, request.cause, subject_id=owner.subject_id
    )
    if events:
        _set_timer(unit, request, owner)
    return events


def _set_timer(unit: UnitOfWork, request: CommandRequest, owner: CartOwner) -> None:
    cart: Cart = unit.state(cart_stream(owner.id))
    wait = next_wait(cart, request.context.cart_lifetimes)
    if wait:
        due_at = request.cause.at + wait.after
        unit.set_timer(Timer(timer_id(owner.id), CART_TIMER, owner.id, wait.token, due_at))
    else:
        unit.cancel_timer(timer_id(owner.id))


def accepted(owner: CartOwner, unit: UnitOfWork) -> CartAccepted:
    """Return the answer about a cart; the position is not known yet."""
    stream = cart_stream(owner.id)
    cart: Cart = unit.state(stream)
    return CartAccepted(
        stream_id=stream,
        version=unit.version(stream),
        position=0,
        cart_id=cart_id(owner.id, cart.round),
        products=len(cart.lines),
        pieces=sum(line.quantity for line in cart.lines.values()),
    )
