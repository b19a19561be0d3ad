"""What is trending, in all and in each department: the scores, their reasons, and that nothing higher is left out."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from query_api.trending_index import MAX_AGE
from schemas.config import TrendingWeights
from tests.browser import Answer, Browser
from tests.e2e.whole_journey.comparison import Comparison, departments
from tests.recount.exported_log import ExportedLog
from tests.recount.trending import counts_of_day, scores

LIMIT = 100
ROUNDING, ADDING = 0.0005, 1e-9
"""Of a score that is told to three decimals; and in proportion to it, of a sum of very many parts."""
COUNTS = {"view": "viewsToday", "cart_add": "cartAddsToday", "order": "ordersToday"}
HOMES = "select data->>'productId', data->>'department' from log where type = 'product.created'"
Scores = Mapping[str, float]


class Asked(NamedTuple):
    """An answer, and the moments before it was asked for and after it came."""

    items: list[Answer]
    before: datetime
    after: datetime


async def compare_trending(door: Browser, log: ExportedLog, *, rested_at: datetime) -> Comparison:
    """Compare every list of what is trending; a score fades while it is asked for, from `before` to `after`."""
    lists = [None, *await departments(door)]
    homes: dict[str, str] = dict(log.rows(HOMES))
    differing: list[object] = []
    compared = 0
    for department in lists:
        asked = await _ask(door, department, rested_at)
        highest, lowest = (
            {each: n for each, n in scores(log, at, TrendingWeights()).items() if department in (None, homes[each])}
            for at in (asked.before, asked.after)
        )
        found = (*_wrong_scores(asked, highest, lowest), *_wrong_counts(asked, log))
        differing += [(department, *each) for each in found]
        compared += len(asked.items)
    return Comparison("trending", f"{compared:,} scores in {len(lists)} lists", differing)


async def _ask(door: Browser, department: str | None, rested_at: datetime) -> Asked:
    """Ask until what is answered was read after the shop had come to rest."""
    parameters = {"limit": LIMIT} | ({"department": department} if department else {})
    while True:
        before = datetime.now(UTC)
        items = (await door.get("/bff/products/trending", params=parameters))["items"]
        if before > rested_at + MAX_AGE:
            return Asked(items, before, datetime.now(UTC))


def _wrong_scores(asked: Asked, highest: Scores, lowest: Scores) -> Iterator[tuple[object, ...]]:
    listed = {each["productId"]: each["trending"]["score"] for each in asked.items}
    for each, n in listed.items():
        slack = ROUNDING + ADDING * n
        if not lowest.get(each, 0.0) - slack <= n <= highest.get(each, 0.0) + slack:
            yield each, n, lowest.get(each), highest.get(each)
    yield from (("not in order", *two) for two in pairwise(listed.values()) if two[0] < two[1])
    if len(listed) < LIMIT:
        yield from (("left out", each) for each in lowest.keys() - listed.keys())
    else:
        least = min(listed.values()) * (1 + ADDING) + ROUNDING
        yield from (("left out", each, n) for each, n in lowest.items() if n > least and each not in listed)


def _wrong_counts(asked: Asked, log: ExportedLog) -> Iterator[tuple[object, ...]]:
    counts = counts_of_day(log, asked.before)
    for each in asked.items:
        product, told = each["productId"], each["trending"]
        expected = {name: counts.get((product, signal), 0) for signal, name in COUNTS.items()}
        if {name: told[name] for name in expected} != expected:
            yield product, told, expected
