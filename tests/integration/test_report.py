"""`aioutlet report`: its figures are those of the shop that traded, and its page needs nothing else."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aioutlet.analytics.figures import COHORTS, DEPARTMENTS, FUNNEL, REFUNDS, STEPS
from aioutlet.analytics.report import build_report
from aioutlet.cli import app
from aioutlet.data_folder import LOG
from event_store.sqlite.store import sqlite_store
from history.tables.database import LogDatabase
from history.tables.parts import open_parts
from tests.trading import BEGIN, EVERY_REFUSED, PRODUCTS, SetTime, trade

ORDERS = 40
REFUSED = range(0, ORDERS, EVERY_REFUSED)
TOTALS = [list(PRODUCTS.values())[number % 3][1] * (1 + number % 2) for number in range(ORDERS)]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LogDatabase]:
    """The log of a shop of which every figure can be counted."""
    with LogDatabase(asyncio.run(files_of_trade(tmp_path_factory.mktemp("shop")))) as tables:
        yield tables


async def files_of_trade(folder: Path) -> list[Path]:
    clock = SetTime()
    store = sqlite_store(folder / LOG, clock=clock)
    await trade(store, clock, orders=ORDERS)
    async with open_parts(store, folder / "analytics") as files:
        await store.close()
        return files


def test_the_funnel_counts_orders_once(tables: LogDatabase) -> None:
    assert dict(tables.ask(FUNNEL).rows) == {
        "carts begun": ORDERS,
        "carts checked out": ORDERS,
        "orders placed": ORDERS,
        "orders paid": ORDERS,
        "orders completed": ORDERS - len(REFUSED),
        "orders shipped": 0,
        "orders delivered": 0,
    }


def test_refunds_are_of_what_was_captured_at_the_time(tables: LogDatabase) -> None:
    rows = tables.ask(REFUNDS.replace("$step", "'month'")).rows
    assert (sum(row[2] for row in rows), sum(row[3] for row in rows)) == (sum(TOTALS), sum(TOTALS[n] for n in REFUSED))
    months = Counter(f"{BEGIN + number * timedelta(days=3):%Y-%m-01}" for number in range(ORDERS))
    assert [row[0] for row in rows] == sorted(months)
    assert all(rate == refunded / captured for _, _, captured, refunded, rate in rows)


def test_revenue_is_of_goods_that_were_paid_and_kept(tables: LogDatabase) -> None:
    kept = Counter[str]()
    for number in set(range(ORDERS)) - set(REFUSED):
        kept[list(PRODUCTS.values())[number % 3][0]] += TOTALS[number]
    assert [(row[0], row[3]) for row in tables.ask(DEPARTMENTS).rows] == kept.most_common()


def test_everybody_is_in_the_cohort_of_their_first_month(tables: LogDatabase) -> None:
    first: dict[str, str] = {}
    for number in range(ORDERS):
        first.setdefault(f"customer-{number % 12 if number % 3 else 0}", f"{BEGIN + number * timedelta(days=3):%Y-%m}")
    rows = tables.ask(COHORTS).rows
    assert {row[0]: row[2] for row in rows if row[1] == 0} == Counter(first.values())
    assert all(0 < row[3] <= 1 for row in rows)


def test_steps_take_as_long_as_between_request_and_answer(tables: LogDatabase) -> None:
    rows = {row[0]: row for row in tables.ask(STEPS).rows}
    assert list(rows) == ["payment", "inventory", "shipping", "whole saga"]
    assert rows["shipping"][1] == rows["whole saga"][1] == ORDERS - len(REFUSED)
    assert 0.2 <= rows["payment"][2] <= rows["payment"][4] <= 0.5


def test_the_page_has_every_plot_in_its_own_colours_and_asks_nobody(tables: LogDatabase) -> None:
    page = build_report(tables)
    assert page.count("<svg") == page.count("<h2>") == 5
    assert "var(--accent)" in page
    assert not re.search(r"#0[1-5]0[1-5]0[1-5]", page)
    assert not re.search(r'(?:src|href)="(?!#)', re.sub(r'xlink:href="#[^"]*"|xmlns(:\w+)?="[^"]*"', "", page))


def test_a_log_without_orders_is_a_page_that_says_so(tmp_path: Path) -> None:
    with LogDatabase([]) as tables:
        page = build_report(tables)
    assert page.count("The log has no such events yet.") == 4
    (tmp_path / "none.jsonl").touch()
    written = CliRunner().invoke(app, ["report", str(tmp_path / "r.html"), "--from", str(tmp_path / "none.jsonl")])
    assert written.exit_code == 0, written.output
    assert (tmp_path / "r.html").read_text() == page
