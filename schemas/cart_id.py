"""The ids of carts: `<ownerId>.<round>`, and those of guests, which nobody guesses."""

import re
import secrets
from typing import Annotated, NamedTuple

from pydantic import StringConstraints

CartId = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""An owner, a dot, and the round: each checkout ends a round of the same cart."""
GUEST_PREFIX = "guest-"
"""No account's id begins so, and every guest's does: nobody reaches another's cart by calling themselves a guest."""
GUEST_BYTES = 20
GUEST_ID = re.compile(rf"{GUEST_PREFIX}[0-9a-f]{{{2 * GUEST_BYTES}}}")
GuestId = Annotated[str, StringConstraints(max_length=46, pattern=rf"^{GUEST_ID.pattern}$")]
"""160 random bits: who knows the id has the cart."""
_CART_ID = re.compile(r"(.+)\.([1-9]\d{0,8})")


class CartRound(NamedTuple):
    """One round of an owner's cart."""

    owner_id: str
    round: int


def new_guest_id() -> str:
    """Draw the id of a new guest."""
    return f"{GUEST_PREFIX}{secrets.token_hex(GUEST_BYTES)}"


def cart_id(owner_id: str, round_: int) -> str:
    """The id of one round of an owner's cart."""
    return f"{owner_id}.{round_}"


def round_of(value: str) -> CartRound | None:
    """The owner and the round that a cart's id names; None where it is no cart's id."""
    found = _CART_ID.fullmatch(value)
    return CartRound(found[1], int(found[2])) if found else None
