"""The bodies of responses to commands; their position can be sent with a query as `X-Min-Position`."""

from event_store.unit_of_work import UnitOfWork
from schemas.accepted import Accepted, OrderAccepted
from schemas.cart import TransferLine
from schemas.cart_id import CartId
from schemas.config import ConfigKey
from schemas.message import Cents, Currency, Id, Message
from schemas.order import OrderNumber, OrderStatus
from schemas.review import ReviewId
from schemas.stream_names import user_stream


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


class Quoted(Message):
    """What an order would cost now, in minor units.

    Without a destination, `tax` and `taxRate`, a fraction of the subtotal, are null, and the total is without tax.
    Shipping is free from the subtotal `freeFrom` on.
    """

    subtotal: Cents
    tax: Cents | None
    tax_rate: str | None
    shipping: Cents
    free_from: Cents
    total_amount: Cents
    currency: Currency
    rules_version: str


class OrderPlaced(OrderAccepted):
    """The new order, with its totals in minor units."""

    order_number: OrderNumber
    status: OrderStatus = OrderStatus.PENDING
    subtotal: Cents
    tax: Cents
    shipping: Cents
    total_amount: Cents
    currency: Currency


class CartAccepted(Accepted):
    """The answer to a command for one cart: its round, and how many products and pieces are in it."""

    cart_id: CartId
    products: int
    pieces: int


class CartTransferAccepted(Accepted):
    """What became of each line of the guest's cart; none where there was nothing to take over."""

    cart_id: CartId
    lines: tuple[TransferLine, ...]


class ReviewAccepted(Accepted):
    """The answer to a command for one person's review of one product."""

    product_id: Id
    user_id: Id


class ReportAccepted(Message):
    """The answer to a report; it names no stream, since that names the person."""

    product_id: Id
    review_id: ReviewId


class ConfigAccepted(Accepted):
    """The version of a key of the configuration that is in force now; `version` is that of the stream."""

    key: ConfigKey
    config_version: int


class Empty(Message):
    """An answer that says nothing."""


class UserAccepted(Accepted):
    """The answer to a command for one account."""

    user_id: Id


class AddressAccepted(UserAccepted):
    """The answer to a command for one address of an account."""

    address_id: Id


async def user_accepted(user_id: str, unit: UnitOfWork) -> UserAccepted:
    """Return the answer about an account, from the committed unit of work."""
    stream = user_stream(user_id)
    version = unit.version(stream)
    position = await unit.position(stream, version)
    return UserAccepted(stream_id=stream, version=version, position=position, user_id=user_id)


async def address_accepted(user_id: str, address_id: str, unit: UnitOfWork) -> AddressAccepted:
    """Return the answer about an address of an account, from the committed unit of work."""
    return AddressAccepted(address_id=address_id, **dict(await user_accepted(user_id, unit)))
