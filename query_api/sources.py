"""Which streams the documents behind a page were folded from, and up to where: for the demo."""

from collections.abc import Iterable, Sequence

from history.stream_ends import StreamEnd, StreamEnds
from query_api.catalogue.presentation import is_product
from query_api.context import QueryContext
from schemas.documents import (
    CARTS_VIEW,
    ORDERS_VIEW,
    PRODUCTS_VIEW,
    REVIEWS_VIEW,
    STOCK_VIEW,
    Document,
    ReviewState,
    View,
    stock_id,
)
from schemas.errors import NotFound
from schemas.message import Id, Message
from schemas.stream_names import (
    cart_stream,
    order_stream,
    payment_stream,
    product_stream,
    saga_stream,
    shipment_stream,
    warehouse_stream,
)

MAX_REVIEWS = 500
"""Reviews of a product whose events are counted."""
MANY = "…"
"""Ends the name of several streams with one beginning."""
END = dict.fromkeys(("version", "position"), 1)


class SourceStreams(Message):
    """A stream, or several whose names begin alike: how many, their events, and the position of the last of these."""

    name: str
    streams: int = 1
    events: int
    position: int


class Source(Message):
    """A view that a page shows something of: the last position folded into that, and the streams it was folded from.

    A stream may hold more events than concern the page, as that of a warehouse does.
    """

    view: str
    position: int
    streams: tuple[SourceStreams, ...]


class Sources(Message):
    """What a page was folded from."""

    items: tuple[Source, ...]


async def product_sources(context: QueryContext, log: StreamEnds, product_id: Id) -> Sources:
    """Return those of a product's page: the product, its stock and its visible reviews.

    Raises:
        NotFound: There is no such product.
    """
    product = await context.find_by_id(PRODUCTS_VIEW, product_id)
    if product is None or not is_product(product):
        raise NotFound(f"no product {product_id}", product_id=product_id)
    warehouses = sorted(context.sold_from)
    shelves = await context.find_by_ids(STOCK_VIEW, [stock_id(each, product_id) for each in warehouses])
    own = await log.find([product_stream(product_id)])
    kept = await log.find([warehouse_stream(each) for each in warehouses])
    reviews = await _find_reviews(context, product_id)
    found = (
        _source(PRODUCTS_VIEW, [product], map(_whole, own)),
        _source(STOCK_VIEW, shelves, map(_whole, kept)),
        _source(REVIEWS_VIEW, reviews, _together(f"review-{product_id}-{MANY}", reviews)),
    )
    return _sources(*found)


async def order_sources(log: StreamEnds, order: Document) -> Sources:
    """Return those of an order's page: everything about one order is in the streams that bear its id."""
    names = (order_stream, saga_stream, payment_stream, shipment_stream)
    ends = await log.find([name(order["_id"]) for name in names])
    return _sources(_source(ORDERS_VIEW, [order], map(_whole, ends)))


async def cart_sources(context: QueryContext, log: StreamEnds, owner_id: Id) -> Sources:
    """Return those of a cart's page: the cart, and the products in it with their prices."""
    cart = await context.find_by_id(CARTS_VIEW, owner_id)
    if cart is None:
        return _sources()
    found = await context.find_by_ids(PRODUCTS_VIEW, [line["productId"] for line in cart.get("lines", ())])
    products = [each for each in found if is_product(each)]
    ends = await log.find([cart_stream(owner_id)])
    return _sources(
        _source(CARTS_VIEW, [cart], map(_whole, ends)),
        _source(PRODUCTS_VIEW, products, _together(product_stream(MANY), products)),
    )


async def _find_reviews(context: QueryContext, product_id: Id) -> list[Document]:
    visible = {"productId": {"$eq": product_id}, "state": {"$eq": ReviewState.VISIBLE.value}}
    found = context.collection(REVIEWS_VIEW).find(visible, END)
    return await found.sort("placed", -1).limit(MAX_REVIEWS).to_list()


def _whole(end: StreamEnd) -> SourceStreams:
    return SourceStreams(name=end.stream, events=end.version, position=end.position)


def _together(name: str, documents: Sequence[Document]) -> Iterable[SourceStreams]:
    """Yield the streams of documents that have one each, as one line."""
    if documents:
        events, position = sum(each["version"] for each in documents), max(each["position"] for each in documents)
        yield SourceStreams(name=name, streams=len(documents), events=events, position=position)


def _source(view: View, documents: Iterable[Document | None], streams: Iterable[SourceStreams]) -> Source:
    position = max((document["position"] for document in documents if document), default=0)
    return Source(view=view.title, position=position, streams=tuple(streams))


def _sources(*found: Source) -> Sources:
    return Sources(items=tuple(each for each in found if each.position))
