"""The warehouse aggregate: all products and reservations of one warehouse, so that no stock is promised twice."""

from collections.abc import Sequence
from typing import assert_never

from domain.decider import Decider
from domain.warehouse.entry import digest_of
from domain.warehouse.reservation import commit, confirm, expire, release, reserve
from domain.warehouse.signals import add_signals, missing_signals
from domain.warehouse.state import Warehouse, evolve
from schemas.errors import AdjustmentExists, ReceiptExists, StockWouldBeNegative
from schemas.warehouse import (
    AdjustStock,
    CommitReservation,
    ConfirmReservation,
    ExpireReservation,
    ReceiveStock,
    ReleaseStock,
    ReserveStock,
    SignalStock,
    StockAdjusted,
    StockLine,
    StockReceived,
    WarehouseCommand,
    WarehouseEvent,
)


def decide(command: WarehouseCommand, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    return add_signals(command.warehouse_id, _decide(command, warehouse), warehouse)


def _decide(command: WarehouseCommand, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    match command:
        case ReceiveStock():
            return _receive(command, warehouse)
        case AdjustStock():
            return _adjust(command, warehouse)
        case ReserveStock():
            return reserve(command, warehouse)
        case ReleaseStock():
            return release(command, warehouse)
        case ConfirmReservation():
            return confirm(command, warehouse)
        case ExpireReservation():
            return expire(command, warehouse)
        case CommitReservation():
            return commit(command, warehouse)
        case SignalStock():
            return missing_signals(command, warehouse)
    assert_never(command)


def _receive(command: ReceiveStock, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    items = tuple(StockLine(product_id=line.product_id, quantity=line.quantity) for line in command.items)
    received = StockReceived(warehouse_id=command.warehouse_id, receipt_id=command.receipt_id, items=items)
    entry = warehouse.receipts.get(command.receipt_id)
    if entry is None:
        return [received]
    if entry.digest != digest_of(received):
        raise ReceiptExists(f"another delivery was received as {command.receipt_id}", receiptId=command.receipt_id)
    return []


def _adjust(command: AdjustStock, warehouse: Warehouse) -> Sequence[WarehouseEvent]:
    adjusted = StockAdjusted(**dict(command))
    if entry := warehouse.adjustments.get(command.adjustment_id):
        if entry.digest != digest_of(adjusted):
            adjustment_id = command.adjustment_id
            raise AdjustmentExists(f"another adjustment was made as {adjustment_id}", adjustmentId=adjustment_id)
        return []
    level = warehouse.level(command.product_id)
    if level.available + command.delta < 0:
        raise StockWouldBeNegative(
            f"of {command.product_id}, {level.on_hand} are on hand and {level.reserved} of them reserved",
            productId=command.product_id,
            onHand=level.on_hand,
            reserved=level.reserved,
        )
    return [adjusted]


WAREHOUSE = Decider(initial=Warehouse(), decide=decide, evolve=evolve)
