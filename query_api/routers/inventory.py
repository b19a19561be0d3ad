"""Queries for stock."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from query_api.context import CurrentContext
from query_api.cursors import Sort
from query_api.freshness import fresh
from query_api.paging import MAX_ITEMS, Listed, PageParameters, find_page
from schemas.documents import STOCK_VIEW, Document
from schemas.errors import NotFound
from schemas.message import Id

BY_PRODUCT: Sort = (("productId", 1), ("warehouseId", 1))
COUNTS = ("onHand", "reserved", "available", "received", "adjusted", "shipped")


class InventoryParameters(PageParameters):
    """The products (repeat `productId`) and the warehouse; all by default."""

    product_id: Annotated[tuple[Id, ...], Field(max_length=MAX_ITEMS)] = ()
    warehouse_id: Id | None = None


router = APIRouter(prefix="/inventory", tags=["inventory"], dependencies=[fresh(STOCK_VIEW)])


@router.get("")
async def list_inventory(parameters: Annotated[InventoryParameters, Query()], context: CurrentContext) -> Listed:
    """List the stock per product and warehouse."""
    query: Document = {}
    if parameters.product_id:
        query["productId"] = {"$in": list(parameters.product_id)}
    if parameters.warehouse_id is not None:
        query["warehouseId"] = parameters.warehouse_id
    page = await find_page(context.collection(STOCK_VIEW), query, BY_PRODUCT, parameters)
    present = partial(_present, warehouse_id=context.warehouse)
    return page.listed(present, await context.count(STOCK_VIEW, query), parameters)


@router.get("/{product_id}")
async def get_inventory(product_id: str, context: CurrentContext) -> Document:
    """Get the stock of one product, in total and per warehouse."""
    found = context.collection(STOCK_VIEW).find({"productId": product_id}).sort("warehouseId", 1)
    documents = [_present(document, warehouse_id=context.warehouse) for document in await found.to_list()]
    if not documents:
        raise NotFound(f"no stock of {product_id} was ever seen", product_id=product_id)
    sums = {name: sum(document[name] for document in documents) for name in COUNTS}
    return {"productId": product_id, **sums, "warehouses": documents}


def _present(stock: Document, *, warehouse_id: str) -> Document:
    """Return a stock document as it is shown: nothing is available in a warehouse that nothing is sold from."""
    shown = {name: value for name, value in stock.items() if name != "_id"}
    return shown if stock["warehouseId"] == warehouse_id else shown | {"available": 0}
