"""One person's review of one product: rated and written by who bought it, shown or hidden by the shop."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, assert_never

from domain.decider import Decider
from schemas.errors import NotFound, OwnReview, ReviewExists
from schemas.review import (
    AnyReviewCommand,
    EditReview,
    ModerateReview,
    ReportReview,
    ReviewCommand,
    ReviewEdited,
    ReviewEvent,
    ReviewModerated,
    ReviewReported,
    ReviewReportsDismissed,
    ReviewSubmitted,
    ReviewWithdrawn,
    ShownAs,
    SubmitReview,
    WithdrawReview,
)
from schemas.sealed import Sealed

MAX_REPORTS = 100
"""Reports of one review that are recorded while nobody has looked at them; more would say nothing new."""


class Content(NamedTuple):
    """What the person says."""

    rating: int
    title: Sealed | None
    text: Sealed
    shown_as: ShownAs
    reviewer: Sealed | None


@dataclass(frozen=True, slots=True)
class Review:
    """What is decided about a review; a hidden one stays hidden, also when it is withdrawn and submitted again."""

    is_known: bool = False
    """Whether there ever was one."""
    content: Content | None = None
    """None before it is submitted, and once it is withdrawn."""
    is_visible: bool = True
    reporters: frozenset[str] = frozenset()
    """Everybody who has reported it since it was submitted."""
    open_reports: int = 0


def decide(command: AnyReviewCommand, review: Review) -> Sequence[ReviewEvent]:
    match command:
        case SubmitReview():
            return _submit(command, review)
        case WithdrawReview() if review.is_known and review.content is None:
            return []
        case _ if review.content is None:
            raise _not_found(command)
        case EditReview():
            return _edit(command, review, review.content)
        case WithdrawReview(product_id=product_id, user_id=user_id):
            rating = review.content.rating
            return [ReviewWithdrawn(product_id=product_id, user_id=user_id, rating=rating, visible=review.is_visible)]
        case ModerateReview():
            return _moderate(command, review, review.content)
        case ReportReview():
            return _report(command, review)
    assert_never(command)


def _submit(command: SubmitReview, review: Review) -> Sequence[ReviewEvent]:
    if review.content is not None:
        raise ReviewExists("you have reviewed this product: edit the review", productId=command.product_id)
    return [ReviewSubmitted(**dict(command), visible=review.is_visible)]


def _edit(command: EditReview, review: Review, content: Content) -> Sequence[ReviewEvent]:
    given = command.model_fields_set & set(Content._fields)
    changed = content._replace(**{name: getattr(command, name) for name in given})
    if changed == content:
        return []
    return [
        ReviewEdited(
            product_id=command.product_id,
            user_id=command.user_id,
            old_rating=content.rating,
            visible=review.is_visible,
            **changed._asdict(),
        )
    ]


def _moderate(command: ModerateReview, review: Review, content: Content) -> Sequence[ReviewEvent]:
    if command.visible != review.is_visible:
        return [ReviewModerated(**dict(command), rating=content.rating)]
    if not review.open_reports:
        return []
    return [ReviewReportsDismissed(**dict(command))]


def _report(command: ReportReview, review: Review) -> Sequence[ReviewEvent]:
    if command.by == command.user_id:
        raise OwnReview("a review is reported by others", productId=command.product_id)
    if not review.is_visible:
        raise _not_found(command)
    if command.by in review.reporters or review.open_reports >= MAX_REPORTS:
        return []
    return [ReviewReported(**dict(command))]


def _not_found(command: ReviewCommand) -> NotFound:
    return NotFound(f"there is no such review of {command.product_id}", productId=command.product_id)


def evolve(review: Review, event: ReviewEvent) -> Review:
    match event:
        case ReviewSubmitted() | ReviewEdited():
            content = Content(**{name: getattr(event, name) for name in Content._fields})
            return replace(review, is_known=True, content=content, is_visible=event.visible)
        case ReviewWithdrawn():
            return replace(review, content=None, reporters=frozenset(), open_reports=0)
        case ReviewModerated():
            return replace(review, is_visible=event.visible, open_reports=0)
        case ReviewReported():
            reporters = review.reporters | {event.by}
            return replace(review, reporters=reporters, open_reports=review.open_reports + 1)
        case ReviewReportsDismissed():
            return replace(review, open_reports=0)
    assert_never(event)


REVIEW = Decider(initial=Review(), decide=decide, evolve=evolve)
