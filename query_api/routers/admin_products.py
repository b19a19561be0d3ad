"""Queries for products as admins see them: those for sale, and those that no longer are."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from edge.auth import requires
from query_api.catalogue.presentation import present_product
from query_api.context import CurrentContext, QueryContext
from query_api.cursors import Sort
from query_api.freshness import fresh
from query_api.paging import Listed, PageParameters
from query_api.products import find_product
from schemas.documents import PRODUCTS_VIEW, Document, label
from schemas.message import Id

BY_ID: Sort = (("productId", 1),)
LISTED: Document = {"name": {"$exists": True}}
"""Of other products only the stock or the reviews are known."""


class AdminProductParameters(PageParameters):
    """Whether the products are for sale; without it, all of them."""

    for_sale: bool | None = None


router = APIRouter(prefix="/admin/products", tags=["products"], dependencies=[requires("admin"), fresh(PRODUCTS_VIEW)])


@router.get("")
async def list_products(parameters: Annotated[AdminProductParameters, Query()], context: CurrentContext) -> Listed:
    """List all products by id, also those that were discontinued."""
    query = LISTED if parameters.for_sale is None else LISTED | {"forSale": parameters.for_sale}
    page = await context.find_page(PRODUCTS_VIEW, query, BY_ID, parameters)
    present = partial(present_product, sold_from=context.sold_from)
    return page.listed(present, await _count(parameters.for_sale, context), parameters)


@router.get("/{product_id}")
async def get_product(product_id: Id, context: CurrentContext) -> Document:
    """Get one product, whether or not it is for sale."""
    return await find_product(context, product_id)


async def _count(for_sale: bool | None, context: QueryContext) -> int:
    labels = {True: label(), False: label(forSale="false")}
    wanted = labels.values() if for_sale is None else [labels[for_sale]]
    return sum([await context.read_tally(PRODUCTS_VIEW, each) for each in wanted])
