"""The commands and events of one order's shipment."""

from typing import ClassVar

from schemas.message import Command, Event, Id, Text


class Prepare(Command):
    """Record the carrier's answer to a label request."""

    order_id: Id
    attempt: int
    accepted: bool
    label_id: Id | None = None
    tracking_number: Id | None = None
    carrier: Text | None = None
    code: Text = "accepted"
    retriable: bool = False


class CancelShipment(Command):
    """Cancel the shipment; if none is prepared, a tombstone refuses a later preparation."""

    order_id: Id
    attempt: int = 1


class Dispatch(Command):
    """Record that the shipment left the warehouse."""

    order_id: Id
    warehouse_id: Id = "main"


class RecordDelivery(Command):
    """Record that the shipment arrived."""

    order_id: Id


class ShipmentFact(Event):
    """An event of one order's shipment."""

    order_id: Id


class ShippingPrepared(ShipmentFact):
    """The shipment is prepared: it has a label."""

    wire_name: ClassVar[str] = "shipping.prepared"

    shipment_id: Id
    label_id: Id
    tracking_number: Id
    carrier: Text
    attempt: int = 1


class ShippingFailed(ShipmentFact):
    """The carrier refused the shipment, or its label was cancelled before."""

    wire_name: ClassVar[str] = "shipping.failed"

    code: Text
    retriable: bool
    attempt: int = 1


class ShippingCancelled(ShipmentFact):
    """The label is void; without a `shipment_id` there was none, and this is the tombstone."""

    wire_name: ClassVar[str] = "shipping.cancelled"

    shipment_id: Id | None
    attempt: int = 1


class ShippingDispatched(ShipmentFact):
    """The shipment left; also published to the warehouse, which takes the goods out of stock."""

    wire_name: ClassVar[str] = "shipping.dispatched"

    shipment_id: Id
    warehouse_id: Id = "main"


class ShippingDelivered(ShipmentFact):
    """The shipment arrived."""

    wire_name: ClassVar[str] = "shipping.delivered"

    shipment_id: Id


ShipmentCommand = Prepare | CancelShipment | Dispatch | RecordDelivery
ShipmentEvent = ShippingPrepared | ShippingFailed | ShippingCancelled | ShippingDispatched | ShippingDelivered
