"""One document per warehouse and product: the pieces on hand, reserved and available, and whether that is low."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

from projectors.read_model import ReadModel, Touch, one_by_one
from projectors.timestamps import occurred_at
from schemas.documents import STOCK_VIEW, Document, stock_id
from schemas.envelope import Envelope
from schemas.quantities import quantities_of
from schemas.warehouse import (
    LOW_STOCK,
    InventoryCommitted,
    InventoryExpired,
    InventoryReleased,
    InventoryReserved,
    StockAdjusted,
    StockReceived,
    WarehouseFact,
)


class Movement(NamedTuple):
    """The pieces by which one event changes the stock of one product."""

    product_id: str
    received: int = 0
    adjusted: int = 0
    reserved: int = 0
    shipped: int = 0


def movements(event: WarehouseFact) -> Iterator[Movement]:
    """Yield one movement per product; none for an event without items."""
    match event:
        case StockReceived():
            return (Movement(product, received=n) for product, n in quantities_of(event.items))
        case StockAdjusted():
            return iter((Movement(event.product_id, adjusted=event.delta),))
        case InventoryReserved():
            return (Movement(product, reserved=n) for product, n in quantities_of(event.items))
        case InventoryReleased() | InventoryExpired():
            return (Movement(product, reserved=-n) for product, n in quantities_of(event.items))
        case InventoryCommitted():
            return (Movement(product, reserved=-n, shipped=n) for product, n in quantities_of(event.items))
        case _:
            return iter(())


def touches(envelope: Envelope) -> Iterator[tuple[str, Movement]]:
    event = cast(WarehouseFact, envelope.event)
    return ((stock_id(event.warehouse_id, movement.product_id), movement) for movement in movements(event))


def project_all(document: Document | None, touches: Sequence[Touch]) -> Document:
    last, envelope = touches[-1]
    warehouse_id = cast(WarehouseFact, envelope.event).warehouse_id
    current = document or _empty_document(warehouse_id, last.product_id)
    received, adjusted = current["received"], current["adjusted"]
    reserved, shipped = current["reserved"], current["shipped"]
    for movement, _ in touches:
        received += movement.received
        adjusted += movement.adjusted
        reserved += movement.reserved
        shipped += movement.shipped
    on_hand = received + adjusted - shipped
    return current | {
        "onHand": on_hand,
        "reserved": reserved,
        "available": on_hand - reserved,
        "level": _level(on_hand - reserved),
        "received": received,
        "adjusted": adjusted,
        "shipped": shipped,
        "updatedAt": occurred_at(envelope),
        "version": envelope.version,
    }


def _level(available: int) -> str:
    if available <= 0:
        return "out"
    return "low" if available <= LOW_STOCK else "enough"


def _empty_document(warehouse_id: str, product_id: str) -> Document:
    counts = dict.fromkeys(("onHand", "reserved", "available", "received", "adjusted", "shipped"), 0)
    return {"warehouseId": warehouse_id, "productId": product_id, **counts}


STOCK = ReadModel(
    view=STOCK_VIEW,
    types=frozenset(
        {
            "stock.received",
            "stock.adjusted",
            "inventory.reserved",
            "inventory.released",
            "inventory.expired",
            "inventory.committed",
        }
    ),
    touches=touches,
    project=one_by_one(project_all),
    project_all=project_all,
    indexes=(
        (("productId", 1), ("warehouseId", 1)),
        (("warehouseId", 1), ("productId", 1)),
        (("level", 1), ("productId", 1), ("warehouseId", 1)),
        (("warehouseId", 1), ("level", 1), ("productId", 1)),
    ),
)
