"""The commands and events of an order."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from schemas.cart_id import CartId
from schemas.message import Cents, Command, Currency, Event, Id, Message, Quantity, Text
from schemas.sealed import Sealed

OrderNumber = Annotated[str, StringConstraints(pattern=r"^ORD-\d{8}-[0-9A-HJKMNP-TV-Z]{5}$")]
"""`ORD-YYYYMMDD-XXXXX`, X in Crockford's base 32."""
PaymentToken = Annotated[str, StringConstraints(pattern=r"^tok_[a-z0-9_]{1,64}$")]


class OrderStatus(StrEnum):
    """The statuses of an order; `domain/order.py` says which may follow which."""

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
    """A token of the payment provider; never card data."""

    token: PaymentToken = "tok_ok"


class OrderLine(Message):
    """One product of an order, with the price per unit at which it is sold."""

    product_id: Id
    name: Text
    quantity: Quantity
    unit_price: Cents


class OrderTerms(Message):
    """What an order pays besides its lines, by one version of the rules.

    `tax` is a fraction of the subtotal; `fee` is for shipping, and nothing from the subtotal `free_from` on.
    """

    rules_version: str
    tax: Decimal
    fee: Cents
    free_from: Cents


class PlaceOrder(Command):
    """Place an order at the prices of the catalogue, with tax and shipping by the terms in force."""

    order_id: Id
    order_number: OrderNumber
    customer_id: Id
    lines: tuple[OrderLine, ...]
    currency: Currency
    terms: OrderTerms
    stated_total: Cents | None = None
    shipping_address: Sealed
    billing_address: Sealed
    payment_method: PaymentMethod
    warehouse_id: Id = "main"
    cart_id: CartId | None = None


class RequestCancellation(Command):
    """Request a cancellation; refused once the order is shipped."""

    order_id: Id
    by: Id
    reason: Text = "customer request"


class MoveOrder(Command):
    """The saga moves the order to another status; a move that is late or repeated changes nothing."""

    order_id: Id
    to: OrderStatus
    reason: Text


class FailOrder(Command):
    """The saga ends the order as failed."""

    order_id: Id
    reason: Text
    failed_step: Text


class CancelOrder(Command):
    """The saga ends the order as cancelled."""

    order_id: Id
    reason: Text


class CompleteOrder(Command):
    """The saga completes the order: it is paid, its stock is reserved and its shipment is prepared."""

    order_id: Id


class ShipOrder(Command):
    """An admin hands the shipment over to the carrier."""

    order_id: Id


class DeliverOrder(Command):
    """An admin records the delivery."""

    order_id: Id


class OrderFact(Event):
    """An event of one order."""

    order_id: Id


class OrderCreated(OrderFact):
    """The order was placed, with the totals the server computed."""

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
    cart_id: CartId | None = None


class OrderNumberClaimed(OrderFact):
    """The order number was given to this order: version 1 of a stream named after it, so no other order has it."""

    wire_name: ClassVar[str] = "order.number.claimed"

    order_number: OrderNumber


class OrderUpdated(OrderFact):
    """The order's status changed."""

    wire_name: ClassVar[str] = "order.updated"

    from_: OrderStatus = Field(alias="from")
    to: OrderStatus
    reason: Text


class OrderCancellationRequested(OrderFact):
    """A cancellation was requested; the saga decides on it."""

    wire_name: ClassVar[str] = "order.cancellation.requested"

    by: Id
    reason: Text


class OrderCancelled(OrderFact):
    """The order was cancelled, and everything done for it undone."""

    wire_name: ClassVar[str] = "order.cancelled"

    reason: Text


class OrderFailed(OrderFact):
    """The order failed, and everything done for it was undone."""

    wire_name: ClassVar[str] = "order.failed"

    reason: Text
    failed_step: Text


class OrderCompleted(OrderFact):
    """The order is paid, its stock is reserved and its shipment is prepared."""

    wire_name: ClassVar[str] = "order.completed"


class OrderShipped(OrderFact):
    """The shipment was handed over to the carrier."""

    wire_name: ClassVar[str] = "order.shipped"


class OrderDelivered(OrderFact):
    """The customer received the shipment."""

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
