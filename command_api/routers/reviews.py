"""Reviews: written by who bought the product, reported by others, shown or hidden by admins."""

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from command_api.context import Caller, CurrentCaller, StreamCommand
from command_api.responses import ReportAccepted, ReviewAccepted
from command_api.reviews.bodies import ChangeOfReview, Moderation, NewReview, Report, ReviewChanges
from command_api.reviews.purchases import find_purchase
from command_api.reviews.sealing import seal_content
from edge.access import owned
from edge.auth import account_of, requires
from schemas.message import Command, Id
from schemas.review import (
    AnyReviewCommand,
    EditReview,
    ModerateReview,
    ReportReview,
    ReviewId,
    SubmitReview,
    WithdrawReview,
)
from schemas.stream_names import review_stream

router = APIRouter(prefix="/reviews", tags=["reviews"])
own = [requires("customer"), owned()]


@router.post("", status_code=201, response_model=ReviewAccepted, dependencies=own)
async def submit_review(body: NewReview, caller: CurrentCaller) -> Response:
    """Review a product that one has bought, once it has come: the log is asked, whatever the caller says."""
    user_id, context, product_id = account_of(caller.actor), caller.context, body.product_id
    await context.accounts.limiter.hit("review by account", user_id)
    named = [body.order_id] if body.order_id else body.candidate_order_ids
    order_id = await find_purchase(context, named, customer_id=user_id, product_id=product_id)
    content = await seal_content(context, user_id, body)
    review_id = context.review_ids.make(product_id, user_id)
    command = SubmitReview(product_id=product_id, user_id=user_id, review_id=review_id, order_id=order_id, **content)
    return await _handle(caller, body.model_copy(update={"candidate_order_ids": ()}), command, status=201)


@router.patch("/{product_id}", response_model=ReviewAccepted, dependencies=own)
async def edit_review(product_id: Id, body: ReviewChanges, caller: CurrentCaller) -> Response:
    """Change one's review of a product."""
    user_id, context = account_of(caller.actor), caller.context
    await context.accounts.limiter.hit("review by account", user_id)
    content = await seal_content(context, user_id, body)
    command = EditReview(product_id=product_id, user_id=user_id, **content)
    return await _handle(caller, ChangeOfReview(product_id=product_id, body=body), command)


@router.delete("/{product_id}", response_model=ReviewAccepted, dependencies=own)
async def withdraw_review(product_id: Id, caller: CurrentCaller) -> Response:
    """Take back one's review of a product."""
    command = WithdrawReview(product_id=product_id, user_id=account_of(caller.actor))
    return await _handle(caller, ChangeOfReview(product_id=product_id), command)


@router.post("/{product_id}/{user_id}/moderation", response_model=ReviewAccepted, dependencies=[requires("admin")])
async def moderate_review(product_id: Id, user_id: Id, body: Moderation, caller: CurrentCaller) -> Response:
    """Hide a review or show it again; either answers what was reported."""
    command = ModerateReview(
        product_id=product_id, user_id=user_id, by=caller.actor.id, visible=body.visible, reason=body.reason
    )
    return await _handle(caller, ChangeOfReview(product_id=product_id, review=user_id, body=body), command)


@router.post("/{product_id}/{review_id}/report", dependencies=[requires("customer")])
async def report_review(product_id: Id, review_id: ReviewId, body: Report, caller: CurrentCaller) -> ReportAccepted:
    """Tell the shop that something is wrong with a review; a repeat by the same person changes nothing."""
    by = account_of(caller.actor)
    await caller.context.accounts.limiter.hit("report of a review by account", by)
    user_id = caller.context.review_ids.read(product_id, review_id)
    command = ReportReview(product_id=product_id, user_id=user_id, by=by, reason=body.reason)
    request = caller.make_request(ChangeOfReview(product_id=product_id, review=review_id, body=body))
    await request.record([_of_review(caller, command)])
    return ReportAccepted(product_id=product_id, review_id=review_id)


async def _handle(caller: Caller, body: Command, command: AnyReviewCommand, *, status: int = 200) -> Response:
    reply = partial(ReviewAccepted, product_id=command.product_id, user_id=command.user_id)
    return await caller.make_request(body).handle([_of_review(caller, command)], reply, status=status)


def _of_review(caller: Caller, command: AnyReviewCommand) -> StreamCommand:
    stream = review_stream(command.product_id, command.user_id)
    return StreamCommand(caller.context.reviews, stream, command, command.user_id)
