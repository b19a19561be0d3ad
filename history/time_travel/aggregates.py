"""Aggregates of the past: a stream, folded by its decider up to a moment."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.cart.decider import CART
from domain.config import CONFIG
from domain.decider import Decider
from domain.email_claim import EMAIL_CLAIM
from domain.fulfilment.decider import SAGA
from domain.notification import NOTIFICATION
from domain.order import ORDER
from domain.payment import PAYMENT
from domain.product import PRODUCT
from domain.review import REVIEW
from domain.shipment import SHIPMENT
from domain.user import USER
from domain.warehouse.decider import WAREHOUSE
from event_store.reading import EventReader
from history.time_travel.past import MAX_EVENTS, Fold, Past, read_stream
from history.time_travel.plain import as_plain
from schemas.envelope import Envelope
from schemas.errors import NotFound
from schemas.stream_names import CONFIG_STREAM, category_of
from schemas.time_travel import Plain

DECIDERS: Mapping[str, Decider[Any, Any, Any]] = {
    "address": EMAIL_CLAIM,
    "cart": CART,
    "notification": NOTIFICATION,
    "order": ORDER,
    "payment": PAYMENT,
    "product": PRODUCT,
    "review": REVIEW,
    "saga": SAGA,
    "shipment": SHIPMENT,
    "user": USER,
    "warehouse": WAREHOUSE,
}
"""By the category of the stream."""


async def read_aggregate(reader: EventReader, stream: str, *, limit: int | None = MAX_EVENTS) -> Past:
    """Return an aggregate with its events.

    Raises:
        NotFound: There is no such stream, or no decider folds it.
        Invalid: It has more events than `limit`.
    """
    decider = CONFIG if stream == CONFIG_STREAM else DECIDERS.get(category_of(stream))
    rows = await read_stream(reader, stream, limit=limit) if decider else []
    if decider is None or not rows:
        raise NotFound(f"there is no aggregate {stream}", stream=stream)
    return Past("aggregate", stream, rows, _folded_by(decider))


def _folded_by(decider: Decider[Any, Any, Any]) -> Fold:
    def fold(envelopes: Sequence[Envelope]) -> Plain:
        return as_plain(decider.fold(envelope.event for envelope in envelopes))

    return fold
