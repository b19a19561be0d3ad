"""Alarms for a shopkeeper: the available quantity of a product has become low, or zero."""

from collections.abc import Sequence

from domain.warehouse.state import Warehouse, evolve
from schemas.quantities import quantities_of
from schemas.warehouse import InventoryReserved, StockAdjusted, StockLow, StockOut, WarehouseEvent

LOW_STOCK = 10
"""The available quantity at which to order more."""


def add_alarms(warehouse: Warehouse, event: StockAdjusted | InventoryReserved) -> Sequence[WarehouseEvent]:
    """The event, and one alarm for every product that it takes across a threshold."""
    after = evolve(warehouse, event)
    alarms: list[WarehouseEvent] = []
    for product_id in _products_of(event):
        old, new = warehouse.level(product_id).available, after.level(product_id).available
        alarms += _alarms(event.warehouse_id, product_id, old, new)
    return [event, *alarms]


def _alarms(warehouse_id: str, product_id: str, old: int, new: int) -> Sequence[StockLow | StockOut]:
    if new == 0 < old:
        return [StockOut(warehouse_id=warehouse_id, product_id=product_id)]
    if new <= LOW_STOCK < old:
        return [StockLow(warehouse_id=warehouse_id, product_id=product_id, available=new, threshold=LOW_STOCK)]
    return []


def _products_of(event: StockAdjusted | InventoryReserved) -> list[str]:
    if isinstance(event, StockAdjusted):
        return [event.product_id]
    return [product_id for product_id, _ in quantities_of(event.items)]
