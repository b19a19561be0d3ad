"""Reviews: everybody reads them, who bought the product writes one, others report it."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query

from bff.caching import REVALIDATED_EACH_TIME
from bff.calls import Calls, CurrentCalls
from bff.parameters import PageParameters, ReviewParameters
from bff.reviews.answers import PersonReviews, ProductReviews, Purchases, ReportAccepted, ReviewAccepted
from bff.reviews.bodies import NewReview, ReportOfReview, ReviewChanges, ReviewWithCandidates
from bff.session_layer import NO_SESSION
from edge.access import owned, restricted
from schemas.errors import SessionEnded
from schemas.message import Id
from schemas.review import ReviewId
from schemas.stream_names import REVIEW_CATEGORY

router = APIRouter(prefix="/bff/reviews", tags=["reviews"])
own = [restricted("customer"), owned()]


@router.post("", status_code=201, dependencies=own)
async def submit_review(body: NewReview, calls: CurrentCalls) -> ReviewAccepted:
    """Review a product that one has bought, once it has come; the same `Idempotency-Key` gives the same review."""
    command = body if body.order_id else await _with_candidates(calls, body)
    return await calls.command("POST", "/reviews", command, answer=ReviewAccepted)


@router.patch("/{product_id}", dependencies=own)
async def edit_review(product_id: Id, body: ReviewChanges, calls: CurrentCalls) -> ReviewAccepted:
    """Change one's review of a product."""
    return await calls.command("PATCH", f"/reviews/{product_id}", body, answer=ReviewAccepted)


@router.delete("/{product_id}", dependencies=own)
async def withdraw_review(product_id: Id, calls: CurrentCalls) -> ReviewAccepted:
    """Take back one's review of a product."""
    return await calls.command("DELETE", f"/reviews/{product_id}", answer=ReviewAccepted)


@router.get("/product/{product_id}", openapi_extra=NO_SESSION, dependencies=[REVALIDATED_EACH_TIME])
async def list_of_product(
    product_id: Id, parameters: Annotated[ReviewParameters, Query()], calls: CurrentCalls
) -> ProductReviews:
    """List the reviews of a product, with their summary; one's own that was just written is among them."""
    minimum = calls.session.written.of_key(REVIEW_CATEGORY, product_id)
    path = f"/reviews/product/{product_id}"
    return await calls.catalogue(path, answer=ProductReviews, parameters=parameters.pairs(), minimum=minimum)


@router.get("/user/{user_id}", openapi_extra=NO_SESSION)
async def list_of_person(
    user_id: Id, parameters: Annotated[PageParameters, Query()], calls: CurrentCalls
) -> PersonReviews:
    """List the reviews of a person: all of one's own, of others those that are shown under a name."""
    path, pairs = f"/reviews/user/{user_id}", parameters.pairs()
    if await _is_asked_by(calls, user_id):
        minimum = calls.session.written.of_category(REVIEW_CATEGORY)
        return await calls.query(path, answer=PersonReviews, parameters=pairs, minimum=minimum)
    return await calls.catalogue(path, answer=PersonReviews, parameters=pairs)


@router.post("/{product_id}/{review_id}/report", dependencies=[restricted("customer")])
async def report_review(
    product_id: Id, review_id: ReviewId, body: ReportOfReview, calls: CurrentCalls
) -> ReportAccepted:
    """Tell the shop that something is wrong with a review."""
    return await calls.command("POST", f"/reviews/{product_id}/{review_id}/report", body, answer=ReportAccepted)


async def _with_candidates(calls: Calls, body: NewReview) -> ReviewWithCandidates:
    """Name the orders that may be the purchase; which of them is one, the command API finds out."""
    minimum = calls.session.written.of_category("order")
    found = await calls.query(f"/reviews/purchases/{body.product_id}", answer=Purchases, minimum=minimum)
    return ReviewWithCandidates(**body.model_dump(exclude_unset=True), candidate_order_ids=tuple(found.order_ids))


async def _is_asked_by(calls: Calls, user_id: str) -> bool:
    with suppress(SessionEnded):
        return calls.session.exists and await calls.subject() == user_id
    return False
