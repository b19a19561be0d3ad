"""How often each product was viewed, put into a cart and ordered, minute by minute.

A document holds the counts of one partition, of one minute and of the events within `SEGMENT` positions of the log.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from projectors.read_model import ReadModel, Touch, one_by_one
from projectors.timestamps import minute_of
from schemas.cart import CartItemAdded
from schemas.documents import (
    SEGMENT,
    TRENDING_CARTS_VIEW,
    TRENDING_ORDERS_VIEW,
    TRENDING_VIEWS_VIEW,
    Document,
    field_of,
)
from schemas.envelope import Envelope
from schemas.order import OrderCreated
from schemas.product import ProductViewsCounted

INDEXES = ((("position", 1),), (("minute", 1),))
"""For what was written since a position, and for all of the last days."""
Counts = Mapping[str, int]
"""How often, by product id."""


def project_all(document: Document | None, touches: Sequence[Touch]) -> Document:
    (minute, _), first = touches[0]
    sums: dict[str, int] = dict(document["counts"]) if document else {}
    for (_, counts), _ in touches:
        for product_id, n in counts.items():
            name = field_of(product_id)
            sums[name] = sums.get(name, 0) + n
    return {"minute": minute, "segment": first.position // SEGMENT, "counts": sums}


def in_minute(at: datetime, counts: Counts, envelope: Envelope) -> Iterable[tuple[str, tuple[str, Counts]]]:
    """Return the document of a minute that an event touches, with what it counts there."""
    minute = minute_of(at)
    return ((f"{minute}/{envelope.position // SEGMENT}", (minute, counts)),)


def _views(envelope: Envelope) -> Iterable[tuple[str, tuple[str, Counts]]]:
    event = cast(ProductViewsCounted, envelope.event)
    return in_minute(event.minute, {event.product_id: event.n}, envelope)


def _cart_adds(envelope: Envelope) -> Iterable[tuple[str, tuple[str, Counts]]]:
    return in_minute(envelope.occurred_at, {cast(CartItemAdded, envelope.event).product_id: 1}, envelope)


def _orders(envelope: Envelope) -> Iterable[tuple[str, tuple[str, Counts]]]:
    return in_minute(envelope.occurred_at, dict.fromkeys(_ordered(envelope), 1), envelope)


def _ordered(envelope: Envelope) -> Iterator[str]:
    return (line.product_id for line in cast(OrderCreated, envelope.event).items)


TRENDING_VIEWS = ReadModel(
    view=TRENDING_VIEWS_VIEW,
    types=frozenset({ProductViewsCounted.wire_name}),
    touches=_views,
    project=one_by_one(project_all),
    project_all=project_all,
    indexes=INDEXES,
    is_per_partition=True,
)
TRENDING_CARTS = ReadModel(
    view=TRENDING_CARTS_VIEW,
    types=frozenset({CartItemAdded.wire_name}),
    touches=_cart_adds,
    project=one_by_one(project_all),
    project_all=project_all,
    indexes=INDEXES,
    is_per_partition=True,
)
TRENDING_ORDERS = ReadModel(
    view=TRENDING_ORDERS_VIEW,
    types=frozenset({OrderCreated.wire_name}),
    touches=_orders,
    project=one_by_one(project_all),
    project_all=project_all,
    indexes=INDEXES,
    is_per_partition=True,
)
