"""The stock of products: what is available in all warehouses together, and the part of each."""

from asyncio import gather
from collections import Counter
from collections.abc import Collection, Sequence

from query_api.catalogue.presentation import is_product
from query_api.context import QueryContext
from schemas.documents import PRODUCTS_VIEW, STOCK_VIEW, Document, stock_id

COUNTS = ("onHand", "reserved", "available", "received", "adjusted", "shipped")
OUT = "out"


async def find_stock(context: QueryContext, product_ids: Collection[str]) -> list[Document]:
    """Return for each product, in this order, the sums over all warehouses and the `warehouses` they are of.

    A product that no warehouse ever saw has none, and sums of 0.
    """
    found = await gather(*(_find_shelves(context, product_id) for product_id in product_ids))
    return [_sum_up(product_id, shelves) for product_id, shelves in zip(product_ids, found, strict=True)]


async def _find_shelves(context: QueryContext, product_id: str) -> list[Document]:
    found = context.collection(STOCK_VIEW).find({"productId": {"$eq": product_id}})
    shelves = await found.sort([("productId", 1), ("warehouseId", 1)]).to_list()
    return [present_shelf(shelf, context.sold_from) for shelf in await context.incomplete.mark(STOCK_VIEW, shelves)]


async def find_available(context: QueryContext, product_ids: Collection[str]) -> Counter[str]:
    """Return what can be sold of these products in all warehouses together; 0 of one that none has seen."""
    ids = [stock_id(warehouse_id, each) for each in product_ids for warehouse_id in sorted(context.sold_from)]
    available = Counter[str]()
    for stock in filter(None, await context.find_by_ids(STOCK_VIEW, ids)):
        available[stock["productId"]] += stock["available"]
    return available


def present_shelf(stock: Document, sold_from: Collection[str]) -> Document:
    """Return a stock document as it is shown: nothing is available in a warehouse that nothing is sold from."""
    shown = {name: value for name, value in stock.items() if name != "_id"}
    return shown if stock["warehouseId"] in sold_from else shown | {"available": 0, "level": OUT}


async def with_names(context: QueryContext, shelves: Sequence[Document]) -> list[Document]:
    """Return the shelves, each with the `name` of its product; None where only the stock of it is known."""
    products = await context.find_by_ids(PRODUCTS_VIEW, [shelf["productId"] for shelf in shelves])
    names = (product["name"] if is_product(product) else None for product in products)
    return [shelf | {"name": name} for shelf, name in zip(shelves, names, strict=True)]


def _sum_up(product_id: str, shelves: list[Document]) -> Document:
    sums = {name: sum(shelf[name] for shelf in shelves) for name in COUNTS}
    return {"productId": product_id, **sums, "warehouses": shelves}
