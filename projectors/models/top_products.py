"""One document per hour and per day, and partition of orders: the pieces ordered of each product.

An order stays counted when it is cancelled or fails.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import cast

from projectors.bounded_counts import Counts, add_counts
from projectors.read_model import ReadModel, Touch, one_by_one
from projectors.timestamps import day_of, hour_of
from schemas.documents import TOP_PRODUCTS_VIEW, Document, field_of
from schemas.envelope import Envelope
from schemas.order import OrderCreated

HOUR_CAPACITY, DAY_CAPACITY = 200, 500
"""Products that are kept for certain; see `add_counts`."""
Part = tuple[Counts, int]
"""Pieces by field name, and the capacity."""


def touches(envelope: Envelope) -> Iterable[tuple[str, Part]]:
    pieces: Counter[str] = Counter()
    for line in cast(OrderCreated, envelope.event).items:
        pieces[field_of(line.product_id)] += line.quantity
    at = envelope.occurred_at
    return (hour_of(at), (pieces, HOUR_CAPACITY)), (day_of(at), (pieces, DAY_CAPACITY))


def project_all(document: Document | None, touches: Sequence[Touch]) -> Document:
    (_, capacity), _ = touches[0]
    counts, missed = (document["counts"], document["missed"]) if document else ({}, 0)
    added = (pieces for (pieces, _), _ in touches)
    counts, missed = add_counts(counts, missed, added, capacity=capacity)
    return {"counts": counts, "missed": missed}


TOP_PRODUCTS = ReadModel(
    view=TOP_PRODUCTS_VIEW,
    types=frozenset({OrderCreated.wire_name}),
    touches=touches,
    project=one_by_one(project_all),
    project_all=project_all,
    indexes=(),
    is_per_partition=True,
)
