"""The shop's way of an order as an application of `eventsourcing.system`."""

from typing import Any
from uuid import UUID

from eventsourcing.application import ProcessingEvent
from eventsourcing.system import ProcessApplication, System
from eventsourcing.utils import get_topic

from bench.sides.library_aggregates import WAREHOUSE, Items, Number, Order, Payment, Saga, Shipment, Warehouse, of


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
