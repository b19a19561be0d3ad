"""Queries for reviews: of a product, of a person, and those that admins have to look at."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from edge.access import owned
from edge.auth import CurrentActor, account_of, requires
from query_api.context import CurrentContext
from query_api.cursors import Sort
from query_api.freshness import fresh
from query_api.paging import Page, PageParameters
from query_api.reviews import (
    ModeratedReview,
    OwnReview,
    PublicReview,
    Summary,
    present_all,
    summary_of,
)
from schemas.actor_type import ActorType
from schemas.documents import ORDERS_VIEW, PRODUCTS_VIEW, REVIEWS_VIEW, Document, ReviewState, label
from schemas.envelope import Actor
from schemas.errors import NotFound
from schemas.message import Id, Message
from schemas.review import ShownAs

NEWEST: Sort = (("placed", -1),)
SORTS: dict[str, Sort] = {
    "newest": NEWEST,
    "highest": (("rating", -1), ("placed", -1)),
    "lowest": (("rating", 1), ("placed", -1)),
}
MOST_REPORTED: Sort = (("openReports", -1), ("placed", -1))
NAMED = [ShownAs.DISPLAY_NAME.value, ShownAs.FIRST_NAME.value]
MAX_CANDIDATES = 50
"""Orders in which a purchase is looked for."""


class ProductReviewParameters(PageParameters):
    """Order of a product's reviews, and the rating that they have."""

    sort: Literal["newest", "highest", "lowest"] = "newest"
    rating: Annotated[int, Field(ge=1, le=5)] | None = None


class ModerationParameters(PageParameters):
    """Which reviews: those that were reported since an admin last decided, or those that are hidden."""

    show: Literal["reported", "hidden"] = "reported"


class ReviewsListed(Message):
    """One part of a list of reviews; `next` is the cursor of the next page, if there is one."""

    items: tuple[PublicReview, ...]
    total: int
    next: str | None


class ProductReviews(ReviewsListed):
    """One part of a product's reviews, with the summary of all of them."""

    summary: Summary


class PersonReviews(Message):
    """One part of a person's reviews."""

    items: tuple[OwnReview, ...] | tuple[PublicReview, ...]
    total: int
    next: str | None


class ReviewsToModerate(Message):
    """One part of the reviews that admins look at."""

    items: tuple[ModeratedReview, ...]
    total: int
    next: str | None


class Purchases(Message):
    """Orders that may be the purchase behind a review, the newest first; whether one is, the command API finds out."""

    order_ids: tuple[Id, ...]


router = APIRouter(prefix="/reviews", tags=["reviews"])
admin_router = APIRouter(
    prefix="/admin/reviews", tags=["reviews"], dependencies=[requires("admin"), fresh(REVIEWS_VIEW)]
)


@router.get("/product/{product_id}", dependencies=[fresh(REVIEWS_VIEW), fresh(PRODUCTS_VIEW)])
async def list_of_product(
    product_id: Id, parameters: Annotated[ProductReviewParameters, Query()], context: CurrentContext
) -> ProductReviews:
    """List the reviews of a product, with their summary."""
    product = await context.find_by_id(PRODUCTS_VIEW, product_id)
    if product is None:
        raise NotFound(f"no product {product_id}", product_id=product_id)
    query: Document = {"productId": product_id, "state": ReviewState.VISIBLE.value}
    query |= {} if parameters.rating is None else {"rating": parameters.rating}
    page = await context.find_page(REVIEWS_VIEW, query, SORTS[parameters.sort], parameters)
    items, summary = await present_all(page.documents, context.opener, PublicReview), summary_of(product)
    total = summary.count if parameters.rating is None else summary.histogram[parameters.rating - 1]
    return ProductReviews(items=tuple(items), total=total, next=page.next, summary=summary)


@router.get("/user/{user_id}", dependencies=[owned("admin"), fresh(REVIEWS_VIEW)])
async def list_of_person(
    user_id: Id, parameters: Annotated[PageParameters, Query()], actor: CurrentActor, context: CurrentContext
) -> PersonReviews:
    """List the reviews of a person: all of one's own, of others those that are shown under a name."""
    query: Document = {"userId": user_id}
    if _may_see_all(actor, user_id):
        query["state"] = {"$in": [ReviewState.VISIBLE.value, ReviewState.HIDDEN.value]}
    else:
        query |= {"state": ReviewState.VISIBLE.value, "shownAs": {"$in": NAMED}}
    page = await context.find_page(REVIEWS_VIEW, query, NEWEST, parameters)
    total = await context.count(REVIEWS_VIEW, query)
    kind = OwnReview if _may_see_all(actor, user_id) else PublicReview
    return PersonReviews(
        items=tuple(await present_all(page.documents, context.opener, kind)), total=total, next=page.next
    )


@router.get("/purchases/{product_id}", dependencies=[requires("customer"), owned(), fresh(ORDERS_VIEW)])
async def list_purchases(product_id: Id, actor: CurrentActor, context: CurrentContext) -> Purchases:
    """List the caller's orders of a product, in whatever state they are."""
    query = {"customerId": {"$eq": account_of(actor)}, "items.productId": product_id}
    found = context.collection(ORDERS_VIEW).find(query, {"_id": 1}).sort([("placed", -1)]).limit(MAX_CANDIDATES)
    return Purchases(order_ids=tuple([order["_id"] async for order in found]))


@admin_router.get("")
async def list_to_moderate(
    parameters: Annotated[ModerationParameters, Query()], context: CurrentContext
) -> ReviewsToModerate:
    """List the reviews that were reported, the most reported first, or those that are hidden, the newest first."""
    page = await _page_to_moderate(context, parameters)
    items = await present_all(page.documents, context.opener, ModeratedReview)
    total = await context.read_tally(REVIEWS_VIEW, label(show=parameters.show))
    return ReviewsToModerate(items=tuple(items), total=total, next=page.next)


async def _page_to_moderate(context: CurrentContext, parameters: ModerationParameters) -> Page:
    if parameters.show == "reported":
        return await context.find_page(REVIEWS_VIEW, {"openReports": {"$gt": 0}}, MOST_REPORTED, parameters)
    return await context.find_page(REVIEWS_VIEW, {"state": ReviewState.HIDDEN.value}, NEWEST, parameters)


def _may_see_all(actor: Actor, user_id: str) -> bool:
    return ActorType.ADMIN in actor.roles or actor.subject == user_id
