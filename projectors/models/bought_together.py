"""One document per product and partition of orders: how often which other products were in the same order.

An order stays counted when it is cancelled or fails: it says what somebody wanted together.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import cast

from projectors.bounded_counts import add_counts
from projectors.read_model import ReadModel, Touch, one_by_one
from schemas.documents import BOUGHT_TOGETHER_VIEW, Document, field_of
from schemas.envelope import Envelope
from schemas.order import OrderCreated

NEIGHBOURS = 12
"""In an order of more than twice as many other products, each is paired with so many on either side of it."""
CAPACITY = 100
"""Other products that are kept for certain; see `add_counts`."""


def touches(envelope: Envelope) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield every product of an order with the field names of those it is paired with: at most 24 for each.

    All products of a usual order are paired with one another. Those of a large one stand in a circle, in an order that
    is by chance but the same whenever it is asked for, and are paired with those nearest to them.
    """
    event = cast(OrderCreated, envelope.event)
    products = sorted({line.product_id for line in event.items})
    if len(products) > 2 * NEIGHBOURS + 1:
        products.sort(key=lambda product_id: _chance(event.order_id, product_id))
    names = [field_of(product_id) for product_id in products]
    for index, product_id in enumerate(products):
        yield product_id, _neighbours(names, index)


def project_all(document: Document | None, touches: Sequence[Touch]) -> Document:
    before = document or {"orders": 0, "counts": {}, "missed": 0}
    added = (dict.fromkeys(names, 1) for names, _ in touches)
    counts, missed = add_counts(before["counts"], before["missed"], added, capacity=CAPACITY)
    return {"orders": before["orders"] + len(touches), "counts": counts, "missed": missed}


def _neighbours(names: Sequence[str], index: int) -> Sequence[str]:
    if len(names) <= 2 * NEIGHBOURS + 1:
        return [*names[:index], *names[index + 1 :]]
    return [names[(index + step) % len(names)] for step in range(-NEIGHBOURS, NEIGHBOURS + 1) if step]


def _chance(order_id: str, product_id: str) -> bytes:
    return blake2b(f"{order_id}/{product_id}".encode(), digest_size=8).digest()


BOUGHT_TOGETHER = ReadModel(
    view=BOUGHT_TOGETHER_VIEW,
    types=frozenset({OrderCreated.wire_name}),
    touches=touches,
    project=one_by_one(project_all),
    project_all=project_all,
    indexes=(),
    is_per_partition=True,
)
