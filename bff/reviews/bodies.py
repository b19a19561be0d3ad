"""What a browser says about reviews."""

from typing import Annotated

from pydantic import MISSING, Field

from schemas.message import Command, Id
from schemas.review import DisplayName, Rating, ReportReason, ReviewText, ShownAs, Title
from schemas.text import Line


class NewReview(Command):
    """A review of a product that one has bought; without `orderId` the order is found.

    `displayName` is the name under which it is shown, where `shownAs` says so.
    """

    product_id: Id
    order_id: Id | None = None
    rating: Rating
    title: Title | None = None
    text: ReviewText
    shown_as: ShownAs = ShownAs.ANONYMOUS
    display_name: DisplayName | None = None


class ReviewWithCandidates(NewReview):
    """The same, with the orders that may be the purchase."""

    candidate_order_ids: Annotated[tuple[Id, ...], Field(max_length=50)]


class ReviewChanges(Command):
    """New content of a review: what is left out stays, and a `title` of null is removed.

    `displayName` comes with the `shownAs` that shows it.
    """

    rating: Rating | MISSING = MISSING
    title: Title | MISSING | None = MISSING
    text: ReviewText | MISSING = MISSING
    shown_as: ShownAs | MISSING = MISSING
    display_name: DisplayName | None = None


class ModerationOfReview(Command):
    """Whether a review is shown, and why."""

    visible: bool
    reason: Line


class ReportOfReview(Command):
    """What is wrong with a review."""

    reason: ReportReason
