"""The shop's way of an order as an application of `eventsourcing.system`: the same aggregates and fourteen events."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import ProcessingEvent
from eventsourcing.domain import Aggregate, event
from eventsourcing.system import ProcessApplication, System
from eventsourcing.utils import get_topic

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


class Orders(ProcessApplication[UUID]):
    """Places orders, and completes them when their saga says so."""

    topics = (get_topic(Saga.Completed),)
    completed = 0

    def place(self, number: str, customer: str, items: Items, total: int, address: str) -> UUID:
        """One append of both."""
        order = Order(customer=customer, items=items, total=total, address=address)
        self.save(order, Number(number=number, order_id=order.id))
        return order.id

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        """Saga.Completed."""
        order: Order = self.repository.get(domain_event.order_id)
        order.complete()
        processing_event.collect_events(order)
        self.completed += 1


class Sagas(ProcessApplication[UUID]):
    """Asks for one step after another."""

    topics = tuple(map(get_topic, (Order.Placed, Payment.Processed, Warehouse.Reserved, Shipment.Prepared)))

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        """What every step answers."""
        processing_event.collect_events(self._moved(domain_event))

    def _moved(self, told: Any) -> Saga:
        if isinstance(told, Order.Placed):
            begun = Saga(order_id=told.originator_id, items=told.items, total=told.total, address=told.address)
            begun.trigger_event(Saga.PaymentAsked, order_id=begun.order_id, total=begun.total)
            return begun
        saga: Saga = self.repository.get(of(told.order_id, "saga"))
        asked = {"order_id": saga.order_id}
        match told:
            case Payment.Processed():
                saga.trigger_event(Saga.StepCompleted, step="payment")
                saga.trigger_event(Saga.ReservationAsked, **asked, items=saga.items)
            case Warehouse.Reserved():
                saga.trigger_event(Saga.ShippingAsked, **asked, address=saga.address)
            case Shipment.Prepared():
                saga.trigger_event(Saga.ConfirmationAsked, **asked)
                saga.trigger_event(Saga.Completed, **asked)
        return saga


class Payments(ProcessApplication[UUID]):
    """Charges."""

    topics = (get_topic(Saga.PaymentAsked),)

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        """Saga.PaymentAsked."""
        processing_event.collect_events(Payment(order_id=domain_event.order_id, total=domain_event.total))


class Stock(ProcessApplication[UUID]):
    """Reserves and confirms."""

    topics = (get_topic(Saga.ReservationAsked), get_topic(Saga.ConfirmationAsked))

    def receive(self, stock: dict[str, int]) -> None:
        """Fill the warehouse."""
        self.save(Warehouse(stock=stock))

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        """What the saga asks."""
        warehouse: Warehouse = self.repository.get(WAREHOUSE)
        match domain_event:
            case Saga.ReservationAsked():
                warehouse.reserve(domain_event.order_id, domain_event.items)
            case Saga.ConfirmationAsked():
                warehouse.confirm(domain_event.order_id)
        processing_event.collect_events(warehouse)


class Shipping(ProcessApplication[UUID]):
    """Prepares parcels."""

    topics = (get_topic(Saga.ShippingAsked),)

    def policy(self, domain_event: Any, processing_event: ProcessingEvent[UUID]) -> None:
        """Saga.ShippingAsked."""
        processing_event.collect_events(Shipment(order_id=domain_event.order_id, address=domain_event.address))


SYSTEM = System(
    pipes=[[Orders, Sagas, Payments, Sagas], [Sagas, Stock, Sagas], [Sagas, Shipping, Sagas], [Sagas, Orders]]
)
