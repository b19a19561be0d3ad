"""The cart aggregate: what may be in a cart, and how a round or a guest's cart ends."""

from collections.abc import Sequence
from typing import assert_never

from domain.cart.state import Cart, CartPhase, evolve
from domain.cart.transfer import transfer
from domain.decider import Decider
from schemas.cart import (
    MAX_CART_LINES,
    AbandonCart,
    AddItem,
    CartAbandoned,
    CartCheckedOut,
    CartCleared,
    CartCommand,
    CartCreated,
    CartEvent,
    CartExpired,
    CartHandedOver,
    CartItemAdded,
    CartItemQuantityChanged,
    CartItemRemoved,
    CartOwner,
    CartTransferred,
    CheckOutCart,
    ClearCart,
    ExpireCart,
    HandOverCart,
    Offer,
    RemoveItem,
    SetItemQuantity,
    TakeGuestCart,
)
from schemas.cart_id import cart_id
from schemas.errors import (
    AlreadyCheckedOut,
    AlreadyTransferred,
    CartEmpty,
    CartEnded,
    CartFull,
    CurrencyDiffers,
    NotAvailable,
    NotFound,
    ProductNotForSale,
)
from schemas.message import MAX_PIECES


def decide(command: CartCommand, cart: Cart) -> Sequence[CartEvent]:
    match command:
        case AbandonCart():
            return _abandon(command, cart)
        case ExpireCart():
            return _expire(command, cart)
        case HandOverCart():
            return _hand_over(command, cart)
        case CheckOutCart():
            return _check_out(command, cart)
        case _:
            _check_open(cart)
    match command:
        case AddItem():
            return _add(command, cart)
        case SetItemQuantity():
            return _set_quantity(command, cart)
        case RemoveItem():
            return _remove(command, cart)
        case ClearCart():
            return [CartCleared(cart_id=_id(command.owner, cart))] if cart.lines else []
        case TakeGuestCart():
            return _take(command, cart)
    assert_never(command)


def _id(owner: CartOwner, cart: Cart) -> str:
    return cart_id(owner.id, cart.round)


def _check_open(cart: Cart) -> None:
    match cart.phase:
        case CartPhase.OPEN:
            return
        case CartPhase.HANDED_OVER:
            raise AlreadyTransferred("the guest's cart was taken over by an account; its lines are there")
        case CartPhase.EXPIRED:
            raise CartEnded("the guest's cart was not used for so long that it has ended")
    assert_never(cart.phase)


def _created(owner: CartOwner, cart: Cart) -> list[CartEvent]:
    return [] if cart.owner else [CartCreated(cart_id=_id(owner, cart), owner=owner)]


def _add(command: AddItem, cart: Cart) -> Sequence[CartEvent]:
    offer, product_id = command.offer, command.offer.product_id
    _check_offer(offer, cart, wanted=cart.quantity(product_id) + command.quantity)
    if product_id not in cart.lines and len(cart.lines) >= MAX_CART_LINES:
        raise CartFull(f"a cart has at most {MAX_CART_LINES} products", limit=MAX_CART_LINES)
    added = CartItemAdded(
        cart_id=_id(command.owner, cart),
        product_id=product_id,
        quantity=command.quantity,
        unit_price_seen=offer.price,
    )
    return [*_created(command.owner, cart), added]


def _set_quantity(command: SetItemQuantity, cart: Cart) -> Sequence[CartEvent]:
    offer, product_id = command.offer, command.offer.product_id
    line = cart.lines.get(product_id)
    if line is None:
        raise NotFound(f"product {product_id} is not in the cart", product_id=product_id)
    if command.quantity > line.quantity:
        _check_offer(offer, cart, wanted=command.quantity)
    if (command.quantity, offer.price) == line:
        return []
    return [
        CartItemQuantityChanged(
            cart_id=_id(command.owner, cart),
            product_id=product_id,
            old=line.quantity,
            new=command.quantity,
            unit_price_seen=offer.price,
        )
    ]


def _remove(command: RemoveItem, cart: Cart) -> Sequence[CartEvent]:
    line = cart.lines.get(command.product_id)
    if line is None:
        return []
    cart_id_ = _id(command.owner, cart)
    return [CartItemRemoved(cart_id=cart_id_, product_id=command.product_id, quantity=line.quantity)]


def _check_offer(offer: Offer, cart: Cart, *, wanted: int) -> None:
    product_id, in_cart = offer.product_id, cart.quantity(offer.product_id)
    if not offer.for_sale:
        raise ProductNotForSale(f"product {product_id} was discontinued", product_id=product_id)
    if cart.currency not in (None, offer.price.currency):
        currencies = sorted([str(cart.currency), offer.price.currency])
        raise CurrencyDiffers(f"the cart is in {cart.currency}", product_id=product_id, currencies=currencies)
    if wanted > min(offer.available, MAX_PIECES):
        detail = f"{offer.available} of {product_id} are available, and {in_cart} in the cart"
        raise NotAvailable(detail, product_id=product_id, available=offer.available, in_cart=in_cart)


def _take(command: TakeGuestCart, cart: Cart) -> Sequence[CartEvent]:
    if not command.items:
        return []
    offers = {offer.product_id: offer for offer in command.offers}
    transferred = CartTransferred(
        cart_id=_id(command.owner, cart),
        from_guest_cart_id=command.guest_cart_id,
        lines=tuple(transfer(cart, command.items, offers)),
    )
    return [*_created(command.owner, cart), transferred]


def _hand_over(command: HandOverCart, cart: Cart) -> Sequence[CartEvent]:
    """A cart that has ended is not handed over again; nor is one that never began, since nobody knows its id."""
    if cart.owner is None or cart.phase is not CartPhase.OPEN:
        return []
    handed_over = CartHandedOver(
        cart_id=_id(command.owner, cart), into_cart_id=command.into_cart_id, version=command.version
    )
    return [handed_over]


def _check_out(command: CheckOutCart, cart: Cart) -> Sequence[CartEvent]:
    check_round(cart, command.round)
    checked_out = CartCheckedOut(
        cart_id=_id(command.owner, cart), order_id=command.order_id, order_number=command.order_number
    )
    return [checked_out]


def check_round(cart: Cart, number: int) -> None:
    """Raise unless this is the round of the cart, and there is something in it.

    Raises:
        AlreadyCheckedOut: It became an order before; `order_id` and `order_number` name it, unless that is long ago.
        NotFound: There was no such round yet.
        CartEmpty: Nothing is in the cart.
    """
    if number < cart.round:
        earlier = cart.checkouts.get(number)
        raise AlreadyCheckedOut("the cart was ordered before", **(earlier._asdict() if earlier else {}))
    if number > cart.round:
        raise NotFound("there is no such cart")
    if not cart.lines:
        raise CartEmpty("there is nothing in the cart")


def _abandon(command: AbandonCart, cart: Cart) -> Sequence[CartEvent]:
    is_idle = cart.version == command.version and not cart.is_abandoned
    return [CartAbandoned(cart_id=_id(command.owner, cart))] if is_idle and cart.lines else []


def _expire(command: ExpireCart, cart: Cart) -> Sequence[CartEvent]:
    is_idle = cart.version == command.version and cart.phase is CartPhase.OPEN
    return [CartExpired(cart_id=_id(command.owner, cart))] if is_idle and command.owner.is_guest else []


CART = Decider(initial=Cart(), decide=decide, evolve=evolve)
