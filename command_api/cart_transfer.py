"""A guest's cart comes into a person's: both streams in one append, and a repeat gets the same answer."""

from typing import NamedTuple

from starlette.responses import Response

from command_api.carts import decide, find_offers
from command_api.context import Caller, CommandContext, CommandRequest
from command_api.responses import CartTransferAccepted
from domain.cart.state import Cart, CartPhase
from event_store.unit_of_work import UnitOfWork
from schemas.actor_type import ActorType
from schemas.cart import CartItem, CartOwner, CartTransferred, HandOverCart, TakeGuestCart, TransferLine
from schemas.cart_id import cart_id, round_of
from schemas.message import Command
from schemas.stream_names import cart_stream


class _Transfer(NamedTuple):
    """Which round took the guest's lines over, as which version of its stream, and what became of them."""

    into_cart_id: str
    version: int
    lines: tuple[TransferLine, ...]


async def transfer_cart(caller: Caller, body: Command, owner: CartOwner, guest_id: str) -> Response:
    """Take a guest's cart over, and end it; one that is unknown, or that somebody else took over, has no lines.

    Commands of both carts queue up meanwhile: what was added to the guest's before is taken over, and what would be
    added after is refused, so that nothing is left behind.
    """
    context, request = caller.context, caller.make_request(body)
    own, guests = cart_stream(owner.id), cart_stream(guest_id)
    guest = CartOwner(type=ActorType.GUEST, id=guest_id)
    async with request.reply_once() as idempotent, context.store.exclusive([own, guests]):
        for unit in idempotent.attempts():
            await unit.load(context.carts, [own, guests])
            earlier = await _find_earlier(context, unit.state(guests), owner, guest)
            done = earlier or await _transfer(unit, request, owner, guest)
            reply = CartTransferAccepted(
                stream_id=own, version=done.version, position=0, cart_id=done.into_cart_id, lines=done.lines
            )
            await idempotent.commit(unit, reply)
    return idempotent.response(200)


async def _transfer(unit: UnitOfWork, request: CommandRequest, owner: CartOwner, guest: CartOwner) -> _Transfer:
    own, cart = cart_stream(owner.id), unit.state(cart_stream(guest.id))
    into: Cart = unit.state(own)
    into_cart_id = cart_id(owner.id, into.round)
    lines: tuple[TransferLine, ...] = ()
    if cart.owner is not None and cart.phase is CartPhase.OPEN:
        events = decide(unit, request, owner, await _take(request.context, owner, guest, cart))
        lines = next((event.lines for event in events if isinstance(event, CartTransferred)), ())
        hand_over = HandOverCart(owner=guest, into_cart_id=into_cart_id, version=unit.version(own))
        decide(unit, request, guest, hand_over)
    return _Transfer(into_cart_id, unit.version(own), lines)


async def _take(context: CommandContext, owner: CartOwner, guest: CartOwner, cart: Cart) -> TakeGuestCart:
    offers = await find_offers(context, cart.lines.keys())
    items = tuple(
        CartItem(product_id=product_id, quantity=line.quantity, unit_price_seen=line.unit_price_seen)
        for product_id, line in cart.lines.items()
    )
    return TakeGuestCart(
        owner=owner, guest_cart_id=cart_id(guest.id, cart.round), items=items, offers=tuple(offers.values())
    )


async def _find_earlier(context: CommandContext, cart: Cart, owner: CartOwner, guest: CartOwner) -> _Transfer | None:
    """Return the transfer that ended the guest's cart, if it was to the same person."""
    done = cart.handed_over
    into = round_of(done.into_cart_id) if done else None
    if done is None or into is None or into.owner_id != owner.id:
        return None
    events = await context.store.stream(cart_stream(owner.id), after=max(0, done.version - 1))
    event = events[0].event if events else None
    is_of_guest = isinstance(event, CartTransferred) and event.from_guest_cart_id == cart_id(guest.id, cart.round)
    lines = event.lines if is_of_guest and isinstance(event, CartTransferred) else ()
    return _Transfer(done.into_cart_id, done.version, lines)
