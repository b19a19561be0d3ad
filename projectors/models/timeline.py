"""The entries of an order's timeline: its requests, answers, retries and compensations, in the order of the log."""

from typing import NamedTuple

from projectors.timestamps import occurred_at
from schemas import order, payment, saga, shipment, warehouse
from schemas.documents import TimelineEntry
from schemas.envelope import Envelope
from schemas.message import Event


class EntryTemplate(NamedTuple):
    """The title of an event's entry, and the fields of the event to show."""

    title: str
    fields: set[str]


def _entry(title: str, *fields: str) -> EntryTemplate:
    return EntryTemplate(title, set(fields))


TEMPLATES: dict[type[Event], EntryTemplate] = {
    order.OrderCreated: _entry("Order received", "total_amount", "currency"),
    order.OrderCancellationRequested: _entry("Cancellation requested", "by", "reason"),
    order.OrderCompleted: _entry("Order confirmed"),
    order.OrderFailed: _entry("Order failed", "reason", "failed_step"),
    order.OrderCancelled: _entry("Order cancelled", "reason"),
    order.OrderShipped: _entry("Shipped"),
    order.OrderDelivered: _entry("Delivered"),
    saga.PaymentProcessing: _entry("Payment requested", "attempt", "amount", "currency"),
    payment.PaymentProcessed: _entry("Payment received", "attempt", "payment_id", "amount", "currency"),
    payment.PaymentFailed: _entry("Payment refused", "attempt", "code", "retriable"),
    saga.PaymentRefund: _entry("Refund requested", "attempt", "amount", "currency"),
    payment.PaymentRefunded: _entry("Payment refunded", "payment_id", "amount", "currency"),
    payment.PaymentRefundFailed: _entry("Refund refused", "attempt", "code"),
    payment.PaymentVoided: _entry("Payment voided: nothing was charged"),
    saga.InventoryReservation: _entry("Reservation requested", "attempt", "warehouse_id"),
    warehouse.InventoryReserved: _entry("Items reserved", "attempt", "reservation_id", "expires_at"),
    warehouse.InventoryFailed: _entry("Items not reserved", "attempt", "reason", "shortages"),
    saga.InventoryRelease: _entry("Release requested", "attempt"),
    warehouse.InventoryReleased: _entry("Items released", "reservation_id", "items"),
    warehouse.InventoryExpired: _entry("Reservation expired", "reservation_id"),
    saga.InventoryConfirmation: _entry("Reservation to be kept", "attempt"),
    warehouse.InventoryConfirmed: _entry("Reservation kept", "reservation_id"),
    warehouse.InventoryCommitted: _entry("Items left the warehouse", "reservation_id"),
    saga.ShippingPreparation: _entry("Shipping requested", "attempt"),
    shipment.ShippingPrepared: _entry("Shipping prepared", "attempt", "shipment_id", "tracking_number", "carrier"),
    shipment.ShippingFailed: _entry("Shipping refused", "attempt", "code", "retriable"),
    saga.ShippingCancel: _entry("Shipping cancellation requested", "attempt"),
    shipment.ShippingCancelled: _entry("Shipping cancelled", "shipment_id"),
    shipment.ShippingDispatched: _entry("Handed to the carrier", "shipment_id"),
    shipment.ShippingDelivered: _entry("Delivered by the carrier", "shipment_id"),
    saga.SagaStepTimedOut: _entry("No answer in time", "step", "direction", "attempt"),
    saga.SagaRetryScheduled: _entry("Another try scheduled", "step", "direction", "attempt", "retry_at"),
    saga.SagaCompensationStarted: _entry("Undoing what was done", "ending", "reason", "failed_step", "undo"),
    saga.SagaStuck: _entry("Stuck: an operator must look", "step", "reason"),
    saga.SagaResolutionProposed: _entry(
        "A way out waits for a second operator", "operator", "resolution", "evidence", "expires_at"
    ),
    saga.SagaResolutionRequested: _entry(
        "An operator asked for a way out", "operator", "resolution", "evidence", "confirmed_by"
    ),
    saga.SagaResolved: _entry("Resolved by an operator", "operator", "resolution", "evidence", "confirmed_by"),
}
"""Other events change the order's document without an entry: status changes, the saga's bookkeeping."""


def timeline_entry(envelope: Envelope) -> TimelineEntry | None:
    """Return the entry of an event, or None if its type has none."""
    template = TEMPLATES.get(type(envelope.event))
    if template is None:
        return None
    entry = TimelineEntry(
        at=occurred_at(envelope),
        type=envelope.type,
        title=template.title,
        version=envelope.version,
        position=envelope.position,
    )
    if template.fields:
        entry["details"] = envelope.event.as_plain(template.fields)
    return entry
