"""Takes the cart that a browser had as a guest over into that of the person who logs in."""

from bff.answers import CartTransferred
from bff.bodies import CartTransfer
from bff.calls import Calls


async def transfer_cart(calls: Calls, guest_id: str) -> CartTransferred:
    """Take a guest's cart over, and forget that the browser was this guest."""
    body = CartTransfer(guest_id=guest_id)
    transferred = await calls.command("POST", f"/carts/{await calls.subject()}/transfer", body, answer=CartTransferred)
    if calls.session.guest_id == guest_id:
        calls.session.forget_guest()
    return transferred
