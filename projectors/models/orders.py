"""One document per order: what was ordered, where it stands, and its whole story."""

from typing import Any

from projectors.models.order_status import fulfilment_status, payment_status
from projectors.models.timeline import LINES, timeline_entry
from projectors.read_model import ReadModel
from projectors.timestamps import occurred_at
from schemas import order, saga, shipment
from schemas.documents import ORDERS_VIEW, Document, FulfilmentStatus, PaymentStatus, label
from schemas.envelope import Envelope
from schemas.message import Event
from schemas.order import OrderStatus
from schemas.stream_names import category_of

_PLACED = {
    "order_number", "customer_id", "items", "subtotal", "tax", "shipping", "total_amount", "currency",
    "rules_version", "shipping_address", "billing_address", "warehouse_id",
}  # fmt: skip


def project(seen: Document | None, _: Any, envelope: Envelope) -> Document | None:
    event = envelope.event
    if isinstance(event, order.OrderCreated):
        return seen if seen is not None else _told(_placed(event, envelope), envelope)
    return None if seen is None else _told(seen | _moved(seen, event, envelope), envelope)


def labels(document: Document) -> list[str]:
    """Orders are counted in all and by status."""
    return [label(), label(status=document["status"])]


def _placed(event: order.OrderCreated, envelope: Envelope) -> Document:
    return {
        **event.model_dump(mode="json", include=_PLACED, exclude_none=True),
        "status": OrderStatus.PENDING.value,
        "paymentStatus": PaymentStatus.NONE.value,
        "fulfilmentStatus": FulfilmentStatus.NONE.value,
        "outcome": None,
        "createdAt": occurred_at(envelope),
        "placed": envelope.position,
        "timeline": [],
    }


def _told(document: Document, envelope: Envelope) -> Document:
    """The document after one more event: stamped, and with a line more where the event is one."""
    told = document | {"updatedAt": occurred_at(envelope)}
    if category_of(envelope.stream) == "order":
        told["version"] = envelope.version
    if line := timeline_entry(envelope):
        told["timeline"] = [*document["timeline"], line]
    return told


def _moved(seen: Document, event: Event, envelope: Envelope) -> Document:
    moved: Document = {
        "paymentStatus": payment_status(PaymentStatus(seen["paymentStatus"]), event).value,
        "fulfilmentStatus": fulfilment_status(FulfilmentStatus(seen["fulfilmentStatus"]), event).value,
    }
    match event:
        case order.OrderUpdated():
            moved["status"] = event.to.value
        case order.OrderCompleted():
            moved |= _ended("completed", envelope)
        case order.OrderFailed():
            failure = {"reason": event.reason, "failedStep": event.failed_step}
            moved |= _ended("failed", envelope) | {"failure": failure}
        case order.OrderCancelled():
            moved |= _ended("cancelled", envelope) | {"cancellation": {"reason": event.reason}}
        case shipment.ShippingPrepared():
            include = {"shipment_id", "label_id", "tracking_number", "carrier"}
            moved["shipment"] = event.model_dump(mode="json", include=include)
        case saga.SagaStuck():
            moved["stuck"] = {"step": event.step.value, "reason": event.reason}
        case saga.SagaResolved():
            moved["stuck"] = None
        case _:
            pass
    return moved


def _ended(outcome: str, envelope: Envelope) -> Document:
    return {"outcome": outcome, "outcomeAt": occurred_at(envelope)}


ORDERS = ReadModel(
    view=ORDERS_VIEW,
    types=frozenset(event.wire_name for event in LINES) | {order.OrderUpdated.wire_name},
    touches=lambda envelope: ((envelope.event.order_id, None),),  # type: ignore[attr-defined]  # all of `types` are about one order
    project=project,
    labels=labels,
    indexes=(
        (("customerId", 1), ("placed", -1)),
        (("status", 1), ("placed", -1)),
        (("placed", -1),),
    ),
)
