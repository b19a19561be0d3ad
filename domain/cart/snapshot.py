"""A cart's state as bytes and back, for carts of many years. Snapshots may be thrown away: the log has everything."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from domain.cart.state import Cart, CartPhase, Checkout, HandOver, Line
from schemas.cart import CartOwner
from schemas.message import Money

CART_SNAPSHOT_VERSION = "cart-1"
"""Names the snapshot format; move it whenever the fields of the state change, or events lead to another state."""


def dump(cart: Cart) -> bytes:
    """The state as bytes."""
    fields = {
        "owner": cart.owner.model_dump(mode="json") if cart.owner else None,
        "version": cart.version,
        "round": cart.round,
        "lines": [
            [product_id, line.quantity, line.unit_price_seen.amount, line.unit_price_seen.currency]
            for product_id, line in cart.lines.items()
        ],
        "phase": cart.phase,
        "is_abandoned": cart.is_abandoned,
        "checkouts": [[number, *checkout] for number, checkout in cart.checkouts.items()],
        "handed_over": cart.handed_over,
    }
    return json.dumps(fields, separators=(",", ":")).encode()


def load(state: bytes) -> Cart:
    """The state that `dump` of the same version wrote."""
    fields: dict[str, Any] = json.loads(state)
    return Cart(
        owner=CartOwner.model_validate(fields["owner"]) if fields["owner"] else None,
        version=fields["version"],
        round=fields["round"],
        lines={
            product_id: Line(quantity, Money(amount=amount, currency=currency))
            for product_id, quantity, amount, currency in fields["lines"]
        },
        phase=CartPhase(fields["phase"]),
        is_abandoned=fields["is_abandoned"],
        checkouts={number: Checkout(*checkout) for number, *checkout in fields["checkouts"]},
        handed_over=HandOver(*fields["handed_over"]) if fields["handed_over"] else None,
    )


class CartSnapshotFormat(NamedTuple):
    """A version with the functions that write and read it."""

    version: str
    dump: Callable[[Cart], bytes]
    load: Callable[[bytes], Cart]


CART_SNAPSHOT = CartSnapshotFormat(CART_SNAPSHOT_VERSION, dump, load)
