"""How a warehouse answers for one order: it gets all it asks for or nothing, for a while or for good.

A request is told from its repeat by its attempt. A new attempt about something already done is answered again, and
moves nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.warehouse.alarms import with_stock_alarms
from domain.warehouse.state import LIVE, Hold, HoldPhase, Warehouse
from schemas.errors import Refused
from schemas.ids import derived_id
from schemas.quantities import Quantities, quantities_of, stock_lines
from schemas.warehouse import (
    CommitReservation,
    ConfirmReservation,
    ExpireReservation,
    InventoryCommitted,
    InventoryConfirmed,
    InventoryExpired,
    InventoryFailed,
    InventoryReleased,
    InventoryReserved,
    ReleaseStock,
    ReserveStock,
    Shortage,
    WarehouseEvent,
)

AboutOrder = ReserveStock | ReleaseStock | ConfirmReservation | ExpireReservation | CommitReservation


def reservation_id(order_id: str) -> str:
    """The one reservation an order can have."""
    return derived_id(order_id, "reservation")


def reserve(command: ReserveStock, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """Hold everything, say what is short, or answer once more."""
    hold = warehouse.hold(command.order_id)
    if hold and _is_answered(command, hold):
        return []
    if hold and hold.phase in LIVE:
        return [_reserved(command, (), command.attempt, command.expires_at)]
    if hold and hold.phase is HoldPhase.RELEASED:
        return [InventoryFailed(**_about(command), reason="released", shortages=(), attempt=command.attempt)]
    return _take(command, warehouse, quantities_of(command.items), command.attempt, command.expires_at)


def _is_answered(command: ReserveStock, hold: Hold) -> bool:
    """Whether this very request was answered; after an expiry, only a later promise is another request."""
    if hold.phase is HoldPhase.EXPIRED:
        return command.expires_at <= hold.expires_at
    return hold.phase is HoldPhase.COMMITTED or command.attempt == hold.attempt


def release(command: ReleaseStock, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """Let go of what is held; where nothing is, refuse what may still come.

    Raises:
        Refused: The goods have left.
    """
    match warehouse.hold(command.order_id):
        case Hold(phase=HoldPhase.HELD | HoldPhase.CONFIRMED, quantities=quantities):
            return [_released(command, reservation_id(command.order_id), quantities)]
        case Hold(phase=HoldPhase.COMMITTED):
            raise Refused(f"the goods of order {command.order_id} have left", orderId=command.order_id)
        case Hold(phase=HoldPhase.RELEASED, release_attempt=answered) if answered == command.attempt:
            return []
        case _:
            return [_released(command, None, ())]


def confirm(command: ConfirmReservation, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """Hold for good; a hold that ran out while this was on its way is taken again, if it can be."""
    match warehouse.hold(command.order_id):
        case Hold(phase=HoldPhase.HELD):
            return [_confirmed(command)]
        case Hold(phase=HoldPhase.EXPIRED) as hold:
            taken = _take(command, warehouse, hold.quantities, hold.attempt, hold.expires_at)
            return [*taken, _confirmed(command)] if isinstance(taken[0], InventoryReserved) else taken
        case _:
            return []


def expire(command: ExpireReservation, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """Let go of what was held only for a while, if that while is over."""
    match warehouse.hold(command.order_id):
        case Hold(phase=HoldPhase.HELD, quantities=quantities, expires_at=due) if due <= command.now:
            return [InventoryExpired(**_held(command), items=stock_lines(quantities))]
        case _:
            return []


def commit(command: CommitReservation, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """The goods leave.

    Raises:
        Refused: Nothing is held for this order.
    """
    match warehouse.hold(command.order_id):
        case Hold(phase=HoldPhase.HELD | HoldPhase.CONFIRMED, quantities=quantities):
            return [InventoryCommitted(**_held(command), items=stock_lines(quantities))]
        case Hold(phase=HoldPhase.COMMITTED):
            return []
        case _:
            raise Refused(f"nothing is held for order {command.order_id}", orderId=command.order_id)


def _take(
    command: AboutOrder, warehouse: Warehouse, quantities: Quantities, attempt: int, expires_at: datetime
) -> Sequence[WarehouseEvent]:
    if shortages := _shortages(warehouse, quantities):
        return [InventoryFailed(**_about(command), shortages=shortages, attempt=attempt)]
    return with_stock_alarms(warehouse, _reserved(command, quantities, attempt, expires_at))


def _shortages(warehouse: Warehouse, quantities: Quantities) -> tuple[Shortage, ...]:
    return tuple(
        Shortage(product_id=product_id, requested=quantity, available=available)
        for product_id, quantity in quantities
        if (available := warehouse.level(product_id).available) < quantity
    )


def _reserved(command: AboutOrder, quantities: Quantities, attempt: int, expires_at: datetime) -> InventoryReserved:
    return InventoryReserved(**_held(command), items=stock_lines(quantities), expires_at=expires_at, attempt=attempt)


def _confirmed(command: ConfirmReservation) -> InventoryConfirmed:
    return InventoryConfirmed(**_held(command))


def _released(command: ReleaseStock, reservation: str | None, quantities: Quantities) -> InventoryReleased:
    return InventoryReleased(
        **_about(command), reservation_id=reservation, items=stock_lines(quantities), attempt=command.attempt
    )


def _about(command: AboutOrder) -> dict[str, Any]:
    return {"warehouse_id": command.warehouse_id, "order_id": command.order_id}


def _held(command: AboutOrder) -> dict[str, Any]:
    return {**_about(command), "reservation_id": reservation_id(command.order_id)}
