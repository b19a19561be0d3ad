"""Signals: of a product that is low, out, or to be had again, wherever a decision changes what is available of it."""

from collections.abc import Iterable, Iterator, Sequence

from domain.warehouse.state import Warehouse
from schemas.quantities import Quantities, quantities_of, sum_quantities
from schemas.warehouse import (
    LOW_STOCK,
    InventoryExpired,
    InventoryReleased,
    InventoryReserved,
    SignalStock,
    StockAdjusted,
    StockLow,
    StockOut,
    StockReceived,
    StockReplenished,
    WarehouseEvent,
)

Signal = StockLow | StockOut | StockReplenished


def add_signals(warehouse_id: str, events: Sequence[WarehouseEvent], warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """The events, and a signal for every product whose available quantity they take across a threshold."""
    changes = sum_quantities(change for event in events for change in available_changes(event))
    if not changes:
        return events
    return [*events, *_signals(warehouse_id, changes, warehouse)]


def available_changes(event: WarehouseEvent) -> Quantities:
    """By how many pieces an event changes what is available, by product."""
    match event:
        case StockReceived() | InventoryReleased() | InventoryExpired():
            return quantities_of(event.items)
        case StockAdjusted(product_id=product_id, delta=delta):
            return ((product_id, delta),)
        case InventoryReserved():
            return tuple((product_id, -quantity) for product_id, quantity in quantities_of(event.items))
        case _:
            return ()


def missing_signals(command: SignalStock, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """The first signals that were never given: of stock received before there were any."""
    missing = (
        each for each, level in warehouse.levels.items() if bool(level.available) != (each in warehouse.in_stock)
    )
    return [_presence(command.warehouse_id, each, warehouse) for each in sorted(missing)[: command.limit]]


def _presence(warehouse_id: str, product_id: str, warehouse: Warehouse) -> StockReplenished | StockOut:
    if available := warehouse.level(product_id).available:
        return StockReplenished(warehouse_id=warehouse_id, product_id=product_id, available=available)
    return StockOut(warehouse_id=warehouse_id, product_id=product_id)


def _signals(warehouse_id: str, changes: Iterable[tuple[str, int]], warehouse: Warehouse) -> Iterator[Signal]:
    for product_id, change in changes:
        old = warehouse.level(product_id).available
        new = old + change
        if new > 0 and product_id not in warehouse.in_stock:
            yield StockReplenished(warehouse_id=warehouse_id, product_id=product_id, available=new)
        if new == 0 < old:
            yield StockOut(warehouse_id=warehouse_id, product_id=product_id)
        elif new <= LOW_STOCK < old:
            yield StockLow(warehouse_id=warehouse_id, product_id=product_id, available=new, threshold=LOW_STOCK)
