"""Everything that can be asked of, or has happened in, one warehouse."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.message import Command, Event, Id, Instant, Message, Quantity, Text


class StockLine(Message):
    """So many pieces of one product."""

    product_id: Id
    quantity: Quantity


class ReceivedLine(Command):
    """So many pieces of one product, as a delivery note says."""

    product_id: Id
    quantity: Quantity


class Shortage(Message):
    """What was asked for and what was there."""

    product_id: Id
    requested: int
    available: int


class ReceiveStock(Command):
    """Take a delivery in; the same receipt twice is taken once."""

    warehouse_id: Id = "main"
    receipt_id: Id
    items: Annotated[tuple[ReceivedLine, ...], Field(min_length=1, max_length=1_000)]


class AdjustStock(Command):
    """Correct a count by hand."""

    warehouse_id: Id = "main"
    adjustment_id: Id
    product_id: Id
    delta: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]
    reason: Text
    by: Id


class ReserveStock(Command):
    """Hold every item of one order, or none."""

    warehouse_id: Id
    order_id: Id
    items: tuple[StockLine, ...]
    attempt: int
    expires_at: Instant


class ReleaseStock(Command):
    """Undo a reservation; an unknown one leaves a tombstone that refuses it later."""

    warehouse_id: Id
    order_id: Id
    attempt: int


class ConfirmReservation(Command):
    """The order is complete: the reservation no longer expires."""

    warehouse_id: Id
    order_id: Id


class ExpireReservation(Command):
    """The reservation's time is up, if it was not confirmed and `now` says so."""

    warehouse_id: Id
    order_id: Id
    now: Instant


class CommitReservation(Command):
    """The goods have left the building."""

    warehouse_id: Id
    order_id: Id


class WarehouseFact(Event):
    """Something that happened in one warehouse."""

    warehouse_id: Id


class StockReceived(WarehouseFact):
    """A delivery was taken in."""

    wire_name: ClassVar[str] = "stock.received"

    receipt_id: Id
    items: tuple[StockLine, ...]


class StockAdjusted(WarehouseFact):
    """A count was corrected."""

    wire_name: ClassVar[str] = "stock.adjusted"

    adjustment_id: Id
    product_id: Id
    delta: int
    reason: Text
    by: Id


class StockLow(WarehouseFact):
    """Available pieces fell to the threshold."""

    wire_name: ClassVar[str] = "stock.low"

    product_id: Id
    available: int
    threshold: int


class StockOut(WarehouseFact):
    """Nothing is available any more."""

    wire_name: ClassVar[str] = "stock.out"

    product_id: Id


class InventoryFact(WarehouseFact):
    """A warehouse's word about one order; published on the order's key too."""

    order_id: Id


class InventoryReserved(InventoryFact):
    """Every item of the order is held; `items` is what this very event took, so an answer again has none."""

    wire_name: ClassVar[str] = "inventory.reserved"

    reservation_id: Id
    items: tuple[StockLine, ...]
    expires_at: Instant
    attempt: int = 1


class InventoryFailed(InventoryFact):
    """Nothing is held: these products are short, or the order was released before it was reserved."""

    wire_name: ClassVar[str] = "inventory.failed"

    reason: Literal["shortage", "released"] = "shortage"
    shortages: tuple[Shortage, ...]
    attempt: int = 1


class InventoryConfirmed(InventoryFact):
    """The reservation no longer expires."""

    wire_name: ClassVar[str] = "inventory.confirmed"

    reservation_id: Id


class InventoryReleased(InventoryFact):
    """The pieces are available again; without a reservation, `items` is empty and this is the tombstone."""

    wire_name: ClassVar[str] = "inventory.released"

    reservation_id: Id | None
    items: tuple[StockLine, ...]
    attempt: int = 1


class InventoryExpired(InventoryFact):
    """The reservation ran out of time; the pieces are available again."""

    wire_name: ClassVar[str] = "inventory.expired"

    reservation_id: Id
    items: tuple[StockLine, ...]


class InventoryCommitted(InventoryFact):
    """The goods have left: no longer on hand, no longer reserved."""

    wire_name: ClassVar[str] = "inventory.committed"

    reservation_id: Id
    items: tuple[StockLine, ...]


WarehouseCommand = (
    ReceiveStock
    | AdjustStock
    | ReserveStock
    | ReleaseStock
    | ConfirmReservation
    | ExpireReservation
    | CommitReservation
)
WarehouseEvent = (
    StockReceived
    | StockAdjusted
    | StockLow
    | StockOut
    | InventoryReserved
    | InventoryFailed
    | InventoryConfirmed
    | InventoryReleased
    | InventoryExpired
    | InventoryCommitted
)
