"""One document per round of a cart, from its first line to its end, counted in the hour and day in which it began."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, cast

from projectors.read_model import ReadModel
from projectors.timestamps import buckets_of, occurred_at
from schemas.cart import (
    CartAbandoned,
    CartCheckedOut,
    CartExpired,
    CartFact,
    CartHandedOver,
    CartItemAdded,
    CartTransferred,
)
from schemas.documents import CART_ROUNDS_VIEW, Document
from schemas.envelope import Envelope


class RoundState(StrEnum):
    """What has become of a round."""

    OPEN = "open"
    ORDERED = "ordered"
    HANDED_OVER = "handedOver"
    ABANDONED = "abandoned"


_STATES: Mapping[type[CartFact], RoundState] = {
    CartItemAdded: RoundState.OPEN,
    CartTransferred: RoundState.OPEN,
    CartCheckedOut: RoundState.ORDERED,
    CartHandedOver: RoundState.HANDED_OVER,
    CartAbandoned: RoundState.ABANDONED,
    CartExpired: RoundState.ABANDONED,
}
_FINAL = frozenset({RoundState.ORDERED, RoundState.HANDED_OVER})


def project(document: Document | None, _: Any, envelope: Envelope) -> Document | None:
    state = _STATES[type(cast(CartFact, envelope.event))]
    if document is None:
        return {"startedAt": occurred_at(envelope), "state": state.value}
    if document["state"] in _FINAL or document["state"] == state:
        return document
    return document | {"state": state.value}


def shares(document: Document) -> Mapping[tuple[str, str], int]:
    """A round counts as started, and as what has become of it."""
    names = ("carts", f"carts/{document['state']}")
    return {(bucket, name): 1 for bucket in buckets_of(document["startedAt"]) for name in names}


CART_ROUNDS = ReadModel(
    view=CART_ROUNDS_VIEW,
    types=frozenset(event.wire_name for event in _STATES),
    touches=lambda envelope: ((cast(CartFact, envelope.event).cart_id, None),),
    project=project,
    indexes=(),
    shares=shares,
    counted=("state", "startedAt"),
)
