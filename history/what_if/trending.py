"""What would be trending by other weights: the recorded views, cart adds and orders, weighed both ways."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from history.what_if.configuration import read_configs, value_of
from history.what_if.log import Period, ReadOnlyLog, read_events
from projectors.models.trending import TRENDING_CARTS, TRENDING_ORDERS, TRENDING_VIEWS
from schemas.config import ConfigKey, TrendingWeights
from schemas.what_if import MAX_SHOWN, RankedProduct, Span, TrendingDifference

COUNTED = (TRENDING_VIEWS, TRENDING_CARTS, TRENDING_ORDERS)
"""The read models that count, in the order of the ranking's signals."""


class Ranking(Protocol):
    """Scores of products by one set of weights; `query_api.trending_ranking.Ranking` is one."""

    def add(self, signal: int, minute: datetime, counts: Mapping[str, int]) -> None:
        """Add what was counted in a minute."""

    def ranked(self, now: datetime) -> Iterator[tuple[str, float]]:
        """Yield products and their scores, the highest first."""


Rank = Callable[[TrendingWeights, datetime], Ranking]
"""Makes an empty ranking of these weights, as of a time."""


async def what_if_weighed(
    log: ReadOnlyLog, candidate: TrendingWeights, period: Period, *, rank: Rank, now: datetime
) -> TrendingDifference:
    """Rank what was counted in a period by the weights in force and by the candidate, as of `now`."""
    configs = await read_configs(log, period.until)
    weights = value_of(configs[-1], ConfigKey.TRENDING, TrendingWeights())
    rankings = (rank(weights, now), rank(candidate, now))
    types = {name: signal for signal, model in enumerate(COUNTED) for name in model.types}
    async for envelope in read_events(log, period, types):
        signal = types[envelope.type]
        for _, (minute, counts) in COUNTED[signal].touches(envelope):
            for ranking in rankings:
                ranking.add(signal, datetime.fromisoformat(minute), counts)
    recorded, other = (
        {product: (rank, score) for rank, (product, score) in enumerate(each.ranked(now), 1)} for each in rankings
    )
    products = [_ranked(product, recorded, other) for product in {**other, **recorded}]
    return TrendingDifference(
        span=Span(first=period.after + 1, last=period.until, left_out=False),
        weights=weights,
        candidate=candidate,
        moved=sum(each.rank != each.candidate_rank for each in products),
        products=tuple(products[:MAX_SHOWN]),
    )


Ranks = Mapping[str, tuple[int, float]]


def _ranked(product: str, recorded: Ranks, candidate: Ranks) -> RankedProduct:
    rank, score = recorded.get(product, (None, 0.0))
    candidate_rank, candidate_score = candidate.get(product, (None, 0.0))
    return RankedProduct(
        product_id=product, rank=rank, score=score, candidate_rank=candidate_rank, candidate_score=candidate_score
    )
