"""What the query API and the report tell of the baskets, beside the same query on the retailer's own tables."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from aioutlet.analytics.figures import COHORTS, DEPARTMENTS, FUNNEL, REFUNDS
from history.tables.database import LogDatabase
from query_api.routers.analytics import MAX_SPANS, STEPS
from schemas.config import TrendingWeights
from tests.e2e.whole_journey.comparison import Comparison, unlike
from tests.e2e.whole_journey.products import compare_stock
from tests.e2e.whole_journey.together import compare_together
from tests.integration.doors.counter import ANN
from tests.integration.doors.reader import Reader
from tests.real_year.shop import ATTEMPTS, UNAVAILABLE
from tests.recount.analytics import Answer, check_all_analytics
from tests.recount.figures import FORMATS, Recount
from tests.recount.retailer import Extent, RetailerTables
from tests.recount.trending import counts_of_day, scores

REPORT = {
    "funnel": FUNNEL,
    "cohorts": COHORTS,
    "departments": DEPARTMENTS,
    **{f"refunds by {step}": REFUNDS.replace("$step", f"'{step}'") for step in ("day", "week", "month")},
}
"""What `aioutlet report` asks, but for the time of the saga's steps."""
LIMIT = 100
OK = 200
MADE = "select department, count(*) from product_created group by all"
HOMES = "select product_id, department from product_created"
TODAY = {"cart_add": "cartAddsToday", "order": "ordersToday", "view": "viewsToday"}


class PatientReader:
    """Asks a query API as an admin, again where it says that it has not found the answer in time."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @property
    def now(self) -> datetime:
        """The time at which it is asked."""
        return self._reader.now

    async def told(self, path: str, **asked: object) -> Any:
        """Return the answer to these parameters."""
        for _ in range(ATTEMPTS):
            answer = await self._reader.asks(path, headers=ANN, params=asked)
            if answer.status_code != UNAVAILABLE:
                break
        assert answer.status_code == OK, answer.text
        return answer.json()


async def comparisons(
    reader: Reader, tables: RetailerTables, extent: Extent, folder: Path
) -> AsyncIterator[Comparison]:
    """Compare one kind of figure after the other; in `folder` is a copy of the log in columns."""
    reader.now = extent.end - timedelta(seconds=1)
    patient, recount = PatientReader(reader), Recount(tables)
    for by in FORMATS:
        yield await compare_analytics(patient, recount, extent, by)
    yield await compare_stock(lambda page: patient.told("/admin/stock", **page), tables)
    yield await compare_departments(patient, tables)
    yield await compare_trending(patient, tables)
    yield compare_report(tables, folder)
    yield await compare_together(lambda product: patient.told(f"/products/{product}/bought-together"), tables)


async def compare_analytics(reader: PatientReader, recount: Recount, extent: Extent, by: str) -> Comparison:
    """Compare the figures of every hour or day, and of each span that is answered; the first that differs is named."""
    answers = [
        await reader.told("/admin/analytics", **{"by": by, "from": first.isoformat(), "to": end.isoformat()})
        for first, end in _spans(extent, MAX_SPANS[by] * STEPS[by])
    ]
    assert len(recount.figures(by)) > extent.days / 2
    periods = sum(len(answer["items"]) for answer in answers)
    about, differing = "some", list[object]()
    try:
        about = f"{check_all_analytics(answers, recount):,}"
    except AssertionError as error:
        differing.append(str(error))
    return Comparison(f"analytics by {by}", f"{about} figures of {periods:,} periods", differing)


def _spans(extent: Extent, longest: timedelta) -> list[tuple[datetime, datetime]]:
    """Return an extent in spans of what one answer takes."""
    begins = [extent.start]
    while begins[-1] + longest < extent.end:
        begins.append(begins[-1] + longest)
    return list(zip(begins, [*begins[1:], extent.end], strict=True))


async def compare_departments(reader: PatientReader, tables: RetailerTables) -> Comparison:
    """Compare how many products each department lists."""
    told = {each["department"]: each["total"] for each in await reader.told("/products/departments")}
    made: dict[str, int] = dict(tables.rows(MADE))
    return Comparison("products", f"{sum(made.values()):,} in {len(made)} departments", unlike(told, made))


async def compare_trending(reader: PatientReader, tables: RetailerTables) -> Comparison:
    """Compare what is trending at the end, in all and in each department: scores, their order, and their reasons."""
    homes: dict[str, str] = dict(tables.rows(HOMES))
    recounted, counts = scores(tables, reader.now, TrendingWeights()), counts_of_day(tables, reader.now)
    lists: list[str | None] = [None, *sorted(set(homes.values()))]
    differing: list[object] = []
    compared = 0
    for department in lists:
        wanted = {each: n for each, n in recounted.items() if department in (None, homes[each])}
        asked: dict[str, object] = {"limit": LIMIT} | ({"department": department} if department else {})
        items = (await reader.told("/products/trending", **asked))["items"]
        if not _is_ranked(items, wanted) or not all(_is_counted(each, counts) for each in items):
            differing.append((department, items[:2]))
        compared += len(items)
    return Comparison("trending", f"{compared:,} scores in {len(lists)} lists", differing)


def _is_ranked(items: Sequence[Answer], wanted: Mapping[str, float]) -> bool:
    """Whether each has its score, and no product that is left out a higher one; near scores may change places."""
    told = [each["trending"]["score"] for each in items]
    own = [wanted.get(each["productId"], 0.0) for each in items]
    highest = sorted(wanted.values(), reverse=True)[:LIMIT]
    return told == pytest.approx(own, rel=1e-9, abs=6e-4) and told == pytest.approx(highest, rel=1e-9, abs=6e-4)


def _is_counted(item: Answer, counts: Mapping[tuple[str, str], int]) -> bool:
    product, told = item["productId"], item["trending"]
    return all(told[name] == counts.get((product, signal), 0) for signal, name in TODAY.items())


def compare_report(tables: RetailerTables, folder: Path) -> Comparison:
    """Compare every row of the report; in the folder is the log in columns."""
    differing: list[object] = []
    compared = 0
    with LogDatabase(sorted(folder.rglob("*.parquet"))) as log:
        for name, sql in REPORT.items():
            told, recounted = log.ask(sql).rows, tables.rows(sql)
            assert recounted, name
            differing += [(name, *rows) for rows in zip_longest(told, recounted) if rows[0] != rows[1]]
            compared += len(recounted)
    return Comparison("report", f"{compared:,} rows of {len(REPORT)} questions", differing)
