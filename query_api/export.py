"""The file with everything that the read side holds on one person."""

from asyncio import gather
from collections.abc import AsyncIterator

import orjson
from starlette.responses import StreamingResponse

from query_api.carts import find_cart
from query_api.context import QueryContext
from query_api.cursors import Sort
from query_api.opening import open_order_addresses
from query_api.paging import MAX_ITEMS, Page, PageParameters
from query_api.profiles import UserProfile
from query_api.reviews import OwnReview, present_all
from schemas.cart_id import CartId
from schemas.documents import ORDERS_VIEW, REVIEWS_VIEW, Document, FulfilmentStatus, PaymentStatus
from schemas.message import Cents, Currency, Id, IncompleteFrom, Message, Money
from schemas.order import OrderLine, OrderNumber, OrderStatus

OLDEST_FIRST: Sort = (("placed", 1),)
HIDDEN = frozenset({"_id", "placed", "customerId"})
"""Fields of an order that say nothing, or what the profile says."""
PEOPLE = frozenset({"by", "operator", "confirmedBy"})
"""Details of a timeline that name who acted."""


class ExportedEntry(Message):
    """One line of an order's timeline; who acted is named only where it was the person."""

    at: str
    type: str
    title: str
    version: int
    position: int
    details: Document | None = None


class ExportedOrder(Message):
    """One order with its sums in minor units, its addresses as they were given, and its timeline."""

    order_id: Id
    order_number: OrderNumber
    items: tuple[OrderLine, ...]
    pieces: int
    subtotal: Cents
    tax: Cents
    shipping: Cents
    total_amount: Cents
    currency: Currency
    rules_version: str
    warehouse_id: Id | None = None
    shipping_address: Document | None
    billing_address: Document | None
    status: OrderStatus
    payment_status: PaymentStatus
    fulfilment_status: FulfilmentStatus
    outcome: str | None
    outcome_at: str | None = None
    charged_at: str | None
    refunded_at: str | None
    failure: Document | None = None
    cancellation: Document | None = None
    shipment: Document | None = None
    stuck: Document | None = None
    created_at: str
    updated_at: str
    version: int
    position: int
    incomplete_from: IncompleteFrom = None
    timeline: tuple[ExportedEntry, ...]


class ExportedCartLine(Message):
    """One product of the cart, with the price that was shown."""

    product_id: Id
    quantity: int
    unit_price_seen: Money
    added_at: str
    changed_at: str


class ExportedCart(Message):
    """The cart as it stands."""

    cart_id: CartId
    lines: tuple[ExportedCartLine, ...]
    abandoned_at: str | None
    created_at: str
    updated_at: str
    version: int
    position: int
    incomplete_from: IncompleteFrom = None


class UserExport(Message):
    """Everything that is held on one person: the profile, the cart, all orders and all reviews, the oldest first."""

    profile: UserProfile
    cart: ExportedCart | None
    orders: tuple[ExportedOrder, ...]
    reviews: tuple[OwnReview, ...]


async def open_export(context: QueryContext, profile: UserProfile) -> StreamingResponse:
    """Return the file, which is read and sent in pages of orders and of reviews.

    Raises:
        PyMongoError: The documents do not answer; once the file has begun, it ends without its last bracket.
    """
    cart, first = await gather(find_cart(context, profile.user_id), _find_orders(context, profile.user_id, None))
    return StreamingResponse(
        _write(context, profile, cart, first),
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="aioutlet-{profile.user_id}.json"',
            "Cache-Control": "no-store",
        },
    )


async def _write(
    context: QueryContext, profile: UserProfile, cart: Document | None, page: Page
) -> AsyncIterator[bytes]:
    yield b'{"profile":' + profile.as_json() + b',"cart":' + (ExportedCart(**cart).as_json() if cart else b"null")
    yield b',"orders":'
    async for part in _write_list(_orders(context, profile.user_id, page)):
        yield part
    yield b',"reviews":'
    async for part in _write_list(_reviews(context, profile.user_id)):
        yield part
    yield b"}"


async def _write_list(items: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    opening = b"["
    async for item in items:
        yield opening + item
        opening = b","
    yield b"]" if opening == b"," else b"[]"


async def _orders(context: QueryContext, user_id: str, page: Page) -> AsyncIterator[bytes]:
    while True:
        for order in await gather(*(_present(context, document) for document in page.documents)):
            yield orjson.dumps(order, option=orjson.OPT_SORT_KEYS)
        if page.next is None:
            return
        page = await _find_orders(context, user_id, page.next)


async def _reviews(context: QueryContext, user_id: str) -> AsyncIterator[bytes]:
    cursor = None
    while True:
        parameters = PageParameters(limit=MAX_ITEMS, cursor=cursor)
        page = await context.find_page(REVIEWS_VIEW, {"userId": user_id}, OLDEST_FIRST, parameters)
        for review in await present_all(page.documents, context.opener, OwnReview):
            yield review.as_json()
        if page.next is None:
            return
        cursor = page.next


async def _find_orders(context: QueryContext, user_id: str, cursor: str | None) -> Page:
    query = {"customerId": user_id}
    parameters = PageParameters(limit=MAX_ITEMS, cursor=cursor)
    return await context.find_page(ORDERS_VIEW, query, OLDEST_FIRST, parameters)


async def _present(context: QueryContext, order: Document) -> Document:
    opened = await open_order_addresses(context.opener, order)
    shown = {name: value for name, value in order.items() if name not in HIDDEN}
    timeline = [_without_others(entry, order["customerId"]) for entry in order["timeline"]]
    return shown | {"orderId": order["_id"], "timeline": timeline} | opened


def _without_others(entry: Document, user_id: str) -> Document:
    if "details" not in entry:
        return entry
    details = {name: value for name, value in entry["details"].items() if name not in PEOPLE or value == user_id}
    return entry | {"details": details}
