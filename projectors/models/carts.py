"""One document per cart: the lines of its round, with the price that their owner was shown.

Of a cart that has ended it says only when: without it, an older event that comes again would make the cart anew.
"""

from typing import Any, assert_never, cast

from projectors.read_model import ReadModel
from projectors.timestamps import occurred_at
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
    CartTransferred,
)
from schemas.cart_id import cart_id, round_of
from schemas.documents import CARTS_VIEW, Document
from schemas.envelope import Envelope
from schemas.stream_names import subject_of
from schemas.user import UserErased


def project(document: Document | None, _: Any, envelope: Envelope) -> Document | None:
    event = cast("CartEvent | UserErased", envelope.event)
    if isinstance(event, CartCreated):
        return document if document is not None else _record(_new_document(event, envelope), envelope)
    if document is None or "endedAt" in document:
        return document
    if isinstance(event, UserErased | CartExpired | CartHandedOver):
        return {"endedAt": occurred_at(envelope)}
    return _record(document | {"abandonedAt": None} | _changes(document, event, envelope), envelope)


def _new_document(event: CartCreated, envelope: Envelope) -> Document:
    return {
        "cartId": event.cart_id,
        "ownerId": event.owner.id,
        "ownerType": event.owner.type.value,
        "lines": [],
        "abandonedAt": None,
        "lastOrder": None,
        "createdAt": occurred_at(envelope),
    }


def _record(document: Document, envelope: Envelope) -> Document:
    return document | {"updatedAt": occurred_at(envelope), "version": envelope.version}


def _changes(
    document: Document,
    event: CartItemAdded
    | CartItemQuantityChanged
    | CartItemRemoved
    | CartCleared
    | CartTransferred
    | CartCheckedOut
    | CartAbandoned,
    envelope: Envelope,
) -> Document:
    lines, at = document["lines"], occurred_at(envelope)
    match event:
        case CartItemAdded(product_id=product_id):
            quantity = event.quantity + sum(line["quantity"] for line in lines if line["productId"] == product_id)
            return {"lines": _with(lines, _line(product_id, quantity, event.unit_price_seen.model_dump(), at))}
        case CartItemQuantityChanged(product_id=product_id):
            return {"lines": _with(lines, _line(product_id, event.new, event.unit_price_seen.model_dump(), at))}
        case CartItemRemoved(product_id=product_id):
            return {"lines": [line for line in lines if line["productId"] != product_id]}
        case CartCleared():
            return {"lines": []}
        case CartTransferred():
            for each in event.lines:
                if each.result_quantity:
                    line = _line(each.product_id, each.result_quantity, each.unit_price_seen.model_dump(), at)
                    lines = _with(lines, line)
            return {"lines": lines}
        case CartCheckedOut():
            return _next_round(event)
        case CartAbandoned():
            return {"abandonedAt": at}
    assert_never(event)


def _line(product_id: str, quantity: int, unit_price_seen: Document, at: str) -> Document:
    return {
        "productId": product_id,
        "quantity": quantity,
        "unitPriceSeen": unit_price_seen,
        "addedAt": at,
        "changedAt": at,
    }


def _with(lines: list[Document], new: Document) -> list[Document]:
    """Return the lines with a new one at their end, or in the place of that of the same product."""
    if any(line["productId"] == new["productId"] for line in lines):
        return [new | {"addedAt": line["addedAt"]} if line["productId"] == new["productId"] else line for line in lines]
    return [*lines, new]


def _next_round(event: CartCheckedOut) -> Document:
    ended = round_of(event.cart_id)
    following = cart_id(ended.owner_id, ended.round + 1) if ended else event.cart_id
    last = {"cartId": event.cart_id, "orderId": event.order_id, "orderNumber": event.order_number}
    return {"cartId": following, "lines": [], "lastOrder": last}


CARTS = ReadModel(
    view=CARTS_VIEW,
    types=frozenset(
        {
            "cart.created",
            "cart.item.added",
            "cart.item.quantity.changed",
            "cart.item.removed",
            "cart.cleared",
            "cart.transferred",
            "cart.handed.over",
            "cart.checked.out",
            "cart.abandoned",
            "cart.expired",
            "user.erased",
        }
    ),
    touches=lambda envelope: ((subject_of(envelope.stream), None),),
    project=project,
    indexes=(),
)
