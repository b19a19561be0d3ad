"""Reviews as they are answered to the browser."""

from schemas.accepted import Accepted
from schemas.documents import ReviewState
from schemas.message import IncompleteFrom, Message, Time
from schemas.review import ReportReason, ShownAs


class ReviewAccepted(Accepted):
    """A command about one's review, or an admin's about anybody's, was recorded."""

    product_id: str
    user_id: str


class ReportAccepted(Message):
    """The shop will look at the review."""

    product_id: str
    review_id: str


class Summary(Message):
    """The ratings of a product's reviews: their mean to two decimals, and how many gave 1, 2, 3, 4 and 5."""

    average: float | None
    count: int
    histogram: list[int]


class Review(Message):
    """A review as everybody sees it; its words and name are null once its person is erased.

    `userId` is null where the person wants to be anonymous.
    """

    product_id: str
    review_id: str
    user_id: str | None
    rating: int
    title: str | None
    text: str | None
    shown_as: ShownAs
    reviewer: str | None
    verified_purchase: bool
    created_at: Time
    edited_at: Time | None
    incomplete_from: IncompleteFrom = None


class Decision(Message):
    """What an admin last decided about a review, and why."""

    reason: str
    at: Time


class OwnReview(Review):
    """A review as its author sees it."""

    order_id: str
    state: ReviewState
    decision: Decision | None
    version: int
    position: int


class Report(Message):
    """What somebody finds wrong with a review."""

    by: str
    reason: ReportReason
    at: Time


class Moderation(Decision):
    """A decision, and whose it is."""

    by: str


class ModeratedReview(OwnReview):
    """A review as admins see it, with what was reported since one of them last decided."""

    moderation: Moderation | None
    reports: list[Report]


class ProductReviews(Message):
    """One part of a product's reviews, and the summary of all of them; `next` is the cursor of the next, if any."""

    items: list[Review]
    total: int
    next: str | None
    summary: Summary


class PersonReviews(Message):
    """One part of a person's reviews, the newest first; one's own also say where they stand."""

    items: list[OwnReview] | list[Review]
    total: int
    next: str | None


class ReviewsToModerate(Message):
    """One part of the reviews that admins look at."""

    items: list[ModeratedReview]
    total: int
    next: str | None


class Purchases(Message):
    """Orders that may be the purchase behind a review."""

    order_ids: list[str]
