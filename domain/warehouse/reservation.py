"""Reservations: an order gets all the stock it requests or none, until it expires or is confirmed.

An attempt before the last that was answered, or that one again, decides nothing. A new attempt at something already
done is answered again, and changes no level.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

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

ReservationCommand = ReserveStock | ReleaseStock | ConfirmReservation | ExpireReservation | CommitReservation


def reservation_id(order_id: str) -> str:
    """The one reservation an order can have."""
    return derived_id(order_id, "reservation")


def reserve(command: ReserveStock, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """Hold every item or list the shortages; answer again where that is decided already."""
    hold = warehouse.hold(command.order_id)
    if hold and _is_answered(command, hold):
        return []
    if hold and hold.phase in LIVE:
        return [_reserved(command, (), command.attempt, command.expires_at)]
    if hold and hold.phase is HoldPhase.RELEASED:
        return [InventoryFailed(**_ids(command), reason="released", shortages=(), attempt=command.attempt)]
    return _take(command, warehouse, quantities_of(command.items), command.attempt, command.expires_at)


def _is_answered(command: ReserveStock, hold: Hold) -> bool:
    return hold.phase is HoldPhase.COMMITTED or command.attempt <= hold.attempt


def release(command: ReleaseStock, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """Release what is held; where nothing is, leave a tombstone that refuses a later reservation.

    Raises:
        Refused: The goods have left.
    """
    match warehouse.hold(command.order_id):
        case Hold(phase=HoldPhase.HELD | HoldPhase.CONFIRMED, quantities=quantities):
            return [_released(command, reservation_id(command.order_id), quantities)]
        case Hold(phase=HoldPhase.COMMITTED):
            raise Refused(f"the goods of order {command.order_id} have left", orderId=command.order_id)
        case Hold(phase=HoldPhase.RELEASED, release_attempt=attempt) if command.attempt <= attempt:
            return []
        case _:
            return [_released(command, None, ())]


def confirm(command: ConfirmReservation, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """Keep the hold from expiring; one that has expired meanwhile is taken again, if there is enough stock."""
    match warehouse.hold(command.order_id):
        case Hold(phase=HoldPhase.HELD):
            return [_confirmed(command)]
        case Hold(phase=HoldPhase.EXPIRED) as hold:
            events = _take(command, warehouse, hold.quantities, hold.attempt, hold.expires_at)
            return [*events, _confirmed(command)] if isinstance(events[0], InventoryReserved) else events
        case _:
            return []


def expire(command: ExpireReservation, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """Release an unconfirmed hold whose time is over."""
    match warehouse.hold(command.order_id):
        case Hold(phase=HoldPhase.HELD) as hold if hold.expires_at <= command.now:
            items = stock_lines(hold.quantities)
            return [InventoryExpired(**_reservation_ids(command), items=items, attempt=hold.attempt)]
        case _:
            return []


def commit(command: CommitReservation, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    """Take the goods out of the warehouse.

    Raises:
        Refused: Nothing is held for this order.
    """
    match warehouse.hold(command.order_id):
        case Hold(phase=HoldPhase.HELD | HoldPhase.CONFIRMED, quantities=quantities):
            return [InventoryCommitted(**_reservation_ids(command), items=stock_lines(quantities))]
        case Hold(phase=HoldPhase.COMMITTED):
            return []
        case _:
            raise Refused(f"nothing is held for order {command.order_id}", orderId=command.order_id)


def _take(
    command: ReservationCommand, warehouse: Warehouse, quantities: Quantities, attempt: int, expires_at: datetime
) -> Sequence[WarehouseEvent]:
    if shortages := _shortages(warehouse, quantities):
        return [InventoryFailed(**_ids(command), shortages=shortages, attempt=attempt)]
    return [_reserved(command, quantities, attempt, expires_at)]


def _shortages(warehouse: Warehouse, quantities: Quantities) -> tuple[Shortage, ...]:
    return tuple(
        Shortage(product_id=product_id, requested=quantity, available=available)
        for product_id, quantity in quantities
        if (available := warehouse.level(product_id).available) < quantity
    )


def _reserved(
    command: ReservationCommand, quantities: Quantities, attempt: int, expires_at: datetime
) -> InventoryReserved:
    return InventoryReserved(
        **_reservation_ids(command), items=stock_lines(quantities), expires_at=expires_at, attempt=attempt
    )


def _confirmed(command: ConfirmReservation) -> InventoryConfirmed:
    return InventoryConfirmed(**_reservation_ids(command))


def _released(command: ReleaseStock, reservation: str | None, quantities: Quantities) -> InventoryReleased:
    return InventoryReleased(
        **_ids(command), reservation_id=reservation, items=stock_lines(quantities), attempt=command.attempt
    )


def _ids(command: ReservationCommand) -> dict[str, Any]:
    return {"warehouse_id": command.warehouse_id, "order_id": command.order_id}


def _reservation_ids(command: ReservationCommand) -> dict[str, Any]:
    return {**_ids(command), "reservation_id": reservation_id(command.order_id)}
