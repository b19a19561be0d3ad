"""What the golden snapshot holds: the fields of a warehouse's state, and the state that a fixed history leads to."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson

import domain.warehouse.state
from domain.warehouse.decider import WAREHOUSE
from domain.warehouse.entry import Entry
from domain.warehouse.snapshot import SNAPSHOT_VERSION, dump
from domain.warehouse.state import GENERATION_SIZE, Hold, Level, Warehouse
from schemas.quantities import Quantities
from schemas.warehouse import (
    InventoryCommitted,
    InventoryConfirmed,
    InventoryExpired,
    InventoryFailed,
    InventoryReleased,
    InventoryReserved,
    Shortage,
    StockAdjusted,
    StockLine,
    StockLow,
    StockOut,
    StockReceived,
    StockReplenished,
    WarehouseEvent,
)

PATH = Path(__file__).parent / "snapshots" / f"{SNAPSHOT_VERSION}.json"
SMALL_GENERATION = 5
"""So small that this history fills one generation of ended holds and begins the next."""
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
LAMPS = (StockLine(product_id="lamp", quantity=2),)
LAMPS_AND_MUGS = (*LAMPS, StockLine(product_id="mug", quantity=3))


def received(receipt_id: str, *items: StockLine) -> StockReceived:
    return StockReceived(warehouse_id="main", receipt_id=receipt_id, items=items)


def reserved(order_id: str, *items: StockLine, attempt: int = 1, minutes: int = 15) -> InventoryReserved:
    return InventoryReserved(
        warehouse_id="main",
        order_id=order_id,
        reservation_id=f"{order_id}-r",
        items=items,
        expires_at=NOON + timedelta(minutes=minutes),
        attempt=attempt,
    )


def short(order_id: str, *shortages: Shortage) -> InventoryFailed:
    return InventoryFailed(warehouse_id="main", order_id=order_id, shortages=shortages)


def refused(order_id: str, attempt: int) -> InventoryFailed:
    return InventoryFailed(warehouse_id="main", order_id=order_id, reason="released", shortages=(), attempt=attempt)


def confirmed(order_id: str) -> InventoryConfirmed:
    return InventoryConfirmed(warehouse_id="main", order_id=order_id, reservation_id=f"{order_id}-r")


def released(order_id: str, *items: StockLine, attempt: int = 1) -> InventoryReleased:
    reservation_id = f"{order_id}-r" if items else None
    return InventoryReleased(
        warehouse_id="main", order_id=order_id, reservation_id=reservation_id, items=items, attempt=attempt
    )


def expired(order_id: str, *items: StockLine) -> InventoryExpired:
    return InventoryExpired(warehouse_id="main", order_id=order_id, reservation_id=f"{order_id}-r", items=items)


def committed(order_id: str, *items: StockLine) -> InventoryCommitted:
    return InventoryCommitted(warehouse_id="main", order_id=order_id, reservation_id=f"{order_id}-r", items=items)


HISTORY: tuple[WarehouseEvent, ...] = (
    received("receipt-1", StockLine(product_id="lamp", quantity=20), StockLine(product_id="mug", quantity=40)),
    received("receipt-2", StockLine(product_id="mug", quantity=1), StockLine(product_id="mug", quantity=2)),
    StockAdjusted(warehouse_id="main", adjustment_id="count-1", product_id="mug", delta=-4, reason="broken", by="ann"),
    reserved("held", *LAMPS_AND_MUGS),
    reserved("held-again", *LAMPS),
    reserved("held-again", attempt=2, minutes=25),
    reserved("confirmed", *LAMPS_AND_MUGS, attempt=3),
    confirmed("confirmed"),
    reserved("committed", *LAMPS_AND_MUGS),
    confirmed("committed"),
    committed("committed", *LAMPS_AND_MUGS),
    reserved("released", *LAMPS, attempt=2),
    released("released", *LAMPS, attempt=3),
    reserved("expired", *LAMPS_AND_MUGS, minutes=5),
    expired("expired", *LAMPS_AND_MUGS),
    short("short", Shortage(product_id="lamp", requested=99, available=12)),
    released("unknown", attempt=4),
    refused("unknown", attempt=2),
    reserved("expired-and-held", *LAMPS, minutes=5),
    expired("expired-and-held", *LAMPS),
    reserved("expired-and-held", *LAMPS, attempt=2, minutes=30),
    reserved("expired-late", *LAMPS, minutes=6),
    expired("expired-late", *LAMPS),
    StockLow(warehouse_id="main", product_id="lamp", available=10, threshold=10),
    StockOut(warehouse_id="main", product_id="mug"),
    StockReplenished(warehouse_id="main", product_id="mug", available=3),
)


def snapshot_file() -> dict[Path, bytes]:
    """The golden file of the current version."""
    content = {
        "generation_size": GENERATION_SIZE,
        "fields": {cls.__name__: _fields_of(cls) for cls in (Warehouse, Hold, Level, Entry)},
        "quantities": str(Quantities),
        "state": sorted_rows(dump(folded())),
    }
    return {PATH: orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)}


def folded() -> Warehouse:
    """The state that `HISTORY` leads to, with small generations."""
    with patch.object(domain.warehouse.state, "GENERATION_SIZE", SMALL_GENERATION):
        return WAREHOUSE.fold(HISTORY)


def sorted_rows(dumped: bytes) -> dict[str, Any]:
    """A dumped state in a fixed order: maps of strings iterate in another one in every process."""
    fields = orjson.loads(dumped)
    return {name: sorted(rows) if isinstance(rows, list) else rows for name, rows in fields.items()}


def _fields_of(cls: type) -> dict[str, str]:
    """Annotations as they are written, since those of `rpds` cannot be evaluated."""
    return {name: str(getattr(hint, "__forward_arg__", hint)) for name, hint in cls.__annotations__.items()}
