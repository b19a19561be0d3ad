"""An order takes the lines of a cart: both are recorded in one append, so that a round of a cart is ordered once."""

from contextlib import AbstractAsyncContextManager, nullcontext
from typing import NamedTuple

from command_api.carts import decide
from command_api.context import CommandContext, CommandRequest
from domain.cart.decider import check_round
from domain.cart.state import Cart
from domain.pricing import quote
from event_store.unit_of_work import UnitOfWork
from schemas.actor_type import ActorType
from schemas.cart import CartOwner, CheckOutCart
from schemas.cart_id import CartRound, round_of
from schemas.errors import NotFound
from schemas.order import PlaceOrder
from schemas.quantities import Quantities
from schemas.stream_names import cart_stream


class CartCheckout(NamedTuple):
    """The round of a person's cart that an order takes."""

    owner: CartOwner
    round: int

    @property
    def stream(self) -> str:
        """The stream of the cart."""
        return cart_stream(self.owner.id)


def checkout_of(cart_id: str | None, customer_id: str) -> CartCheckout | None:
    """Return the round of the customer's cart that an order names; None where it names no cart.

    Raises:
        NotFound: It is not the customer's.
    """
    if cart_id is None:
        return None
    owner_id, number = round_of(cart_id) or CartRound("", 0)
    if owner_id != customer_id:
        raise NotFound("there is no such cart")
    return CartCheckout(CartOwner(type=ActorType.CUSTOMER, id=owner_id), number)


def hold_cart(context: CommandContext, checkout: CartCheckout | None) -> AbstractAsyncContextManager[None]:
    """Return the context in which nobody else of this process changes the cart."""
    return context.store.exclusive([checkout.stream]) if checkout else nullcontext()


async def load_quantities(unit: UnitOfWork, context: CommandContext, checkout: CartCheckout) -> Quantities:
    """Return what is in the cart.

    Raises:
        AlreadyCheckedOut: This round was ordered before.
        CartEmpty: There is nothing in it.
        NotFound: There was no such round yet.
    """
    await unit.load(context.carts, [checkout.stream])
    cart: Cart = unit.state(checkout.stream)
    check_round(cart, checkout.round)
    return tuple((product_id, line.quantity) for product_id, line in cart.lines.items())


def check_out(unit: UnitOfWork, request: CommandRequest, checkout: CartCheckout, command: PlaceOrder) -> PlaceOrder:
    """End the round, and return the order's command, which states the total that the customer was shown.

    Where the request states none, that is the total at the prices which the cart showed.
    """
    stated = (
        command.stated_total if command.stated_total is not None else _total_seen(unit.state(checkout.stream), command)
    )
    end = CheckOutCart(
        owner=checkout.owner,
        round=checkout.round,
        order_id=command.order_id,
        order_number=command.order_number,
    )
    decide(unit, request, checkout.owner, end)
    return command.model_copy(update={"stated_total": stated})


def _total_seen(cart: Cart, command: PlaceOrder) -> int:
    lines = [
        line.model_copy(update={"unit_price": cart.lines[line.product_id].unit_price_seen.amount})
        for line in command.lines
    ]
    return quote(lines, command.terms).total
