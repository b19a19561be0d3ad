"""Everything that can be asked of, or has happened to, one order."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from schemas.message import Cents, Command, Currency, Event, Id, Message, Quantity, Text
from schemas.sealed import Sealed

OrderNumber = Annotated[str, StringConstraints(pattern=r"^ORD-\d{8}-[0-9A-HJKMNP-TV-Z]{5}$")]
"""`ORD-YYYYMMDD-XXXXX`, X in Crockford's base 32."""
PaymentToken = Annotated[str, StringConstraints(pattern=r"^tok_[a-z0-9_]{1,64}$")]


class OrderStatus(StrEnum):
    """Where an order is; what each may turn into is in `domain/order.py`."""

    PENDING = "Pending"
    PROCESSING = "Processing"
    PAYMENT_PROCESSED = "Payment Processed"
    INVENTORY_RESERVED = "Inventory Reserved"
    SHIPPING_PREPARED = "Shipping Prepared"
    SHIPPED = "Shipped"
    DELIVERED = "Delivered"
    CANCELLING = "Cancelling"
    CANCELLED = "Cancelled"
    FAILING = "Failing"
    FAILED = "Failed"
    COMPENSATION_STUCK = "Compensation Stuck"


class PaymentMethod(Command):
    """A token of the payment provider; never a card."""

    token: PaymentToken = "tok_ok"


class OrderLine(Message):
    """One product of an order at the price it was sold for, per piece."""

    product_id: Id
    name: Text
    quantity: Quantity
    unit_price: Cents


class PlaceOrder(Command):
    """Order these lines, priced by the server and quoted under a version of the rules."""

    order_id: Id
    order_number: OrderNumber
    customer_id: Id
    lines: tuple[OrderLine, ...]
    currency: Currency
    rules_version: str
    region: str
    stated_total: Cents | None = None
    shipping_address: Sealed
    billing_address: Sealed
    payment_method: PaymentMethod
    warehouse_id: Id = "main"
    cart_id: Id | None = None


class RequestCancellation(Command):
    """Ask to cancel; refused once goods are on their way."""

    order_id: Id
    by: Id
    reason: Text = "customer request"


class MoveOrder(Command):
    """The saga moves the order on; a repeat or a step backwards changes nothing."""

    order_id: Id
    to: OrderStatus
    reason: Text


class FailOrder(Command):
    """The saga ends the order without success."""

    order_id: Id
    reason: Text
    failed_step: Text


class CancelOrder(Command):
    """The saga ends the order as asked."""

    order_id: Id
    reason: Text


class CompleteOrder(Command):
    """Everything is paid, held and prepared: the saga is done."""

    order_id: Id


class ShipOrder(Command):
    """An admin hands the parcel over."""

    order_id: Id


class DeliverOrder(Command):
    """An admin records the delivery."""

    order_id: Id


class OrderFact(Event):
    """Something that happened to one order; everything the saga correlates by."""

    order_id: Id


class OrderCreated(OrderFact):
    """The order stands, with the server's totals."""

    wire_name: ClassVar[str] = "order.created"

    order_number: OrderNumber
    customer_id: Id
    items: Annotated[tuple[OrderLine, ...], Field(min_length=1)]
    subtotal: Cents
    tax: Cents
    shipping: Cents
    total_amount: Cents
    currency: Currency
    rules_version: str
    shipping_address: Sealed
    billing_address: Sealed
    payment_method: PaymentMethod
    warehouse_id: Id = "main"
    cart_id: Id | None = None


class OrderNumberClaimed(OrderFact):
    """Version 1 of the number's own stream: nobody else can have it."""

    wire_name: ClassVar[str] = "order.number.claimed"

    order_number: OrderNumber


class OrderUpdated(OrderFact):
    """The order moved from one status to another."""

    wire_name: ClassVar[str] = "order.updated"

    from_: OrderStatus = Field(alias="from")
    to: OrderStatus
    reason: Text


class OrderCancellationRequested(OrderFact):
    """Someone asked to cancel; the saga answers."""

    wire_name: ClassVar[str] = "order.cancellation.requested"

    by: Id
    reason: Text


class OrderCancelled(OrderFact):
    """The order ended as asked, everything undone."""

    wire_name: ClassVar[str] = "order.cancelled"

    reason: Text


class OrderFailed(OrderFact):
    """The order ended without success, everything undone."""

    wire_name: ClassVar[str] = "order.failed"

    reason: Text
    failed_step: Text


class OrderCompleted(OrderFact):
    """Paid, held and prepared."""

    wire_name: ClassVar[str] = "order.completed"


class OrderShipped(OrderFact):
    """On its way."""

    wire_name: ClassVar[str] = "order.shipped"


class OrderDelivered(OrderFact):
    """In the customer's hands."""

    wire_name: ClassVar[str] = "order.delivered"


OrderCommand = (
    PlaceOrder | RequestCancellation | MoveOrder | FailOrder | CancelOrder | CompleteOrder | ShipOrder | DeliverOrder
)
OrderEvent = (
    OrderCreated
    | OrderUpdated
    | OrderCancellationRequested
    | OrderCancelled
    | OrderFailed
    | OrderCompleted
    | OrderShipped
    | OrderDelivered
)
