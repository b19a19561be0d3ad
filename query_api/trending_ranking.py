"""Scores of products and their order, kept up to date count by count.

A count of age `a` is worth `weight · 2^(-a / half-life)`. All counts fade alike, so their order needs no clock: a count
is worth `2^((its minute - origin) / half-life)` once and for all, and a score is faded when it is asked for.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from schemas.config import TrendingWeights

DAYS = 7
"""Days that count, today (in UTC) included."""
SIGNALS = ("view", "cart_add", "order")
"""What is counted; their weights have these names."""


class Ranking:
    """The scores of one set of weights; at the beginning of a day the counts of the oldest leave."""

    def __init__(self, weights: TrendingWeights, now: datetime) -> None:
        self.weights = weights
        self.first_day = _first_day(now)
        self._origin = now
        self._by_day: dict[date, dict[str, float]] = defaultdict(dict)
        self._scores: dict[str, float] = {}
        self._ranked: list[tuple[float, str]] = []
        self._changed: set[str] = set()
        self._today: dict[str, list[int]] = {}

    def add(self, signal: int, minute: datetime, counts: Mapping[str, int]) -> None:
        """Add what was counted in a minute; `signal` is an index of `SIGNALS`, and counts may be negative."""
        day = minute.date()
        if not self.first_day <= day <= self._last_day() + timedelta(days=1):
            return
        worth = getattr(self.weights, SIGNALS[signal]) * self._growth(minute)
        of_day, is_today = self._by_day[day], day == self._last_day()
        for product_id, n in counts.items():
            of_day[product_id] = of_day.get(product_id, 0.0) + worth * n
            self._scores[product_id] = self._scores.get(product_id, 0.0) + worth * n
            if is_today:
                self._today.setdefault(product_id, [0] * len(SIGNALS))[signal] += n
        self._changed.update(counts)

    def move_to(self, now: datetime) -> None:
        """Let the day begin that it is now, if it has not begun yet."""
        if _first_day(now) <= self.first_day:
            return
        fading, self._origin = 1 / self._growth(now), now
        self.first_day = _first_day(now)
        kept = {day: scores for day, scores in self._by_day.items() if day >= self.first_day}
        self._by_day, self._scores, self._today = defaultdict(dict), {}, {}
        for day, scores in kept.items():
            self._by_day[day] = {product_id: score * fading for product_id, score in scores.items()}
            for product_id, score in self._by_day[day].items():
                self._scores[product_id] = self._scores.get(product_id, 0.0) + score
        self._ranked, self._changed = [], set(self._scores)

    def ranked(self, now: datetime) -> Iterator[tuple[str, float]]:
        """Yield products and their scores, the highest first, equal ones by id."""
        self._sort()
        fading = 1 / self._growth(now)
        return ((product_id, -score * fading) for score, product_id in self._ranked)

    def score(self, product_id: str, now: datetime) -> float:
        """Return the score of a product, 0 if nothing of it was counted."""
        return self._scores.get(product_id, 0.0) / self._growth(now)

    def today(self, product_id: str) -> dict[str, int]:
        """Return what was counted of a product today, by signal."""
        return dict(zip(SIGNALS, self._today.get(product_id, (0,) * len(SIGNALS)), strict=True))

    def _sort(self) -> None:
        """Sort; what has not changed is in order, so it takes little more than one pass."""
        if self._changed:
            self._ranked = [entry for entry in self._ranked if entry[1] not in self._changed]
            self._ranked += sorted((-score, each) for each in self._changed if (score := self._scores[each]) > 0)
            self._ranked.sort()
            self._changed = set()

    def _growth(self, at: datetime) -> float:
        return float(2 ** ((at - self._origin) / timedelta(hours=self.weights.half_life_hours)))

    def _last_day(self) -> date:
        return self.first_day + timedelta(days=DAYS - 1)


def _first_day(now: datetime) -> date:
    return now.astimezone(UTC).date() - timedelta(days=DAYS - 1)
