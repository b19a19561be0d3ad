"""The shipment aggregate: one label per order, voided once, and no way back after the shipment has left.

An attempt before the last that was answered, or that one again, decides nothing. A new attempt at something already
done is answered again, and prints no label.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import assert_never

from domain.decider import Decider
from schemas.errors import NotFound, Refused, TransitionRefused
from schemas.ids import derived_id
from schemas.shipment import (
    CancelShipment,
    Dispatch,
    Prepare,
    RecordDelivery,
    ShipmentCommand,
    ShipmentEvent,
    ShippingCancelled,
    ShippingDelivered,
    ShippingDispatched,
    ShippingFailed,
    ShippingPrepared,
)
from schemas.values import dataclass, replace


class ShipmentPhase(StrEnum):
    """Where the shipment is; `refused` means cancelled before there was a label."""

    OPEN = "open"
    REFUSED = "refused"
    PREPARED = "prepared"
    CANCELLED = "cancelled"
    DISPATCHED = "dispatched"
    DELIVERED = "delivered"


CANCELLED = frozenset({ShipmentPhase.REFUSED, ShipmentPhase.CANCELLED})
LEFT = frozenset({ShipmentPhase.DISPATCHED, ShipmentPhase.DELIVERED})


@dataclass(frozen=True, slots=True)
class Shipment:
    """The phase, the label, and the last attempts that were answered."""

    phase: ShipmentPhase = ShipmentPhase.OPEN
    prepared: ShippingPrepared | None = None
    attempt: int = 0
    cancel_attempt: int = 0


def shipment_id(order_id: str) -> str:
    """The id of the only shipment an order can have."""
    return derived_id(order_id, "shipment")


def label_refusal(shipment: Shipment) -> str | None:
    """Why a label is refused before the carrier is asked, as a code; None when it may be asked."""
    return "shipping_cancelled" if shipment.phase in CANCELLED else None


def decide(command: ShipmentCommand, shipment: Shipment) -> Sequence[ShipmentEvent]:
    match command:
        case Prepare():
            return _prepare(command, shipment)
        case CancelShipment():
            return _cancel(command, shipment)
        case Dispatch():
            return _dispatch(command, shipment)
        case RecordDelivery():
            return _deliver(command, shipment)
    assert_never(command)


def _prepare(command: Prepare, shipment: Shipment) -> Sequence[ShipmentEvent]:
    if shipment.phase in (ShipmentPhase.OPEN, ShipmentPhase.REFUSED) and command.accepted:
        return [_prepared(command)]
    if command.attempt <= shipment.attempt:
        return []
    if shipment.phase is ShipmentPhase.CANCELLED:
        return [_failed(command, "shipping_cancelled", retriable=False)]
    if shipment.prepared:
        return [shipment.prepared.model_copy(update={"attempt": command.attempt})]
    return [_failed(command, command.code, retriable=command.retriable)]


def _prepared(command: Prepare) -> ShippingPrepared:
    if not (command.label_id and command.tracking_number and command.carrier):
        raise Refused(f"no label came for order {command.order_id}", orderId=command.order_id)
    return ShippingPrepared(
        order_id=command.order_id,
        shipment_id=shipment_id(command.order_id),
        label_id=command.label_id,
        tracking_number=command.tracking_number,
        carrier=command.carrier,
        attempt=command.attempt,
    )


def _failed(command: Prepare, code: str, *, retriable: bool) -> ShippingFailed:
    return ShippingFailed(order_id=command.order_id, code=code, retriable=retriable, attempt=command.attempt)


def _cancel(command: CancelShipment, shipment: Shipment) -> Sequence[ShipmentEvent]:
    if shipment.phase in LEFT:
        raise Refused(f"the shipment of order {command.order_id} has left", orderId=command.order_id)
    if shipment.phase in CANCELLED and command.attempt <= shipment.cancel_attempt:
        return []
    cancelled_id = shipment_id(command.order_id) if shipment.prepared else None
    return [ShippingCancelled(order_id=command.order_id, shipment_id=cancelled_id, attempt=command.attempt)]


def _dispatch(command: Dispatch, shipment: Shipment) -> Sequence[ShipmentEvent]:
    if shipment.phase in LEFT:
        return []
    _require(shipment, ShipmentPhase.PREPARED, command.order_id)
    dispatched = ShippingDispatched(
        order_id=command.order_id, shipment_id=shipment_id(command.order_id), warehouse_id=command.warehouse_id
    )
    return [dispatched]


def _deliver(command: RecordDelivery, shipment: Shipment) -> Sequence[ShipmentEvent]:
    if shipment.phase is ShipmentPhase.DELIVERED:
        return []
    _require(shipment, ShipmentPhase.DISPATCHED, command.order_id)
    return [ShippingDelivered(order_id=command.order_id, shipment_id=shipment_id(command.order_id))]


def _require(shipment: Shipment, phase: ShipmentPhase, order_id: str) -> None:
    if shipment.phase is ShipmentPhase.OPEN:
        raise NotFound(f"there is no shipment of order {order_id}", orderId=order_id)
    if shipment.phase is not phase:
        raise TransitionRefused(f"the shipment is {shipment.phase} and not {phase}", current=shipment.phase, allowed=[])


def evolve(shipment: Shipment, event: ShipmentEvent) -> Shipment:
    match event:
        case ShippingPrepared():
            phase = shipment.phase if shipment.phase in LEFT else ShipmentPhase.PREPARED
            return replace(shipment, phase=phase, prepared=event, attempt=max(event.attempt, shipment.attempt))
        case ShippingFailed():
            return replace(shipment, attempt=event.attempt)
        case ShippingCancelled():
            phase = ShipmentPhase.CANCELLED if event.shipment_id else ShipmentPhase.REFUSED
            return replace(shipment, phase=phase, cancel_attempt=event.attempt)
        case ShippingDispatched():
            return replace(shipment, phase=ShipmentPhase.DISPATCHED)
        case ShippingDelivered():
            return replace(shipment, phase=ShipmentPhase.DELIVERED)
    assert_never(event)


SHIPMENT = Decider(initial=Shipment(), decide=decide, evolve=evolve)
