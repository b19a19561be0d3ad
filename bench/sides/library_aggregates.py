"""The aggregates of an order as the library would have them: as many as ours, of as many events, fourteen in all."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import Aggregate, event

Items = Sequence[Sequence[Any]]
"""Product, quantity and price of each line."""


def of(order_id: UUID, kind: str) -> UUID:
    """The id of what belongs to one order."""
    return uuid5(order_id, kind)


WAREHOUSE = uuid5(NAMESPACE_URL, "warehouse-main")


class Order(Aggregate):
    """Two events."""

    class Placed(Aggregate.Created):
        customer: str
        items: Items
        total: int
        address: str

    @event(Placed)
    def __init__(self, customer: str, items: Items, total: int, address: str) -> None:
        self.customer, self.items, self.total, self.address = customer, items, total, address
        self.is_complete = False

    @event("Completed")
    def complete(self) -> None:
        self.is_complete = True


class Number(Aggregate):
    """One event: nobody else can have it."""

    @event("Claimed")
    def __init__(self, number: str, order_id: UUID) -> None:
        self.number, self.order_id = number, order_id

    @staticmethod
    def create_id(number: str, **_: Any) -> UUID:
        """Follows from the number."""
        return uuid5(NAMESPACE_URL, number)


class Saga(Aggregate):
    """Seven events."""

    @event("Started")
    def __init__(self, order_id: UUID, items: Items, total: int, address: str) -> None:
        self.order_id, self.items, self.total, self.address = order_id, items, total, address

    @staticmethod
    def create_id(order_id: UUID, **_: Any) -> UUID:
        """Follows from the order's."""
        return of(order_id, "saga")

    class PaymentAsked(Aggregate.Event):
        order_id: UUID
        total: int

    class StepCompleted(Aggregate.Event):
        step: str

    class ReservationAsked(Aggregate.Event):
        order_id: UUID
        items: Items

    class ShippingAsked(Aggregate.Event):
        order_id: UUID
        address: str

    class ConfirmationAsked(Aggregate.Event):
        order_id: UUID

    class Completed(Aggregate.Event):
        order_id: UUID


class Payment(Aggregate):
    """One event."""

    class Processed(Aggregate.Created):
        order_id: UUID
        total: int

    @event(Processed)
    def __init__(self, order_id: UUID, total: int) -> None:
        self.order_id, self.total = order_id, total


class Shipment(Aggregate):
    """One event."""

    class Prepared(Aggregate.Created):
        order_id: UUID
        address: str

    @event(Prepared)
    def __init__(self, order_id: UUID, address: str) -> None:
        self.order_id, self.address = order_id, address


class Warehouse(Aggregate):
    """Two events an order, all on one stream, after one that received everything."""

    class Reserved(Aggregate.Event):
        order_id: UUID
        items: Items

    @event("Received")
    def __init__(self, stock: dict[str, int]) -> None:
        self.stock = Counter(stock)
        self.held: dict[UUID, Items] = {}

    @staticmethod
    def create_id(**_: Any) -> UUID:
        """There is one."""
        return WAREHOUSE

    def reserve(self, order_id: UUID, items: Items) -> None:
        """Take what is asked, if it is there."""
        if any(self.stock[product] < quantity for product, quantity, _ in items):
            raise ValueError("out of stock")
        self._reserve(order_id=order_id, items=items)

    @event(Reserved)
    def _reserve(self, order_id: UUID, items: Items) -> None:
        for product, quantity, _ in items:
            self.stock[product] -= quantity
        self.held[order_id] = items

    @event("Confirmed")
    def confirm(self, order_id: UUID) -> None:
        del self.held[order_id]
