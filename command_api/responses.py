"""What a command answers: at least where its stream stands now, so that a query can ask for no less."""

from schemas.message import Cents, Currency, Id, Message
from schemas.order import OrderNumber, OrderStatus


class Accepted(Message):
    """The stream's version after the command, and the store's position of that version."""

    stream_id: str
    version: int
    position: int


class ProductAccepted(Accepted):
    """A command about one product."""

    product_id: Id


class ProductsImported(Accepted):
    """How many were new, how many were there already; the stream is the last of the new ones."""

    imported: int
    unchanged: int


class ReceiptAccepted(Accepted):
    """A delivery was taken in."""

    receipt_id: Id


class AdjustmentAccepted(Accepted):
    """A count was corrected."""

    adjustment_id: Id


class OrderAccepted(Accepted):
    """A command about one order; where it goes from here is the saga's."""

    order_id: Id


class OrderPlaced(OrderAccepted):
    """The order stands at these totals, in minor units."""

    order_number: OrderNumber
    status: OrderStatus = OrderStatus.PENDING
    subtotal: Cents
    tax: Cents
    shipping: Cents
    total_amount: Cents
    currency: Currency
