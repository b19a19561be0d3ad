"""Whose cart a request is about: its caller's, who is a person, or the guest that the token names."""

from schemas.actor_type import ActorType
from schemas.cart import CartOwner
from schemas.cart_id import GUEST_ID
from schemas.envelope import Actor
from schemas.errors import NotFound


def cart_owner(actor: Actor, owner_id: str) -> CartOwner:
    """Return the owner of a cart.

    Raises:
        NotFound: It is somebody else's, as far as anybody knows.
    """
    is_guest = actor.type is ActorType.GUEST
    if actor.id == owner_id and is_guest is bool(GUEST_ID.fullmatch(owner_id)):
        if is_guest:
            return CartOwner(type=ActorType.GUEST, id=owner_id)
        if actor.type is ActorType.CUSTOMER:
            return CartOwner(type=ActorType.CUSTOMER, id=owner_id)
    raise NotFound("there is no such cart")
