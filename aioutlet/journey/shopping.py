"""How a household fills its cart: the steps to one basket, with the detours that people take, the same in every run."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from aioutlet.journey.baskets import Basket

AS_GUEST = 0.15
"""Share of the baskets that begin without a session, and are taken over at the login."""
CHANGED = 0.2
"""Share of the baskets in which a quantity is changed, and changed back."""
REMOVED = 0.2
"""Share of the baskets in which a product is taken out, and put in again."""
REVIEWED = 0.05
"""Share of the orders that come, and are reviewed."""


class Move(StrEnum):
    """What is done with a product of the cart."""

    ADD = "add"
    SET = "set"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a cart; `quantity` says nothing of a product that is taken out."""

    move: Move
    product_id: str
    quantity: int = 0


def begins_as_guest(basket: Basket) -> bool:
    """Whether the household fills its cart before it logs in."""
    return _drawn(basket, "guest") < AS_GUEST


def is_reviewed(basket: Basket) -> bool:
    """Whether the household reviews a product of this basket."""
    return _drawn(basket, "review") < REVIEWED


def rating(basket: Basket) -> int:
    """Return the stars of that review, 1 to 5, more often many than few."""
    return 1 + int(4.999 * _drawn(basket, "rating") ** 0.5)


def steps(basket: Basket) -> Iterator[Step]:
    """Yield what fills an empty cart with this basket."""
    yield from (Step(Move.ADD, product_id, quantity) for product_id, quantity in basket.items)
    product_id, quantity = basket.items[int(_drawn(basket, "which") * len(basket.items))]
    if quantity > 1 and _drawn(basket, "change") < CHANGED:
        yield Step(Move.SET, product_id, quantity - 1)
        yield Step(Move.SET, product_id, quantity)
    if _drawn(basket, "remove") < REMOVED:
        yield Step(Move.REMOVE, product_id)
        yield Step(Move.ADD, product_id, quantity)


def _drawn(basket: Basket, what: str) -> float:
    """Return a number in [0, 1) that follows from the basket's id."""
    digest = hashlib.sha256(f"{what} {basket.basket_id}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32
