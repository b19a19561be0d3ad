"""Reviews that an admin has to look at."""

from typing import Annotated

from fastapi import APIRouter, Query

from bff.calls import CurrentCalls
from bff.parameters import ModerationParameters
from bff.reviews.answers import ReviewAccepted, ReviewsToModerate
from bff.reviews.bodies import ModerationOfReview
from edge.access import restricted
from schemas.message import Id
from schemas.stream_names import REVIEW_CATEGORY

router = APIRouter(prefix="/bff/admin/reviews", tags=["admin"], dependencies=[restricted("admin")])


@router.get("")
async def list_reviews(parameters: Annotated[ModerationParameters, Query()], calls: CurrentCalls) -> ReviewsToModerate:
    """List the reviews that were reported, the most reported first, or those that are hidden."""
    minimum = calls.session.written.of_category(REVIEW_CATEGORY)
    return await calls.query("/admin/reviews", answer=ReviewsToModerate, parameters=parameters.pairs(), minimum=minimum)


@router.post("/{product_id}/{user_id}/moderation")
async def moderate_review(product_id: Id, user_id: Id, body: ModerationOfReview, calls: CurrentCalls) -> ReviewAccepted:
    """Hide a review or show it again; either answers what was reported."""
    return await calls.command("POST", f"/reviews/{product_id}/{user_id}/moderation", body, answer=ReviewAccepted)
