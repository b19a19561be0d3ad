"""The state of a cart: the lines of the round, how earlier rounds ended, and whether the cart itself has."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import NamedTuple, assert_never

from schemas.cart import (
    CartAbandoned,
    CartCheckedOut,
    CartCleared,
    CartCreated,
    CartEvent,
    CartExpired,
    CartHandedOver,
    CartItemAdded,
    CartItemQuantityChanged,
    CartItemRemoved,
    CartOwner,
    CartTransferred,
)
from schemas.cart_id import round_of
from schemas.message import Money
from schemas.values import dataclass, replace

CHECKOUTS_KEPT = 50
"""Rounds whose order is remembered; a checkout of an older one is refused without naming it."""


class Line(NamedTuple):
    """The pieces of one product, and the price per piece that the owner was shown last."""

    quantity: int
    unit_price_seen: Money


class Checkout(NamedTuple):
    """The order that a round became."""

    order_id: str
    order_number: str


class CartPhase(StrEnum):
    """Whether anything can be put into the cart; only guests' carts end."""

    OPEN = "open"
    HANDED_OVER = "handedOver"
    EXPIRED = "expired"


class HandOver(NamedTuple):
    """Which cart took this one over, and the version of its stream that says so."""

    into_cart_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Cart:
    """What later decisions need; the lines are in the order in which their products came."""

    owner: CartOwner | None = None
    version: int = 0
    """The number of events so far."""
    round: int = 1
    lines: Mapping[str, Line] = field(default_factory=dict)
    phase: CartPhase = CartPhase.OPEN
    is_abandoned: bool = False
    """Nothing has happened since the cart was called abandoned."""
    checkouts: Mapping[int, Checkout] = field(default_factory=dict)
    """By round, the last `CHECKOUTS_KEPT`."""
    handed_over: HandOver | None = None

    def quantity(self, product_id: str) -> int:
        """The pieces of one product, 0 where it is not in the cart."""
        line = self.lines.get(product_id)
        return line.quantity if line else 0

    @property
    def currency(self) -> str | None:
        """The one currency of its lines; None where there are none."""
        return next((line.unit_price_seen.currency for line in self.lines.values()), None)


def evolve(cart: Cart, event: CartEvent) -> Cart:
    counted = replace(cart, version=cart.version + 1, is_abandoned=isinstance(event, CartAbandoned))
    match event:
        case CartCreated():
            return replace(counted, owner=event.owner)
        case CartItemAdded(product_id=product_id):
            line = Line(cart.quantity(product_id) + event.quantity, event.unit_price_seen)
            return _with_lines(counted, {product_id: line})
        case CartItemQuantityChanged(product_id=product_id):
            return _with_lines(counted, {product_id: Line(event.new, event.unit_price_seen)})
        case CartItemRemoved():
            return replace(counted, lines={key: line for key, line in cart.lines.items() if key != event.product_id})
        case CartCleared():
            return replace(counted, lines={})
        case CartTransferred():
            return _with_lines(counted, transferred_lines(event))
        case CartHandedOver():
            handed_over = HandOver(event.into_cart_id, event.version)
            return replace(counted, lines={}, phase=CartPhase.HANDED_OVER, handed_over=handed_over)
        case CartCheckedOut():
            return _next_round(counted, event)
        case CartAbandoned():
            return counted
        case CartExpired():
            return replace(counted, lines={}, phase=CartPhase.EXPIRED)
    assert_never(event)


def transferred_lines(event: CartTransferred) -> dict[str, Line]:
    """The lines that a transfer leaves in the cart, of the products it is about."""
    return {
        line.product_id: Line(line.result_quantity, line.unit_price_seen)
        for line in event.lines
        if line.result_quantity
    }


def _with_lines(cart: Cart, lines: Mapping[str, Line]) -> Cart:
    return replace(cart, lines={**cart.lines, **lines})


def _next_round(cart: Cart, event: CartCheckedOut) -> Cart:
    ended = round_of(event.cart_id)
    number = ended.round if ended else cart.round
    checkouts = {**cart.checkouts, number: Checkout(event.order_id, event.order_number)}
    kept = dict(list(checkouts.items())[-CHECKOUTS_KEPT:])
    return replace(cart, lines={}, round=number + 1, checkouts=kept)
