"""What is trending by SQL."""

from collections import defaultdict
from datetime import datetime

from schemas.config import TrendingWeights
from tests.recount.tables import Tables

DAYS = 7
SIGNALS = """
select product, minute, 'view' as signal, sum(n) as n from viewed group by all
union all select product, date_trunc('minute', moment), 'cart_add', count(*) from added group by all
union all select product, date_trunc('minute', moment), 'order', count(*) from (
    select distinct id, moment, line.productId as product from lines) group by all
"""
SCORES = f"""
select product, signal, sum(n * pow(0.5, epoch($now - minute) / 3600 / $half_life))
from ({SIGNALS}) where minute >= date_trunc('day', $now) - interval {DAYS - 1} day group by all
"""
COUNTS = f"select product, signal, sum(n) from ({SIGNALS}) where date_trunc('day', minute) = $day group by all"


def scores(log: Tables, now: datetime, weights: TrendingWeights) -> dict[str, float]:
    """Return the scores at `now` of all products of which something was counted in the last days."""
    found: dict[str, float] = defaultdict(float)
    at = now.replace(tzinfo=None)
    for product, signal, faded in log.rows(SCORES, now=at, half_life=weights.half_life_hours):
        found[product] += getattr(weights, signal) * faded
    return found


def counts_of_day(log: Tables, now: datetime) -> dict[tuple[str, str], int]:
    """Return what was counted on the day of `now`, by product and signal."""
    day = now.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    return {(product, signal): int(n) for product, signal, n in log.rows(COUNTS, day=day)}
