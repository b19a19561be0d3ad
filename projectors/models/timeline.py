"""What an order's timeline tells: requests, answers, retries and every undo, in the order they happened."""

from typing import NamedTuple

from projectors.timestamps import occurred_at
from schemas import order, payment, saga, shipment, warehouse
from schemas.documents import TimelineEntry
from schemas.envelope import Envelope
from schemas.message import Event


class Line(NamedTuple):
    """How one event is told: a title for people and the fields that matter."""

    title: str
    fields: set[str]


def _line(title: str, *fields: str) -> Line:
    return Line(title, set(fields))


LINES: dict[type[Event], Line] = {
    order.OrderCreated: _line("Order received", "total_amount", "currency"),
    order.OrderCancellationRequested: _line("Cancellation requested", "by", "reason"),
    order.OrderCompleted: _line("Order confirmed"),
    order.OrderFailed: _line("Order failed", "reason", "failed_step"),
    order.OrderCancelled: _line("Order cancelled", "reason"),
    order.OrderShipped: _line("Shipped"),
    order.OrderDelivered: _line("Delivered"),
    saga.PaymentProcessing: _line("Payment requested", "attempt", "amount", "currency"),
    payment.PaymentProcessed: _line("Payment received", "attempt", "payment_id", "amount", "currency"),
    payment.PaymentFailed: _line("Payment refused", "attempt", "code", "retriable"),
    saga.PaymentRefund: _line("Refund requested", "attempt", "amount", "currency"),
    payment.PaymentRefunded: _line("Payment refunded", "payment_id", "amount", "currency"),
    payment.PaymentRefundFailed: _line("Refund refused", "attempt", "code"),
    payment.PaymentVoided: _line("Payment voided: nothing was charged"),
    saga.InventoryReservation: _line("Reservation requested", "attempt", "warehouse_id"),
    warehouse.InventoryReserved: _line("Items reserved", "attempt", "reservation_id", "expires_at"),
    warehouse.InventoryFailed: _line("Items not reserved", "attempt", "reason", "shortages"),
    saga.InventoryRelease: _line("Release requested", "attempt"),
    warehouse.InventoryReleased: _line("Items released", "reservation_id", "items"),
    warehouse.InventoryExpired: _line("Reservation expired", "reservation_id"),
    saga.InventoryConfirmation: _line("Reservation to be kept", "attempt"),
    warehouse.InventoryConfirmed: _line("Reservation kept", "reservation_id"),
    warehouse.InventoryCommitted: _line("Items left the warehouse", "reservation_id"),
    saga.ShippingPreparation: _line("Shipping requested", "attempt"),
    shipment.ShippingPrepared: _line("Shipping prepared", "attempt", "shipment_id", "tracking_number", "carrier"),
    shipment.ShippingFailed: _line("Shipping refused", "attempt", "code", "retriable"),
    saga.ShippingCancel: _line("Shipping cancellation requested", "attempt"),
    shipment.ShippingCancelled: _line("Shipping cancelled", "shipment_id"),
    shipment.ShippingDispatched: _line("Handed to the carrier", "shipment_id"),
    shipment.ShippingDelivered: _line("Delivered by the carrier", "shipment_id"),
    saga.SagaStepTimedOut: _line("No answer in time", "step", "direction", "attempt"),
    saga.SagaRetryScheduled: _line("Another try scheduled", "step", "direction", "attempt", "retry_at"),
    saga.SagaCompensationStarted: _line("Undoing what was done", "ending", "reason", "failed_step", "undo"),
    saga.SagaStuck: _line("Stuck: an operator must look", "step", "reason"),
    saga.SagaResolved: _line("Resolved by an operator", "operator", "resolution", "evidence"),
}
"""What is not here moves the order without being a line of its own: status changes, the saga's bookkeeping."""


def timeline_entry(envelope: Envelope) -> TimelineEntry | None:
    """The event as a line, if it is one."""
    line = LINES.get(type(envelope.event))
    if line is None:
        return None
    told = TimelineEntry(
        at=occurred_at(envelope),
        type=envelope.type,
        title=line.title,
        version=envelope.version,
        position=envelope.position,
    )
    if line.fields:
        told["details"] = envelope.event.model_dump(mode="json", include=line.fields, exclude_none=True)
    return told
