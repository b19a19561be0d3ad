"""When a cart without activity is called abandoned, and when a guest's ends."""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.cart.state import Cart, CartPhase
from schemas.cart import AbandonCart, CartOwner, ExpireCart

CART_TIMER = "cart"
"""The kind of the timers of carts; their subject is the owner."""


class CartLifetimes(NamedTuple):
    """How long a cart may be without activity."""

    abandoned_after: timedelta = timedelta(days=1)
    guest_expires_after: timedelta = timedelta(days=30)


class CartWait(StrEnum):
    """What a cart without activity waits for."""

    ABANDONMENT = "abandonment"
    EXPIRY = "expiry"


class NextWait(NamedTuple):
    """What happens next to a cart that stays at this version, and how long after its last activity."""

    wait: CartWait
    version: int
    after: timedelta

    @property
    def token(self) -> str:
        """The token of its timer."""
        return f"{self.wait}/{self.version}"


def next_wait(cart: Cart, lifetimes: CartLifetimes) -> NextWait | None:
    """Return what a cart waits for, if anything: a person's empty or abandoned cart waits for its owner alone."""
    if cart.owner is None or cart.phase is not CartPhase.OPEN:
        return None
    waits = {CartWait.EXPIRY: lifetimes.guest_expires_after} if cart.owner.is_guest else {}
    if cart.lines and not cart.is_abandoned:
        waits[CartWait.ABANDONMENT] = lifetimes.abandoned_after
    first = min(waits, key=lambda wait: waits[wait], default=None)
    return NextWait(first, cart.version, waits[first]) if first else None


def timer_id(owner_id: str) -> str:
    """The id of the one timer of an owner's cart."""
    return f"cart-{owner_id}"


def due_command(owner: CartOwner, token: str) -> AbandonCart | ExpireCart:
    """Return what is to be decided when the timer with this token is due.

    Raises:
        ValueError: It is no token of a cart's timer.
    """
    wait, _, version = token.partition("/")
    command = AbandonCart if CartWait(wait) is CartWait.ABANDONMENT else ExpireCart
    return command(owner=owner, version=int(version))
