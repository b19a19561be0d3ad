"""One document per hour and per day, and partition of warehouses: the pieces that came and left."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast

from projectors.models.stock import movements
from projectors.read_model import ReadModel
from projectors.timestamps import day_of, hour_of
from schemas.documents import STOCK_FLOW_VIEW, Document
from schemas.envelope import Envelope
from schemas.warehouse import InventoryCommitted, StockAdjusted, StockReceived, WarehouseFact

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Flow(NamedTuple):
    """The pieces of one event in one span of time: those on hand more (or less), shipped, and on hand to its end.

    `piece_seconds` is `change` times the seconds that are left of the span.
    """

    span: str
    change: int
    shipped: int
    piece_seconds: int


def touches(envelope: Envelope) -> Iterable[tuple[str, Flow]]:
    moved = list(movements(cast(WarehouseFact, envelope.event)))
    shipped = sum(each.shipped for each in moved)
    change = sum(each.received + each.adjusted for each in moved) - shipped
    at = envelope.occurred_at.astimezone(UTC)
    return (
        (hour_of(at), Flow("hour", change, shipped, change * _left(at, HOUR))),
        (day_of(at), Flow("day", change, shipped, change * _left(at, DAY))),
    )


def project(document: Document | None, flow: Flow, envelope: Envelope) -> Document:
    before = document or {"change": 0, "shipped": 0, "pieceSeconds": 0}
    return {
        "period": f"{flow.span} {(hour_of if flow.span == 'hour' else day_of)(envelope.occurred_at)}",
        "change": before["change"] + flow.change,
        "shipped": before["shipped"] + flow.shipped,
        "pieceSeconds": before["pieceSeconds"] + flow.piece_seconds,
    }


def _left(at: datetime, span: timedelta) -> int:
    """Return the seconds from a time to the end of its hour or day."""
    start = at.replace(minute=0, second=0, microsecond=0, hour=at.hour if span is HOUR else 0)
    return int((start + span - at.replace(microsecond=0)).total_seconds())


STOCK_FLOW = ReadModel(
    view=STOCK_FLOW_VIEW,
    types=frozenset({StockReceived.wire_name, StockAdjusted.wire_name, InventoryCommitted.wire_name}),
    touches=touches,
    project=project,
    indexes=((("period", 1),),),
    is_per_partition=True,
)
