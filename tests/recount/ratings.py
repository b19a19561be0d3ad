"""The ratings of products by SQL over the exported log: from how each review stands, whatever became of it before."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.recount.exported_log import ExportedLog

HUNDREDTH = 0.01
"""To which an average is rounded."""
REVIEWS = """
select data->>'productId' as product, arg_max(cast(data->>'rating' as integer), position) as rating,
    arg_max(cast(data->>'visible' as boolean), position) as visible,
    arg_max(type, position) filter (type in ('review.submitted', 'review.withdrawn')) = 'review.submitted' as stands
from log where type in ('review.submitted', 'review.edited', 'review.withdrawn', 'review.moderated')
group by data->>'productId', data->>'userId'
"""
HISTOGRAMS = f"""
select product, {", ".join(f"count(*) filter (visible and stands and rating = {stars})" for stars in range(1, 6))}
from ({REVIEWS}) group by product
"""


class Rating(NamedTuple):
    """How many of the reviews that are shown have 1, 2, 3, 4 and 5 stars."""

    histogram: tuple[int, ...]

    @property
    def number(self) -> int:
        return sum(self.histogram)

    @property
    def average(self) -> float | None:
        """The mean, which is told to two decimals."""
        stars = sum(each * n for each, n in enumerate(self.histogram, 1))
        return stars / self.number if self.number else None


def ratings(log: ExportedLog) -> dict[str, Rating]:
    """Return the rating of every product that was ever reviewed."""
    return {product: Rating(tuple(histogram)) for product, *histogram in log.rows(HISTOGRAMS)}


def is_told(page: Mapping[str, Any], rating: Rating) -> bool:
    """Whether a page of reviews tells this rating, and their number."""
    told = page["summary"]
    if (told["count"], page["total"], told["histogram"]) != (rating.number, rating.number, [*rating.histogram]):
        return False
    if rating.average is None:
        return told["average"] is None
    return bool(abs(told["average"] - rating.average) <= HUNDREDTH / 2 + 1e-9)
