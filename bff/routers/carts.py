"""The cart of who is logged in, and that of a guest, whose id nobody guesses."""

from fastapi import APIRouter

from bff.answers import Cart, CartAccepted, CartTransferred, Guest
from bff.bodies import BasketLine, CartTransfer, NewQuantity
from bff.calls import CurrentCalls
from bff.cart_transfer import transfer_cart
from bff.session_layer import NO_SESSION
from edge.access import owned
from schemas.cart_id import GuestId
from schemas.errors import Invalid
from schemas.message import Id
from schemas.stream_names import cart_stream

router = APIRouter(prefix="/bff/cart", tags=["cart"], dependencies=[owned()])
guest_router = APIRouter(prefix="/bff/guest/cart", tags=["cart"])


@router.get("", response_model_exclude_unset=True)
async def get_cart(calls: CurrentCalls) -> Cart:
    """Get the cart with the prices and the stock of now; each line says what has changed since it was added."""
    owner_id = await calls.subject()
    minimum = calls.session.written.of_stream(cart_stream(owner_id))
    return await calls.query(f"/carts/{owner_id}", answer=Cart, minimum=minimum)


@router.delete("")
async def clear_cart(calls: CurrentCalls) -> CartAccepted:
    """Take everything out of the cart."""
    return await calls.command("DELETE", f"/carts/{await calls.subject()}", answer=CartAccepted)


@router.post("/items")
async def add_item(body: BasketLine, calls: CurrentCalls) -> CartAccepted:
    """Put pieces of a product into the cart; more than are available are refused, and how many are is said."""
    return await calls.command("POST", f"/carts/{await calls.subject()}/items", body, answer=CartAccepted)


@router.put("/items/{product_id}")
async def set_quantity(product_id: Id, body: NewQuantity, calls: CurrentCalls) -> CartAccepted:
    """Set the pieces of a product that is in the cart, and accept its price of now."""
    path = f"/carts/{await calls.subject()}/items/{product_id}"
    return await calls.command("PUT", path, body, answer=CartAccepted)


@router.delete("/items/{product_id}")
async def remove_item(product_id: Id, calls: CurrentCalls) -> CartAccepted:
    """Take a product out of the cart."""
    path = f"/carts/{await calls.subject()}/items/{product_id}"
    return await calls.command("DELETE", path, answer=CartAccepted)


@router.post("/transfer")
async def transfer(body: CartTransfer, calls: CurrentCalls) -> CartTransferred:
    """Take over a guest's cart, by default that of this browser; a repeat gets the same answer."""
    guest_id = body.guest_id or calls.session.guest_id
    if guest_id is None:
        raise Invalid("this browser is no guest: name one")
    return await transfer_cart(calls, guest_id)


@guest_router.post("", openapi_extra=NO_SESSION)
async def be_guest(calls: CurrentCalls) -> Guest:
    """Get the id with which this browser has a cart without a session: the one it has, or a new one."""
    return Guest(guest_id=calls.make_guest())


@guest_router.get("/{guest_id}", openapi_extra=NO_SESSION, response_model_exclude_unset=True)
async def get_guests_cart(guest_id: GuestId, calls: CurrentCalls) -> Cart:
    """Get a guest's cart, as one's own."""
    minimum = calls.session.written.of_stream(cart_stream(guest_id))
    return await calls.guest_query(guest_id, f"/carts/{guest_id}", answer=Cart, minimum=minimum)


@guest_router.delete("/{guest_id}", openapi_extra=NO_SESSION)
async def clear_guests_cart(guest_id: GuestId, calls: CurrentCalls) -> CartAccepted:
    """Take everything out of a guest's cart."""
    return await calls.guest_command(guest_id, "DELETE", f"/carts/{guest_id}", answer=CartAccepted)


@guest_router.post("/{guest_id}/items", openapi_extra=NO_SESSION)
async def add_guests_item(guest_id: GuestId, body: BasketLine, calls: CurrentCalls) -> CartAccepted:
    """Put pieces of a product into a guest's cart."""
    return await calls.guest_command(guest_id, "POST", f"/carts/{guest_id}/items", body, answer=CartAccepted)


@guest_router.put("/{guest_id}/items/{product_id}", openapi_extra=NO_SESSION)
async def set_guests_quantity(
    guest_id: GuestId, product_id: Id, body: NewQuantity, calls: CurrentCalls
) -> CartAccepted:
    """Set the pieces of a product that is in a guest's cart."""
    path = f"/carts/{guest_id}/items/{product_id}"
    return await calls.guest_command(guest_id, "PUT", path, body, answer=CartAccepted)


@guest_router.delete("/{guest_id}/items/{product_id}", openapi_extra=NO_SESSION)
async def remove_guests_item(guest_id: GuestId, product_id: Id, calls: CurrentCalls) -> CartAccepted:
    """Take a product out of a guest's cart."""
    path = f"/carts/{guest_id}/items/{product_id}"
    return await calls.guest_command(guest_id, "DELETE", path, answer=CartAccepted)
