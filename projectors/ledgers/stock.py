"""G4: every piece of stock is accounted for, counted here apart from the read model's code."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from projectors.findings import Findings
from schemas import warehouse
from schemas.message import Event


@dataclass(slots=True)
class Shelf:
    """The pieces of one product in one warehouse, as the log tells them."""

    received: int = 0
    adjusted: int = 0
    shipped: int = 0
    held: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By order."""

    @property
    def on_hand(self) -> int:
        """Pieces in the building."""
        return self.received + self.adjusted - self.shipped

    @property
    def reserved(self) -> int:
        """Pieces promised to orders."""
        return sum(self.held.values())


@dataclass(slots=True)
class StockLedger:
    """0 ≤ reserved ≤ on hand, and no order gives back or takes away what it does not hold."""

    findings: Findings
    shelves: dict[tuple[str, str], Shelf] = field(default_factory=lambda: defaultdict(Shelf))
    reserved: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, event: Event) -> None:
        """Move pieces as the event says."""
        match event:
            case warehouse.StockReceived():
                for item in event.items:
                    self.shelves[event.warehouse_id, item.product_id].received += item.quantity
            case warehouse.StockAdjusted():
                self.shelves[event.warehouse_id, event.product_id].adjusted += event.delta
                self._check(event.warehouse_id, [event.product_id])
            case warehouse.InventoryReserved():
                self._hold(event, event.items, 1)
            case warehouse.InventoryReleased() | warehouse.InventoryExpired():
                self._hold(event, event.items, -1)
            case warehouse.InventoryCommitted():
                for item in event.items:
                    self.shelves[event.warehouse_id, item.product_id].shipped += item.quantity
                self._hold(event, event.items, -1)
            case _:
                pass

    def _hold(self, event: warehouse.InventoryFact, items: Iterable[warehouse.StockLine], sign: int) -> None:
        for item in items:
            place = event.warehouse_id, item.product_id
            held = self.shelves[place].held
            held[event.order_id] += sign * item.quantity
            self.reserved[place] += sign * item.quantity
            if held[event.order_id] < 0:
                self.findings.add("G4", f"order {event.order_id} gave back {item.product_id} it did not hold")
            if not held[event.order_id]:
                del held[event.order_id]
        self._check(event.warehouse_id, [item.product_id for item in items])

    def _check(self, warehouse_id: str, products: Iterable[str]) -> None:
        for product in products:
            place = warehouse_id, product
            on_hand, reserved = self.shelves[place].on_hand, self.reserved[place]
            if not 0 <= reserved <= on_hand:
                self.findings.add("G4", f"{product} in {warehouse_id}: {reserved} reserved of {on_hand} on hand")
