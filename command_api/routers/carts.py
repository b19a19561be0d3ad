"""Commands for carts, each by its owner: a person, or a guest with a token that names the guest's id."""

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.limits import limit_by_address
from command_api.cart_transfer import transfer_cart
from command_api.carts import find_offer, handle
from command_api.context import CurrentCaller
from command_api.responses import CartAccepted, CartTransferAccepted
from edge.access import owned
from edge.auth import actor_of
from edge.cart_owner import cart_owner
from schemas.actor_type import ActorType
from schemas.cart import AddItem, CartCommand, ClearCart, RemoveItem, SetItemQuantity
from schemas.cart_id import GuestId
from schemas.errors import NotFound
from schemas.message import Command, Id, Quantity


async def limit_guests(request: Request) -> None:
    """Count a guest's command by the network it comes from: nobody without an account grows the log at will."""
    if actor_of(request).type is ActorType.GUEST:
        await limit_by_address(request, "change of a guest's cart by address")


router = APIRouter(prefix="/carts", tags=["carts"], dependencies=[owned(), Depends(limit_guests)])


class NewItem(Command):
    """Pieces of a product to put into a cart."""

    product_id: Id
    quantity: Quantity


class NewQuantity(Command):
    """How many pieces of a product a cart is to have."""

    quantity: Quantity


class Transfer(Command):
    """The guest whose cart is taken over."""

    guest_id: GuestId = Field(repr=False)


class CartChange(Command):
    """A body with the cart and the product it is about, to be fingerprinted together."""

    owner_id: Id
    product_id: Id | None = None
    body: NewItem | NewQuantity | None = None


@router.post("/{owner_id}/transfer", response_model=CartTransferAccepted)
async def transfer(owner_id: Id, body: Transfer, caller: CurrentCaller) -> Response:
    """Take over a guest's cart: sums, capped at what is available; a repeat gets the same answer."""
    owner = cart_owner(caller.actor, owner_id)
    if owner.is_guest:
        raise NotFound("a guest takes over no cart")
    return await transfer_cart(caller, body, owner, body.guest_id)


@router.post("/{owner_id}/items", response_model=CartAccepted)
async def add_item(owner_id: Id, body: NewItem, caller: CurrentCaller) -> Response:
    """Put pieces of a product into the cart; more than are available are refused, and how many are is said."""
    owner = cart_owner(caller.actor, owner_id)

    async def command() -> CartCommand:
        return AddItem(owner=owner, quantity=body.quantity, offer=await find_offer(caller.context, body.product_id))

    return await handle(caller, CartChange(owner_id=owner_id, body=body), owner, command)


@router.put("/{owner_id}/items/{product_id}", response_model=CartAccepted)
async def set_quantity(owner_id: Id, product_id: Id, body: NewQuantity, caller: CurrentCaller) -> Response:
    """Set the pieces of a product that is in the cart, and accept its price of now."""
    owner = cart_owner(caller.actor, owner_id)

    async def command() -> CartCommand:
        return SetItemQuantity(owner=owner, quantity=body.quantity, offer=await find_offer(caller.context, product_id))

    return await handle(caller, CartChange(owner_id=owner_id, product_id=product_id, body=body), owner, command)


@router.delete("/{owner_id}/items/{product_id}", response_model=CartAccepted)
async def remove_item(owner_id: Id, product_id: Id, caller: CurrentCaller) -> Response:
    """Take a product out of the cart; one that is not in it changes nothing."""
    owner = cart_owner(caller.actor, owner_id)

    async def command() -> CartCommand:
        return RemoveItem(owner=owner, product_id=product_id)

    return await handle(caller, CartChange(owner_id=owner_id, product_id=product_id), owner, command)


@router.delete("/{owner_id}", response_model=CartAccepted)
async def clear_cart(owner_id: Id, caller: CurrentCaller) -> Response:
    """Take everything out of the cart."""
    owner = cart_owner(caller.actor, owner_id)

    async def command() -> CartCommand:
        return ClearCart(owner=owner)

    return await handle(caller, CartChange(owner_id=owner_id), owner, command)
