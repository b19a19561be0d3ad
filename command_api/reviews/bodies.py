"""The bodies of requests for reviews; their texts are plain, and shown as they are."""

from typing import Annotated

from pydantic import MISSING, Field

from schemas.message import Command, Id
from schemas.review import DisplayName, Rating, ReportReason, ReviewText, ShownAs, Title
from schemas.text import Line

MAX_CANDIDATES = 50


class NewReview(Command):
    """A review of a product that was bought: in the order `orderId`, or in one of the `candidateOrderIds`.

    `displayName` is the name under which it is shown, where `shownAs` says so.
    """

    product_id: Id
    order_id: Id | None = None
    candidate_order_ids: Annotated[tuple[Id, ...], Field(max_length=MAX_CANDIDATES)] = ()
    rating: Rating
    title: Title | None = None
    text: ReviewText
    shown_as: ShownAs = ShownAs.ANONYMOUS
    display_name: DisplayName | None = None


class ReviewChanges(Command):
    """New content of a review (RFC 7396): what is left out stays, and a `title` of null is removed.

    `displayName` comes with the `shownAs` that shows it.
    """

    rating: Rating | MISSING = MISSING
    title: Title | MISSING | None = MISSING
    text: ReviewText | MISSING = MISSING
    shown_as: ShownAs | MISSING = MISSING
    display_name: DisplayName | None = None


class Moderation(Command):
    """Whether a review is shown, and why."""

    visible: bool
    reason: Line


class Report(Command):
    """What is wrong with a review."""

    reason: ReportReason


class ChangeOfReview(Command):
    """A body with the ids of its review, to be fingerprinted together."""

    product_id: Id
    review: str = ""
    body: ReviewChanges | Moderation | Report | None = None
