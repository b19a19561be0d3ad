"""Queries for stock."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from edge.auth import requires
from query_api.context import CurrentContext, QueryContext
from query_api.cursors import Sort
from query_api.freshness import fresh
from query_api.paging import MAX_ITEMS, Listed, PageParameters, QueryParameters
from query_api.stock import find_stock, present_shelf, with_names
from schemas.documents import STOCK_VIEW, Document
from schemas.errors import NotFound
from schemas.message import Id

BY_PRODUCT: Sort = (("productId", 1), ("warehouseId", 1))


class InventoryParameters(PageParameters):
    """The products (repeat `productId`), the warehouse, and the level: `low` or `out`; all by default."""

    product_id: Annotated[tuple[Id, ...], Field(max_length=MAX_ITEMS)] = ()
    warehouse_id: Id | None = None
    level: Literal["low", "out"] | None = None


class TotalsParameters(QueryParameters):
    """The products (repeat `productId`)."""

    product_id: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MAX_ITEMS)]


class StockTotals(BaseModel):
    """The stock of each product that was asked for, in that order."""

    items: list[Document]


router = APIRouter(prefix="/inventory", tags=["inventory"], dependencies=[fresh(STOCK_VIEW)])


admin_router = APIRouter(prefix="/admin/stock", tags=["inventory"], dependencies=[requires("admin"), fresh(STOCK_VIEW)])


@router.get("")
async def list_inventory(parameters: Annotated[InventoryParameters, Query()], context: CurrentContext) -> Listed:
    """List the stock per product and warehouse; a `level` only of the warehouses that orders are shipped from."""
    return await _list(parameters, context)


@admin_router.get("")
async def list_stock(parameters: Annotated[InventoryParameters, Query()], context: CurrentContext) -> Listed:
    """List the stock as `/inventory` does, for admins alone, and with the `name` of each product that is described."""
    listed = await _list(parameters, context)
    return listed.model_copy(update={"items": await with_names(context, listed.items)})


async def _list(parameters: InventoryParameters, context: QueryContext) -> Listed:
    query = stock_query(context, parameters)
    page = await context.find_page(STOCK_VIEW, query, BY_PRODUCT, parameters, apart="productId")
    present = partial(present_shelf, sold_from=context.sold_from)
    return page.listed(present, await context.count(STOCK_VIEW, query, apart="productId"), parameters)


@router.get("/-totals")
async def list_totals(parameters: Annotated[TotalsParameters, Query()], context: CurrentContext) -> StockTotals:
    """Get the stock of several products, each in total and per warehouse; one that was never seen has none."""
    return StockTotals(items=await find_stock(context, tuple(dict.fromkeys(parameters.product_id))))


@router.get("/{product_id}")
async def get_inventory(product_id: str, context: CurrentContext) -> Document:
    """Get the stock of one product, in total and per warehouse."""
    [stock] = await find_stock(context, (product_id,))
    if not stock["warehouses"]:
        raise NotFound(f"no stock of {product_id} was ever seen", product_id=product_id)
    return stock


def stock_query(context: QueryContext, parameters: InventoryParameters) -> Document:
    """Return the query to the documents that these parameters mean."""
    query: Document = {}
    if parameters.level is not None:
        query |= {"level": parameters.level, "warehouseId": {"$in": sorted(context.sold_from)}}
    if parameters.product_id:
        query["productId"] = {"$in": list(parameters.product_id)}
    if parameters.warehouse_id is not None:
        query["warehouseId"] = parameters.warehouse_id
    return query
