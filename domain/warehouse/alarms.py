"""When a shopkeeper must be told: the quantities that may still be promised became few, or none."""

from collections.abc import Sequence

from domain.warehouse.state import Warehouse, evolve
from schemas.quantities import quantities_of
from schemas.warehouse import InventoryReserved, StockAdjusted, StockLow, StockOut, WarehouseEvent

LOW = 10
"""Available quantities at which to order more."""


def with_stock_alarms(warehouse: Warehouse, event: StockAdjusted | InventoryReserved) -> Sequence[WarehouseEvent]:
    """The event, and one alarm for every product it takes across a threshold."""
    after = evolve(warehouse, event)
    alarms: list[WarehouseEvent] = []
    for product_id in _touched(event):
        was, now = warehouse.level(product_id).available, after.level(product_id).available
        alarms += stock_alarm(event.warehouse_id, product_id, was, now)
    return [event, *alarms]


def stock_alarm(warehouse_id: str, product_id: str, was: int, now: int) -> list[StockLow | StockOut]:
    """What to say of a product whose available quantities went from `was` to `now`; out is said instead of low."""
    if now == 0 < was:
        return [StockOut(warehouse_id=warehouse_id, product_id=product_id)]
    if now <= LOW < was:
        return [StockLow(warehouse_id=warehouse_id, product_id=product_id, available=now, threshold=LOW)]
    return []


def _touched(event: StockAdjusted | InventoryReserved) -> list[str]:
    if isinstance(event, StockAdjusted):
        return [event.product_id]
    return [product_id for product_id, _ in quantities_of(event.items)]
