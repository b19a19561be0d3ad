"""Queries for what is bought together."""

from fastapi import APIRouter

from query_api.bought_together import find_bought_together
from query_api.context import CurrentContext
from query_api.freshness import fresh
from schemas.documents import BOUGHT_TOGETHER_VIEW, PRODUCTS_VIEW, Document
from schemas.errors import NotFound
from schemas.message import Message


class BoughtTogether(Message):
    """At most eight products for sale, each with `orders`: how many orders had it together with the one asked for.

    `orders` had the one asked for at all, also those cancelled or failed since. A count is never too high, and too low
    by `missed` at most; all are exact while that is 0 and no order has more than 25 products.
    """

    product_id: str
    orders: int
    missed: int
    items: list[Document]


router = APIRouter(prefix="/products", tags=["products"], dependencies=[fresh(BOUGHT_TOGETHER_VIEW)])


@router.get("/{product_id}/bought-together")
async def get_bought_together(product_id: str, context: CurrentContext) -> BoughtTogether:
    """List the products that most orders had together with one."""
    if await context.find_by_id(PRODUCTS_VIEW, product_id) is None:
        raise NotFound(f"no product {product_id}", product_id=product_id)
    together = await find_bought_together(context, product_id)
    items = [product | {"orders": orders} for product, orders in together.products]
    return BoughtTogether(product_id=product_id, orders=together.orders, missed=together.missed, items=items)
