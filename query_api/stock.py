"""The stock of products: what is available in all warehouses together, and the part of each."""

from collections import Counter, defaultdict
from collections.abc import Collection

from query_api.context import QueryContext
from schemas.documents import STOCK_VIEW, Document

COUNTS = ("onHand", "reserved", "available", "received", "adjusted", "shipped")
OUT = "out"


async def find_stock(context: QueryContext, product_ids: Collection[str]) -> list[Document]:
    """Return for each product, in this order, the sums over all warehouses and the `warehouses` they are of.

    A product that no warehouse ever saw has none, and sums of 0.
    """
    shelves: dict[str, list[Document]] = defaultdict(list)
    query = {"productId": {"$in": list(product_ids)}}
    async for document in context.collection(STOCK_VIEW).find(query).sort([("productId", 1), ("warehouseId", 1)]):
        shelves[document["productId"]].append(present_shelf(document, context.sold_from))
    return [_sum_up(product_id, shelves[product_id]) for product_id in product_ids]


async def find_available(context: QueryContext, product_ids: Collection[str]) -> Counter[str]:
    """Return what can be sold of these products in all warehouses together; 0 of one that none has seen."""
    available = Counter[str]()
    if product_ids:
        query = {"productId": {"$in": list(product_ids)}, "warehouseId": {"$in": sorted(context.sold_from)}}
        fields = {"_id": 0, "productId": 1, "available": 1}
        async for stock in context.collection(STOCK_VIEW).find(query, fields):
            available[stock["productId"]] += stock["available"]
    return available


def present_shelf(stock: Document, sold_from: Collection[str]) -> Document:
    """Return a stock document as it is shown: nothing is available in a warehouse that nothing is sold from."""
    shown = {name: value for name, value in stock.items() if name != "_id"}
    return shown if stock["warehouseId"] in sold_from else shown | {"available": 0, "level": OUT}


def _sum_up(product_id: str, shelves: list[Document]) -> Document:
    sums = {name: sum(shelf[name] for shelf in shelves) for name in COUNTS}
    return {"productId": product_id, **sums, "warehouses": shelves}
