"""The average and the histogram of a product's reviews."""

from typing import TypeGuard

from schemas.documents import Document
from schemas.message import Event
from schemas.review import ReviewEdited, ReviewModerated, ReviewSubmitted, ReviewWithdrawn

AnyReviewOfRating = ReviewSubmitted | ReviewEdited | ReviewWithdrawn | ReviewModerated
NO_REVIEWS: Document = {"average": None, "count": 0, "histogram": [0, 0, 0, 0, 0]}


def is_review(event: Event) -> TypeGuard[AnyReviewOfRating]:
    return isinstance(event, AnyReviewOfRating)


def rating_after(rating: Document, event: AnyReviewOfRating) -> Document:
    """Return what the reviews that are shown give: the average to two decimals, their number, and how many of each."""
    histogram = [*rating["histogram"]]
    for stars, change in _changes(event):
        histogram[stars - 1] += change
    count = sum(histogram)
    total = sum(stars * number for stars, number in enumerate(histogram, 1))
    return {"average": _rounded(total, count) if count else None, "count": count, "histogram": histogram}


def _changes(event: AnyReviewOfRating) -> list[tuple[int, int]]:
    match event:
        case ReviewModerated():
            return [(event.rating, 1 if event.visible else -1)]
        case _ if not event.visible:
            return []
        case ReviewSubmitted():
            return [(event.rating, 1)]
        case ReviewEdited():
            return [(event.old_rating, -1), (event.rating, 1)]
        case ReviewWithdrawn():
            return [(event.rating, -1)]


def _rounded(total: int, count: int) -> float:
    """Halves are rounded up."""
    return (200 * total + count) // (2 * count) / 100
