"""The state of a warehouse: a level per product, a hold per order, and for a while how each hold ended."""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, assert_never

from rpds import HashTrieMap, HashTrieSet

from domain.warehouse.entry import Entry, digest_of
from schemas.quantities import Quantities, quantities_of
from schemas.values import dataclass, replace
from schemas.warehouse import (
    InventoryCommitted,
    InventoryConfirmed,
    InventoryExpired,
    InventoryFailed,
    InventoryReleased,
    InventoryReserved,
    StockAdjusted,
    StockLow,
    StockOut,
    StockReceived,
    StockReplenished,
    WarehouseEvent,
)

GENERATION_SIZE = 50_000
"""At least so many ended holds are remembered, at most twice as many.

A late request for an order forgotten by then can only hold its stock again; unconfirmed, that expires by itself.
"""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The expiry of a hold that never held anything."""


class Level(NamedTuple):
    """Quantities of one product; always 0 ≤ reserved ≤ on hand."""

    on_hand: int = 0
    reserved: int = 0

    @property
    def available(self) -> int:
        """What can still be reserved."""
        return self.on_hand - self.reserved


class HoldPhase(StrEnum):
    """What has become of one order's hold."""

    HELD = "held"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    SHORT = "short"
    RELEASED = "released"
    COMMITTED = "committed"


LIVE = frozenset({HoldPhase.HELD, HoldPhase.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Hold:
    """What one order holds, and the last attempts that were answered.

    Of an ended hold only what is needed to answer a late request is kept; its quantities only if it expired.
    """

    phase: HoldPhase
    quantities: Quantities = ()
    attempt: int = 0
    release_attempt: int = 0
    expires_at: datetime = EPOCH


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Every product and order of one warehouse.

    Ended holds are kept in two generations, of which the older is dropped whole.
    """

    levels: HashTrieMap[str, Level] = field(default_factory=HashTrieMap)
    holds: HashTrieMap[str, Hold] = field(default_factory=HashTrieMap)
    ended: HashTrieMap[str, Hold] = field(default_factory=HashTrieMap)
    older_ended: HashTrieMap[str, Hold] = field(default_factory=HashTrieMap)
    receipts: HashTrieMap[str, Entry] = field(default_factory=HashTrieMap)
    adjustments: HashTrieMap[str, Entry] = field(default_factory=HashTrieMap)
    in_stock: HashTrieSet[str] = field(default_factory=HashTrieSet)
    """The products whose last signal says that some are available. Before there were signals nothing said so."""
    version: int = 0
    """The number of events so far."""

    def level(self, product_id: str) -> Level:
        """The level of one product, zero for an unknown one."""
        return self.levels.get(product_id, Level())

    def hold(self, order_id: str) -> Hold | None:
        """The hold of one order, if there is one or was one lately."""
        return self.holds.get(order_id) or self.ended.get(order_id) or self.older_ended.get(order_id)


def evolve(warehouse: Warehouse, event: WarehouseEvent) -> Warehouse:
    return _apply(replace(warehouse, version=warehouse.version + 1), event)


def _apply(warehouse: Warehouse, event: WarehouseEvent) -> Warehouse:
    match event:
        case StockReceived():
            received = warehouse.receipts.insert(event.receipt_id, Entry(warehouse.version, digest_of(event)))
            return replace(_change_levels(warehouse, quantities_of(event.items), on_hand=1), receipts=received)
        case StockAdjusted():
            adjusted = warehouse.adjustments.insert(event.adjustment_id, Entry(warehouse.version, digest_of(event)))
            changed = _change_levels(warehouse, ((event.product_id, event.delta),), on_hand=1)
            return replace(changed, adjustments=adjusted)
        case InventoryReserved():
            return _reserve(warehouse, event)
        case InventoryFailed():
            hold = _hold_of(warehouse, event.order_id)
            phase = HoldPhase.RELEASED if event.reason == "released" else HoldPhase.SHORT
            return _end_hold(warehouse, event.order_id, Hold(phase, (), event.attempt, hold.release_attempt))
        case InventoryConfirmed():
            hold = replace(_hold_of(warehouse, event.order_id), phase=HoldPhase.CONFIRMED)
            return replace(warehouse, holds=warehouse.holds.insert(event.order_id, hold))
        case InventoryReleased():
            hold = Hold(HoldPhase.RELEASED, (), _hold_of(warehouse, event.order_id).attempt, event.attempt)
            released = _change_levels(warehouse, quantities_of(event.items), reserved=-1)
            return _end_hold(released, event.order_id, hold)
        case InventoryExpired():
            hold = replace(_hold_of(warehouse, event.order_id), phase=HoldPhase.EXPIRED)
            released = _change_levels(warehouse, quantities_of(event.items), reserved=-1)
            return _end_hold(released, event.order_id, hold)
        case InventoryCommitted():
            hold = Hold(HoldPhase.COMMITTED, (), _hold_of(warehouse, event.order_id).attempt)
            shipped = _change_levels(warehouse, quantities_of(event.items), on_hand=-1, reserved=-1)
            return _end_hold(shipped, event.order_id, hold)
        case StockReplenished(product_id=product_id):
            return replace(warehouse, in_stock=warehouse.in_stock.insert(product_id))
        case StockOut(product_id=product_id):
            return replace(warehouse, in_stock=warehouse.in_stock.discard(product_id))
        case StockLow():
            return warehouse
    assert_never(event)


def _reserve(warehouse: Warehouse, event: InventoryReserved) -> Warehouse:
    quantities = quantities_of(event.items)
    old = _hold_of(warehouse, event.order_id)
    if old.phase in LIVE:  # a new attempt, answered again
        hold = replace(old, attempt=event.attempt, expires_at=event.expires_at)
    else:
        hold = Hold(HoldPhase.HELD, quantities, event.attempt, old.release_attempt, event.expires_at)
    reserved = _change_levels(warehouse, quantities, reserved=1)
    return replace(reserved, holds=warehouse.holds.insert(event.order_id, hold))


def _hold_of(warehouse: Warehouse, order_id: str) -> Hold:
    return warehouse.hold(order_id) or Hold(HoldPhase.RELEASED)


def _change_levels(warehouse: Warehouse, quantities: Quantities, *, on_hand: int = 0, reserved: int = 0) -> Warehouse:
    """Add the quantities to the levels, multiplied by these signs."""
    levels = warehouse.levels
    for product_id, quantity in quantities:
        old = levels.get(product_id, Level())
        new = Level(old.on_hand + on_hand * quantity, old.reserved + reserved * quantity)
        levels = levels.insert(product_id, new)
    return replace(warehouse, levels=levels)


def _end_hold(warehouse: Warehouse, order_id: str, hold: Hold) -> Warehouse:
    holds = warehouse.holds.discard(order_id)
    ended = warehouse.ended.insert(order_id, hold)
    if len(ended) < GENERATION_SIZE:
        return replace(warehouse, holds=holds, ended=ended)
    return replace(warehouse, holds=holds, ended=HashTrieMap(), older_ended=ended)
