"""What a warehouse remembers: a level per product, a hold per order, and for a while how each hold ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, assert_never

from rpds import HashTrieMap, HashTrieSet

from schemas.quantities import Quantities, quantities_of
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
    WarehouseEvent,
)

GENERATION = 50_000
"""At least so many ended holds are remembered, at most twice as many.

A request about an order forgotten by then could only hold its quantities anew; unconfirmed, they expire by themselves.
"""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""When a hold that never held anything expires."""


class Level(NamedTuple):
    """Pieces of one product: 0 ≤ reserved ≤ on hand, always."""

    on_hand: int = 0
    reserved: int = 0

    @property
    def available(self) -> int:
        """What may still be promised."""
        return self.on_hand - self.reserved


class HoldPhase(StrEnum):
    """Where the hold of one order is."""

    HELD = "held"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    SHORT = "short"
    RELEASED = "released"
    COMMITTED = "committed"


LIVE = frozenset({HoldPhase.HELD, HoldPhase.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Hold:
    """One order's quantities, and which requests about them were answered last.

    Of an ended hold only what refuses or answers a late request is kept; its quantities too, if it expired.
    """

    phase: HoldPhase
    quantities: Quantities = ()
    attempt: int = 0
    release_attempt: int = 0
    expires_at: datetime = EPOCH


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Every product of one warehouse; ended holds are in two generations, of which the older is dropped whole."""

    levels: HashTrieMap[str, Level] = field(default_factory=HashTrieMap)
    holds: HashTrieMap[str, Hold] = field(default_factory=HashTrieMap)
    ended: HashTrieMap[str, Hold] = field(default_factory=HashTrieMap)
    ended_before: HashTrieMap[str, Hold] = field(default_factory=HashTrieMap)
    receipts: HashTrieSet[str] = field(default_factory=HashTrieSet)
    adjustments: HashTrieSet[str] = field(default_factory=HashTrieSet)

    def level(self, product_id: str) -> Level:
        """The level of one product; nothing of one never seen."""
        return self.levels.get(product_id, Level())

    def hold(self, order_id: str) -> Hold | None:
        """The hold of one order, if there is or lately was one."""
        return self.holds.get(order_id) or self.ended.get(order_id) or self.ended_before.get(order_id)


def evolve(warehouse: Warehouse, event: WarehouseEvent) -> Warehouse:
    match event:
        case StockReceived():
            received = warehouse.receipts.insert(event.receipt_id)
            return replace(_moved(warehouse, quantities_of(event.items), on_hand=1), receipts=received)
        case StockAdjusted():
            adjusted = warehouse.adjustments.insert(event.adjustment_id)
            return replace(_moved(warehouse, ((event.product_id, event.delta),), on_hand=1), adjustments=adjusted)
        case InventoryReserved():
            return _reserved(warehouse, event)
        case InventoryFailed():
            hold = warehouse.hold(event.order_id)
            phase = HoldPhase.RELEASED if event.reason == "released" else HoldPhase.SHORT
            released = hold.release_attempt if hold else 0
            return _ended(warehouse, event.order_id, Hold(phase, (), event.attempt, released))
        case InventoryConfirmed():
            hold = replace(_known(warehouse, event.order_id), phase=HoldPhase.CONFIRMED)
            return replace(warehouse, holds=warehouse.holds.insert(event.order_id, hold))
        case InventoryReleased():
            freed = _moved(warehouse, quantities_of(event.items), reserved=-1)
            attempt = _known(warehouse, event.order_id).attempt
            return _ended(freed, event.order_id, Hold(HoldPhase.RELEASED, (), attempt, event.attempt))
        case InventoryExpired():
            freed = _moved(warehouse, quantities_of(event.items), reserved=-1)
            hold = replace(_known(warehouse, event.order_id), phase=HoldPhase.EXPIRED)
            return _ended(freed, event.order_id, hold)
        case InventoryCommitted():
            left = _moved(warehouse, quantities_of(event.items), on_hand=-1, reserved=-1)
            attempt = _known(warehouse, event.order_id).attempt
            return _ended(left, event.order_id, Hold(HoldPhase.COMMITTED, (), attempt))
        case StockLow() | StockOut():
            return warehouse
    assert_never(event)


def _reserved(warehouse: Warehouse, event: InventoryReserved) -> Warehouse:
    quantities = quantities_of(event.items)
    before = _known(warehouse, event.order_id)
    if before.phase in LIVE:  # an answer again
        hold = replace(before, attempt=event.attempt, expires_at=event.expires_at)
    else:
        hold = Hold(HoldPhase.HELD, quantities, event.attempt, before.release_attempt, event.expires_at)
    return replace(_moved(warehouse, quantities, reserved=1), holds=warehouse.holds.insert(event.order_id, hold))


def _known(warehouse: Warehouse, order_id: str) -> Hold:
    return warehouse.hold(order_id) or Hold(HoldPhase.RELEASED)


def _moved(warehouse: Warehouse, quantities: Quantities, *, on_hand: int = 0, reserved: int = 0) -> Warehouse:
    levels = warehouse.levels
    for product_id, quantity in quantities:
        was = levels.get(product_id, Level())
        now = Level(was.on_hand + on_hand * quantity, was.reserved + reserved * quantity)
        levels = levels.insert(product_id, now)
    return replace(warehouse, levels=levels)


def _ended(warehouse: Warehouse, order_id: str, hold: Hold) -> Warehouse:
    holds = warehouse.holds.discard(order_id)
    ended = warehouse.ended.insert(order_id, hold)
    if len(ended) < GENERATION:
        return replace(warehouse, holds=holds, ended=ended)
    return replace(warehouse, holds=holds, ended=HashTrieMap(), ended_before=ended)
