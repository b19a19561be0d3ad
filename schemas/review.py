"""The commands and events of one person's review of one product.

What the person wrote, and the name under which it is shown, are sealed for that person: erasing the person leaves the
rating and removes the words.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import MISSING, Field, StringConstraints

from schemas.message import Command, Event, Id, Text
from schemas.sealed import Sealed
from schemas.text import Line, Prose

Rating = Annotated[int, Field(ge=1, le=5, strict=True)]
"""1 is the worst."""
ReviewId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{38,160}$")]
"""Names a review to everybody, and does not tell whose it is."""
Title = Annotated[Line, Field(max_length=120)]
ReviewText = Annotated[Prose, Field(min_length=1)]
DisplayName = Annotated[Line, Field(max_length=50)]


class ShownAs(StrEnum):
    """The name under which a review is shown: one that the person chose for it, `Ada L.`, or none."""

    DISPLAY_NAME = "displayName"
    FIRST_NAME = "firstName"
    ANONYMOUS = "anonymous"


class ReportReason(StrEnum):
    """What is wrong with a review."""

    OFFENSIVE = "offensive"
    SPAM = "spam"
    OFF_TOPIC = "off topic"
    PERSONAL_DATA = "personal data"
    OTHER = "other"


class ReviewCommand(Command):
    """A command for one person's review of one product."""

    product_id: Id
    user_id: Id


class SubmitReview(ReviewCommand):
    """Rate and describe a product that `order_id` has brought to the person."""

    review_id: ReviewId
    order_id: Id
    rating: Rating
    title: Sealed | None = None
    text: Sealed
    shown_as: ShownAs
    reviewer: Sealed | None = None


class EditReview(ReviewCommand):
    """Change a review; what is left out stays. A new `shown_as` comes with the name that it shows."""

    rating: Rating | MISSING = MISSING
    title: Sealed | MISSING | None = MISSING
    text: Sealed | MISSING = MISSING
    shown_as: ShownAs | MISSING = MISSING
    reviewer: Sealed | MISSING | None = MISSING


class WithdrawReview(ReviewCommand):
    """Take a review back."""


class ModerateReview(ReviewCommand):
    """Hide a review or show it (again), which also answers what was reported."""

    by: Id
    visible: bool
    reason: Text


class ReportReview(ReviewCommand):
    """Tell the shop that something is wrong with a review."""

    by: Id
    reason: ReportReason


class ReviewFact(Event):
    """An event of one person's review of one product."""

    product_id: Id
    user_id: Id


class ReviewSubmitted(ReviewFact):
    """A person has reviewed a product; `visible` is false where a hidden review was withdrawn before."""

    wire_name: ClassVar[str] = "review.submitted"

    review_id: ReviewId
    order_id: Id
    verified_purchase: Literal[True] = True
    rating: Rating
    title: Sealed | None = None
    text: Sealed
    shown_as: ShownAs
    reviewer: Sealed | None = None
    visible: bool = True


class ReviewEdited(ReviewFact):
    """The person has changed the review; the event has all of its content. `visible` is as before."""

    wire_name: ClassVar[str] = "review.edited"

    rating: Rating
    old_rating: Rating
    title: Sealed | None = None
    text: Sealed
    shown_as: ShownAs
    reviewer: Sealed | None = None
    visible: bool = True


class ReviewWithdrawn(ReviewFact):
    """The person has taken the review back; `rating` and `visible` are what it had."""

    wire_name: ClassVar[str] = "review.withdrawn"

    rating: Rating
    visible: bool = True


class ReviewModerated(ReviewFact):
    """An admin has hidden the review, or shows it again: `visible` is always another than before."""

    wire_name: ClassVar[str] = "review.moderated"

    by: Id
    visible: bool
    reason: Text
    rating: Rating


class ReviewReported(ReviewFact):
    """Somebody says that something is wrong with the review."""

    wire_name: ClassVar[str] = "review.reported"

    by: Id
    reason: ReportReason


class ReviewReportsDismissed(ReviewFact):
    """An admin has looked at what was reported, and leaves the review as it is."""

    wire_name: ClassVar[str] = "review.reports.dismissed"

    by: Id
    reason: Text


AnyReviewCommand = SubmitReview | EditReview | WithdrawReview | ModerateReview | ReportReview
ReviewEvent = (
    ReviewSubmitted | ReviewEdited | ReviewWithdrawn | ReviewModerated | ReviewReported | ReviewReportsDismissed
)
