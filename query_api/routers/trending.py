"""Queries for what is trending."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from query_api.catalogue.presentation import is_product, present_product
from query_api.context import CurrentContext
from query_api.paging import QueryParameters
from query_api.trending import find_ranking, trending_scores
from schemas.documents import PRODUCTS_VIEW, Document
from schemas.message import Message
from schemas.text import Label

MAX_ITEMS = 100


class TrendingParameters(QueryParameters):
    """How many products, of all departments or of one."""

    department: Label | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_ITEMS)] = 20


class Trending(Message):
    """Products for sale, the most trending first; `trending` says why: the score, and what was counted today (UTC)."""

    items: list[Document]


router = APIRouter(prefix="/products", tags=["products"])


@router.get("/trending")
async def list_trending(parameters: Annotated[TrendingParameters, Query()], context: CurrentContext) -> Trending:
    """List what is viewed, put into carts and ordered most, the latest counting most."""
    scores = await trending_scores(context, department=parameters.department, limit=parameters.limit)
    found = await context.find_by_ids(PRODUCTS_VIEW, [product_id for product_id, _ in scores])
    products = {
        product["productId"]: present_product(product, context.sold_from) for product in found if is_product(product)
    }
    ranking = await find_ranking(context)
    reasons = ((product_id, score, ranking.today(product_id)) for product_id, score in scores if product_id in products)
    return Trending(items=[products[each] | {"trending": _reason(score, today)} for each, score, today in reasons])


def _reason(score: float, today: dict[str, int]) -> dict[str, Any]:
    return {
        "score": round(score, 3),
        "viewsToday": today["view"],
        "cartAddsToday": today["cart_add"],
        "ordersToday": today["order"],
    }
