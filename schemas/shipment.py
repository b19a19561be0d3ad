"""Everything that can be asked of, or has happened to, one order's shipment."""

from typing import ClassVar

from schemas.message import Command, Event, Id, Text


class Prepare(Command):
    """Record what the carrier answered to a label request."""

    order_id: Id
    attempt: int
    accepted: bool
    label_id: Id | None = None
    tracking_number: Id | None = None
    carrier: Text | None = None
    code: Text = "accepted"
    retriable: bool = False


class CancelShipment(Command):
    """Undo a preparation; an unknown one leaves a tombstone that refuses it later."""

    order_id: Id
    attempt: int = 1


class Dispatch(Command):
    """The parcel left this warehouse."""

    order_id: Id
    warehouse_id: Id = "main"


class RecordDelivery(Command):
    """The parcel arrived."""

    order_id: Id


class ShipmentFact(Event):
    """Something that happened to one order's shipment."""

    order_id: Id


class ShippingPrepared(ShipmentFact):
    """A label is printed."""

    wire_name: ClassVar[str] = "shipping.prepared"

    shipment_id: Id
    label_id: Id
    tracking_number: Id
    carrier: Text
    attempt: int = 1


class ShippingFailed(ShipmentFact):
    """The carrier refused."""

    wire_name: ClassVar[str] = "shipping.failed"

    code: Text
    retriable: bool
    attempt: int = 1


class ShippingCancelled(ShipmentFact):
    """The label is void, or never was: then this is the tombstone."""

    wire_name: ClassVar[str] = "shipping.cancelled"

    shipment_id: Id | None
    attempt: int = 1


class ShippingDispatched(ShipmentFact):
    """The parcel left; the warehouse hears of it too, and counts its pieces as gone."""

    wire_name: ClassVar[str] = "shipping.dispatched"

    shipment_id: Id
    warehouse_id: Id = "main"


class ShippingDelivered(ShipmentFact):
    """The parcel arrived."""

    wire_name: ClassVar[str] = "shipping.delivered"

    shipment_id: Id


ShipmentCommand = Prepare | CancelShipment | Dispatch | RecordDelivery
ShipmentEvent = ShippingPrepared | ShippingFailed | ShippingCancelled | ShippingDispatched | ShippingDelivered
