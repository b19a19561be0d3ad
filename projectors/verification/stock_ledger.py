"""Checks G4: every piece of stock is accounted for. Counts without the code of the read model or of the warehouse."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from projectors.verification.report import Findings
from schemas import order, shipment, warehouse
from schemas.message import Event


@dataclass(slots=True)
class StockLevel:
    """The pieces of one product in one warehouse."""

    received: int = 0
    adjusted: int = 0
    shipped: int = 0
    reserved: int = 0
    is_signalled: bool | None = None
    """Whether the last signal says that some are available; None before the first that does."""
    reserved_by_order: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def on_hand(self) -> int:
        return self.received + self.adjusted - self.shipped


@dataclass(slots=True)
class StockLedger:
    """Checks 0 ≤ reserved ≤ on hand, that no order gives back or ships what it has not reserved, and how orders end.

    What was handed to the carrier has left the warehouse, and an order that failed or was cancelled holds nothing.
    """

    findings: Findings
    levels: dict[tuple[str, str], StockLevel] = field(default_factory=lambda: defaultdict(StockLevel))
    """By warehouse id and product id."""
    dispatched: set[str] = field(default_factory=set)
    committed: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)
    """Orders by what has happened to them."""

    def apply(self, event: Event) -> None:
        """Count an event, and check the products it changes."""
        match event:
            case warehouse.StockReceived():
                for item in event.items:
                    self.levels[event.warehouse_id, item.product_id].received += item.quantity
            case warehouse.StockAdjusted():
                self.levels[event.warehouse_id, event.product_id].adjusted += event.delta
                self._check(event.warehouse_id, [event.product_id])
            case warehouse.InventoryReserved():
                self._reserve(event, event.items, 1)
            case warehouse.InventoryReleased() | warehouse.InventoryExpired():
                self._reserve(event, event.items, -1)
            case warehouse.StockReplenished():
                self.levels[event.warehouse_id, event.product_id].is_signalled = True
            case warehouse.StockOut():
                level = self.levels[event.warehouse_id, event.product_id]
                level.is_signalled = None if level.is_signalled is None else False
            case shipment.ShippingDispatched():
                self.dispatched.add(event.order_id)
            case order.OrderFailed() | order.OrderCancelled():
                self.undone.add(event.order_id)
            case warehouse.InventoryCommitted():
                self.committed.add(event.order_id)
                for item in event.items:
                    self.levels[event.warehouse_id, item.product_id].shipped += item.quantity
                self._reserve(event, event.items, -1)
            case _:
                pass

    def check_end(self) -> None:
        """Check how orders have ended, and what the last signals say, once the whole log is applied.

        A product that was never said to be available moved last before there was such a signal:
        `aioutlet stock reconcile` gives it one.
        """
        for warehouse_id, product in self.wrong_signals():
            if self.levels[warehouse_id, product].is_signalled is not None:
                self.findings.add("G4", f"{product} in {warehouse_id}: the last signal does not say what is available")
        for order_id in sorted(self.dispatched - self.committed):
            self.findings.add("G4", f"order {order_id} was dispatched and its goods are still in the books")
        for (warehouse_id, product), level in self.levels.items():
            for order_id in level.reserved_by_order.keys() & self.undone:
                self.findings.add("G4", f"{product} in {warehouse_id} is held for order {order_id}, which has ended")

    def wrong_signals(self) -> Iterator[tuple[str, str]]:
        """Yield the warehouse and product of each level of which the last signal does not say whether it is zero."""
        for key, level in self.levels.items():
            if bool(level.is_signalled) != (level.on_hand > level.reserved):
                yield key

    def _reserve(self, event: warehouse.InventoryFact, items: Iterable[warehouse.StockLine], sign: int) -> None:
        for item in items:
            level = self.levels[event.warehouse_id, item.product_id]
            level.reserved += sign * item.quantity
            level.reserved_by_order[event.order_id] += sign * item.quantity
            left = level.reserved_by_order[event.order_id]
            if left < 0:
                self.findings.add("G4", f"order {event.order_id} gave back {item.product_id} it did not hold")
            if left == 0:
                del level.reserved_by_order[event.order_id]
        self._check(event.warehouse_id, [item.product_id for item in items])

    def _check(self, warehouse_id: str, products: Iterable[str]) -> None:
        for product in products:
            level = self.levels[warehouse_id, product]
            if not 0 <= level.reserved <= level.on_hand:
                counted = f"{level.reserved} reserved of {level.on_hand} on hand"
                self.findings.add("G4", f"{product} in {warehouse_id}: {counted}")
