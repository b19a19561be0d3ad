"""Reviews as they are answered: to everybody, to their authors, and to admins, with what is sealed opened."""

from collections.abc import Sequence
from typing import Any, TypeVar

from query_api.context import Opener
from query_api.opening import open_texts
from schemas.documents import Document, ReviewState
from schemas.message import Id, IncompleteFrom, Message
from schemas.review import Rating, ReportReason, ReviewId, ShownAs

SEALED = ("title", "text", "reviewer")
EMPTY_RATING: Document = {"average": None, "count": 0, "histogram": [0, 0, 0, 0, 0]}


class Summary(Message):
    """The ratings of a product's visible reviews: their mean to two decimals, and how many gave 1, 2, 3, 4 and 5."""

    average: float | None
    count: int
    histogram: tuple[int, int, int, int, int]


class PublicReview(Message):
    """A review as everybody sees it; its words and name are null once its person is erased.

    `userId` is null where the person wants to be anonymous.
    """

    product_id: Id
    review_id: ReviewId
    user_id: Id | None
    rating: Rating
    title: str | None
    text: str | None
    shown_as: ShownAs
    reviewer: str | None
    verified_purchase: bool = True
    created_at: str
    edited_at: str | None
    incomplete_from: IncompleteFrom = None


class Decision(Message):
    """What an admin last decided about a review, and why."""

    reason: str
    at: str


class OwnReview(PublicReview):
    """A review as its author sees it."""

    order_id: Id
    state: ReviewState
    decision: Decision | None
    version: int
    position: int


class ReviewReport(Message):
    """What somebody finds wrong with a review."""

    by: Id
    reason: ReportReason
    at: str


class Moderation(Decision):
    """A decision, and whose it is."""

    by: Id


class ModeratedReview(OwnReview):
    """A review as admins see it, with what was reported since one of them last decided."""

    moderation: Moderation | None
    reports: tuple[ReviewReport, ...]


R = TypeVar("R", bound=PublicReview)


async def present_all(documents: Sequence[Document], opener: Opener, kind: type[R]) -> list[R]:
    """Return reviews as `kind` shows them; all of them are opened at once."""
    opened = iter(await open_texts(opener, [document[name] for document in documents for name in SEALED]))
    texts = [{name: next(opened) for name in SEALED} for _ in documents]
    return [kind(**_fields(document, kind) | text) for document, text in zip(documents, texts, strict=True)]


def summary_of(product: Document) -> Summary:
    """Return what the product's document says of its reviews."""
    return Summary(**product.get("rating", EMPTY_RATING))


def _fields(document: Document, kind: type[PublicReview]) -> dict[str, Any]:
    is_anonymous = document["shownAs"] == ShownAs.ANONYMOUS
    fields = document | {"decision": document["moderation"]}
    return fields | {"userId": None} if is_anonymous and kind is PublicReview else fields
