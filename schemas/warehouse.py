"""The commands and events of a warehouse."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.message import ADDED_LATER, Command, Event, Id, Instant, Message, Quantity, Text

MAIN_WAREHOUSE = "main"
"""The id of the warehouse where a shop is told of no other."""


LOW_STOCK = 10
"""The available quantity at which to order more."""
MAX_RECEIVED = 1_000
"""Lines of one delivery."""


class StockLine(Message):
    """A quantity of one product."""

    product_id: Id
    quantity: Quantity


class ReceivedLine(Command):
    """A quantity of one product, as a delivery note states it."""

    product_id: Id
    quantity: Quantity


class Shortage(Message):
    """The requested and the available quantity of one product."""

    product_id: Id
    requested: int
    available: int


class ReceiveStock(Command):
    """Take in a delivery; the same receipt is taken in once."""

    warehouse_id: Id = MAIN_WAREHOUSE
    receipt_id: Id
    items: Annotated[tuple[ReceivedLine, ...], Field(min_length=1, max_length=MAX_RECEIVED)]


class AdjustStock(Command):
    """Correct the quantity on hand."""

    warehouse_id: Id = MAIN_WAREHOUSE
    adjustment_id: Id
    product_id: Id
    delta: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]
    reason: Text
    by: Id


class ReserveStock(Command):
    """Reserve every item of one order, or none."""

    warehouse_id: Id
    order_id: Id
    items: tuple[StockLine, ...]
    attempt: int
    expires_at: Instant


class ReleaseStock(Command):
    """Undo a reservation; if there is none, a tombstone refuses a later one."""

    warehouse_id: Id
    order_id: Id
    attempt: int


class ConfirmReservation(Command):
    """Keep the reservation of a completed order from expiring."""

    warehouse_id: Id
    order_id: Id


class ExpireReservation(Command):
    """End the reservation if it is unconfirmed and expires by `now`."""

    warehouse_id: Id
    order_id: Id
    now: Instant


class CommitReservation(Command):
    """Take the goods of a shipped order out of stock."""

    warehouse_id: Id
    order_id: Id


class SignalStock(Command):
    """Give the signals that are missing: the last one about a product says whether some are available.

    At most `limit` of them; without effect where none is missing.
    """

    warehouse_id: Id
    limit: Annotated[int, Field(gt=0)] = MAX_RECEIVED


class WarehouseFact(Event):
    """An event of one warehouse."""

    warehouse_id: Id


class StockReceived(WarehouseFact):
    """A delivery was taken in."""

    wire_name: ClassVar[str] = "stock.received"

    receipt_id: Id
    items: tuple[StockLine, ...]


class StockAdjusted(WarehouseFact):
    """The quantity on hand was corrected."""

    wire_name: ClassVar[str] = "stock.adjusted"

    adjustment_id: Id
    product_id: Id
    delta: int
    reason: Text
    by: Id


class StockLow(WarehouseFact):
    """The available quantity fell to the threshold."""

    wire_name: ClassVar[str] = "stock.low"

    product_id: Id
    available: int
    threshold: int


class StockOut(WarehouseFact):
    """The available quantity fell to zero."""

    wire_name: ClassVar[str] = "stock.out"

    product_id: Id


class StockReplenished(WarehouseFact):
    """The available quantity rose from zero, or the product came for the first time."""

    wire_name: ClassVar[str] = "stock.replenished"

    product_id: Id
    available: int


class InventoryFact(WarehouseFact):
    """A warehouse's answer about one order; also published with the order's key."""

    order_id: Id


class InventoryReserved(InventoryFact):
    """Every item of the order is reserved; `items` is what this event reserves, none if it was reserved before."""

    wire_name: ClassVar[str] = "inventory.reserved"

    reservation_id: Id
    items: tuple[StockLine, ...]
    expires_at: Instant
    attempt: int = 1


class InventoryFailed(InventoryFact):
    """Nothing is reserved: these products are short, or the order was released before it was reserved."""

    wire_name: ClassVar[str] = "inventory.failed"

    reason: Literal["shortage", "released"] = "shortage"
    shortages: tuple[Shortage, ...]
    attempt: int = 1


class InventoryConfirmed(InventoryFact):
    """The reservation no longer expires."""

    wire_name: ClassVar[str] = "inventory.confirmed"

    reservation_id: Id


class InventoryReleased(InventoryFact):
    """The items are available again; without a `reservation_id` there were none, and this is the tombstone."""

    wire_name: ClassVar[str] = "inventory.released"

    reservation_id: Id | None
    items: tuple[StockLine, ...]
    attempt: int = 1


class InventoryExpired(InventoryFact):
    """The reservation expired; its items are available again. `attempt` is the last that it was reserved for."""

    wire_name: ClassVar[str] = "inventory.expired"

    reservation_id: Id
    items: tuple[StockLine, ...]
    attempt: Annotated[int | None, ADDED_LATER] = None


class InventoryCommitted(InventoryFact):
    """The goods were shipped: they are no longer on hand and no longer reserved."""

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
    | SignalStock
)
WarehouseEvent = (
    StockReceived
    | StockAdjusted
    | StockLow
    | StockOut
    | StockReplenished
    | InventoryReserved
    | InventoryFailed
    | InventoryConfirmed
    | InventoryReleased
    | InventoryExpired
    | InventoryCommitted
)
