"""What is there, and how much of it can still be ordered."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from query_api.context import CurrentContext
from query_api.freshness import fresh
from query_api.paging import MOST, Listed, Page, Sort, page_of
from schemas.documents import STOCK_VIEW, Document
from schemas.errors import NotFound
from schemas.message import Id

BY_PRODUCT: Sort = (("productId", 1), ("_id", 1))
COUNTED = ("onHand", "reserved", "available", "received", "adjusted", "shipped")
HIDDEN = {"_id": 0}


class Inventory(Page):
    """Which products (repeat `productId`), in which warehouse; all of them by default."""

    product_id: Annotated[tuple[Id, ...], Field(max_length=MOST)] = ()
    warehouse_id: Id | None = None


router = APIRouter(prefix="/inventory", tags=["inventory"], dependencies=[fresh(STOCK_VIEW)])


@router.get("")
async def list_inventory(asked: Annotated[Inventory, Query()], context: CurrentContext) -> Listed:
    """Counts per product and warehouse."""
    wanted: Document = {}
    if asked.product_id:
        wanted["productId"] = {"$in": list(asked.product_id)}
    if asked.warehouse_id is not None:
        wanted["warehouseId"] = asked.warehouse_id
    found = await page_of(context.of(STOCK_VIEW), wanted, BY_PRODUCT, asked, HIDDEN)
    total = await context.count(STOCK_VIEW, wanted)
    return Listed(items=found, total=total, skip=asked.skip, limit=asked.limit)


@router.get("/{product_id}")
async def get_inventory(product_id: str, context: CurrentContext) -> Document:
    """One product over all warehouses, and each of them."""
    found = await context.of(STOCK_VIEW).find({"productId": product_id}, HIDDEN).sort("warehouseId", 1).to_list()
    if not found:
        raise NotFound(f"no stock of {product_id} was ever seen", product_id=product_id)
    sums = {name: sum(document[name] for document in found) for name in COUNTED}
    return {"productId": product_id, **sums, "warehouses": found}
