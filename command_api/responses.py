"""The bodies of responses to commands; their position can be sent with a query as `X-Min-Position`."""

from schemas.message import Cents, Currency, Id, Message
from schemas.order import OrderNumber, OrderStatus


class Accepted(Message):
    """The stream's version after the command, and the position of that version in the log."""

    stream_id: str
    version: int
    position: int


class ProductAccepted(Accepted):
    """The answer to a command for one product."""

    product_id: Id


class ProductsImported(Accepted):
    """How many products were new and how many already existed; the stream is that of the last new one."""

    imported: int
    unchanged: int


class ReceiptAccepted(Accepted):
    """The answer to a recorded delivery."""

    receipt_id: Id


class AdjustmentAccepted(Accepted):
    """The answer to a corrected count."""

    adjustment_id: Id


class OrderAccepted(Accepted):
    """The answer to a command for one order; the saga continues from here."""

    order_id: Id


class OrderPlaced(OrderAccepted):
    """The new order, with its totals in minor units."""

    order_number: OrderNumber
    status: OrderStatus = OrderStatus.PENDING
    subtotal: Cents
    tax: Cents
    shipping: Cents
    total_amount: Cents
    currency: Currency
