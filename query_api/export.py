"""The file with everything that the read side holds on one person."""

from asyncio import gather
from collections.abc import AsyncIterator, Collection
from typing import get_args

import orjson
from starlette.responses import StreamingResponse

from query_api.context import QueryContext
from query_api.cursors import Sort
from query_api.opening import open_address
from query_api.paging import MAX_ITEMS, Page, PageParameters, find_page
from query_api.profiles import UserProfile
from schemas.documents import ORDERS_VIEW, Document, FulfilmentStatus, PaymentStatus
from schemas.envelope import Actor
from schemas.message import Cents, Currency, Id, Message
from schemas.order import OrderLine, OrderNumber, OrderStatus
from schemas.user import Role

OLDEST_FIRST: Sort = (("placed", 1),)
ADDRESSES = ("shippingAddress", "billingAddress")
HIDDEN = frozenset({"_id", "placed", "customerId"})
"""Fields of an order that say nothing, or what the profile says."""
PEOPLE = frozenset({"by", "operator"})
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
    failure: Document | None = None
    cancellation: Document | None = None
    shipment: Document | None = None
    stuck: Document | None = None
    created_at: str
    updated_at: str
    version: int
    position: int
    timeline: tuple[ExportedEntry, ...]


class UserExport(Message):
    """Everything that is held on one person: the profile, and all orders, the oldest first."""

    profile: UserProfile
    orders: tuple[ExportedOrder, ...]


async def open_export(context: QueryContext, profile: UserProfile) -> StreamingResponse:
    """Return the file, which is read and sent in pages of orders.

    Raises:
        PyMongoError: The documents do not answer; once the file has begun, it ends without its last bracket.
    """
    ids = ids_of(profile.user_id)
    first = await _find_orders(context, ids, None)
    return StreamingResponse(
        _write(context, profile, ids, first),
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="aioutlet-{profile.user_id}.json"',
            "Cache-Control": "no-store",
        },
    )


def ids_of(user_id: str) -> list[str]:
    """Return the ids under which orders of this account may stand: one for each kind of actor it may act as."""
    return sorted({Actor(type=kind, id=user_id).subject for kind in get_args(Role)})


async def _write(context: QueryContext, profile: UserProfile, ids: Collection[str], page: Page) -> AsyncIterator[bytes]:
    yield b'{"profile":' + profile.as_json() + b',"orders":['
    separator = b""
    while True:
        for order in await gather(*(_present(context, document, ids) for document in page.documents)):
            yield separator + orjson.dumps(order, option=orjson.OPT_SORT_KEYS)
            separator = b","
        if page.next is None:
            break
        page = await _find_orders(context, ids, page.next)
    yield b"]}"


async def _find_orders(context: QueryContext, ids: Collection[str], cursor: str | None) -> Page:
    query = {"customerId": {"$in": list(ids)}}
    parameters = PageParameters(limit=MAX_ITEMS, cursor=cursor)
    return await find_page(context.collection(ORDERS_VIEW), query, OLDEST_FIRST, parameters)


async def _present(context: QueryContext, order: Document, ids: Collection[str]) -> Document:
    opened = await gather(*(open_address(context.opener, order[name]) for name in ADDRESSES))
    shown = {name: value for name, value in order.items() if name not in HIDDEN}
    timeline = [_without_others(entry, ids) for entry in order["timeline"]]
    return shown | {"orderId": order["_id"], "timeline": timeline} | dict(zip(ADDRESSES, opened, strict=True))


def _without_others(entry: Document, ids: Collection[str]) -> Document:
    if "details" not in entry:
        return entry
    details = {name: value for name, value in entry["details"].items() if name not in PEOPLE or value in ids}
    return entry | {"details": details}
