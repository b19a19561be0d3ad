"""One document per order: what was ordered, its statuses and its timeline."""

from collections.abc import Mapping
from typing import Any

from projectors.models.order_status import FULFILMENT_EVENTS, PAYMENT_EVENTS, fulfilment_status, payment_status
from projectors.models.timeline import TEMPLATES, timeline_entry
from projectors.read_model import ReadModel
from projectors.timestamps import buckets_of, occurred_at
from schemas import order, payment, saga, shipment
from schemas.documents import ORDERS_VIEW, Document, FulfilmentStatus, PaymentStatus, label
from schemas.envelope import Envelope
from schemas.message import Event
from schemas.order import OrderStatus
from schemas.stream_names import category_of

_COPIED_FIELDS = {
    "order_number", "customer_id", "items", "subtotal", "tax", "shipping", "total_amount", "currency",
    "rules_version", "shipping_address", "billing_address", "warehouse_id",
}  # fmt: skip


def project(document: Document | None, _: Any, envelope: Envelope) -> Document | None:
    event = envelope.event
    if isinstance(event, order.OrderCreated):
        return document if document is not None else _record(_new_document(event, envelope), {}, envelope)
    return None if document is None else _record(document, _changes(document, event, envelope), envelope)


def labels(document: Document) -> list[str]:
    """Orders are counted in total and by status."""
    return [label(), label(status=document["status"])]


def shares(document: Document) -> Mapping[tuple[str, str], int]:
    """What an order adds to the hour and day in which it was placed, charged and refunded."""
    currency, total, added = document["currency"], document["totalAmount"], dict[tuple[str, str], int]()
    status, placed, orders = f"status/{document['status']}", f"placed/{currency}", f"orders/{currency}"
    for bucket in buckets_of(document["createdAt"]):
        added[bucket, "orders"] = added[bucket, status] = added[bucket, orders] = 1
        added[bucket, "pieces"], added[bucket, placed] = document["pieces"], total
    for at, number, amount in (("chargedAt", "charges", "captured"), ("refundedAt", "refunds", "refunded")):
        if document[at] is not None:
            for bucket in buckets_of(document[at]):
                added[bucket, number], added[bucket, f"{amount}/{currency}"] = 1, total
    return added


def _new_document(event: order.OrderCreated, envelope: Envelope) -> Document:
    return {
        **event.as_plain(_COPIED_FIELDS),
        "status": OrderStatus.PENDING.value,
        "paymentStatus": PaymentStatus.NONE.value,
        "fulfilmentStatus": FulfilmentStatus.NONE.value,
        "outcome": None,
        "pieces": sum(line.quantity for line in event.items),
        "chargedAt": None,
        "refundedAt": None,
        "createdAt": occurred_at(envelope),
        "placed": envelope.position,
        "timeline": [],
    }


def _record(document: Document, changes: Document, envelope: Envelope) -> Document:
    """Apply the changes, set time and version to the event's, and add the event's entry to the timeline."""
    updated = {**document, **changes, "updatedAt": occurred_at(envelope)}
    if category_of(envelope.stream) == "order":
        updated["version"] = envelope.version
    if entry := timeline_entry(envelope):
        updated["timeline"] = [*document["timeline"], entry]
    return updated


def _changes(document: Document, event: Event, envelope: Envelope) -> Document:
    changes: Document = {}
    if type(event) in PAYMENT_EVENTS:
        changes["paymentStatus"] = payment_status(PaymentStatus(document["paymentStatus"]), event).value
    if type(event) in FULFILMENT_EVENTS:
        changes["fulfilmentStatus"] = fulfilment_status(FulfilmentStatus(document["fulfilmentStatus"]), event).value
    match event:
        case order.OrderUpdated():
            changes["status"] = event.to.value
        case payment.PaymentProcessed():
            changes["chargedAt"] = document["chargedAt"] or occurred_at(envelope)
        case payment.PaymentRefunded():
            changes["refundedAt"] = document["refundedAt"] or occurred_at(envelope)
        case order.OrderCompleted():
            changes |= _outcome("completed", envelope)
        case order.OrderFailed():
            failure = {"reason": event.reason, "failedStep": event.failed_step}
            changes |= _outcome("failed", envelope) | {"failure": failure}
        case order.OrderCancelled():
            changes |= _outcome("cancelled", envelope) | {"cancellation": {"reason": event.reason}}
        case shipment.ShippingPrepared():
            changes["shipment"] = event.as_plain({"shipment_id", "label_id", "tracking_number", "carrier"})
        case saga.SagaStuck():
            changes["stuck"] = {"step": event.step.value, "reason": event.reason}
        case saga.SagaResolved() | saga.SagaStepCompleted(direction="undo"):
            changes["stuck"] = None
        case _:
            pass
    return changes


def _outcome(outcome: str, envelope: Envelope) -> Document:
    return {"outcome": outcome, "outcomeAt": occurred_at(envelope)}


ORDERS = ReadModel(
    view=ORDERS_VIEW,
    types=frozenset(event.wire_name for event in TEMPLATES) | {order.OrderUpdated.wire_name},
    touches=lambda envelope: ((envelope.event.order_id, None),),  # type: ignore[attr-defined]  # all of `types` are about one order
    project=project,
    labels=labels,
    shares=shares,
    counted=("status", "pieces", "currency", "totalAmount", "createdAt", "chargedAt", "refundedAt"),
    indexes=(
        (("customerId", 1), ("placed", -1)),
        (("status", 1), ("placed", -1)),
        (("placed", -1),),
        (("createdAt", -1), ("placed", -1)),
        (("orderNumber", 1),),
    ),
)
