"""What a warehouse has: one document per (warehouse, product), every piece accounted for."""

from collections.abc import Iterator
from typing import NamedTuple, cast

from projectors.read_model import ReadModel
from projectors.timestamps import occurred_at
from schemas.documents import STOCK_VIEW, Document
from schemas.envelope import Envelope
from schemas.quantities import quantities_of
from schemas.warehouse import (
    InventoryCommitted,
    InventoryExpired,
    InventoryReleased,
    InventoryReserved,
    StockAdjusted,
    StockReceived,
    WarehouseFact,
)


class Movement(NamedTuple):
    """What one event changes for one product, in pieces."""

    product_id: str
    received: int = 0
    adjusted: int = 0
    reserved: int = 0
    shipped: int = 0


def movements(event: WarehouseFact) -> Iterator[Movement]:
    """One movement per product; an event that holds or frees nothing gives none."""
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


def stock_id(warehouse_id: str, product_id: str) -> str:
    """The id of the document of one product in one warehouse."""
    return f"{warehouse_id}/{product_id}"


def project(seen: Document | None, movement: Movement, envelope: Envelope) -> Document:
    warehouse_id = cast(WarehouseFact, envelope.event).warehouse_id
    now = seen or _empty(warehouse_id, movement.product_id)
    received = now["received"] + movement.received
    adjusted = now["adjusted"] + movement.adjusted
    shipped = now["shipped"] + movement.shipped
    reserved = now["reserved"] + movement.reserved
    on_hand = received + adjusted - shipped
    return now | {
        "onHand": on_hand,
        "reserved": reserved,
        "available": on_hand - reserved,
        "received": received,
        "adjusted": adjusted,
        "shipped": shipped,
        "updatedAt": occurred_at(envelope),
        "version": envelope.version,
    }


def _empty(warehouse_id: str, product_id: str) -> Document:
    nothing = dict.fromkeys(("onHand", "reserved", "available", "received", "adjusted", "shipped"), 0)
    return {"warehouseId": warehouse_id, "productId": product_id, **nothing}


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
    project=project,
    indexes=((("productId", 1),), (("warehouseId", 1), ("productId", 1))),
)
