"""The catalogue of the retailer imported, and its baskets ordered, by the commands that a user has for it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

from aioutlet.journey.baskets import Basket
from aioutlet.journey.load_generator import GOOD_TOKEN, Plan
from aioutlet.journey.shopping import is_reviewed
from schemas.catalogue_file.rows import FileFormat
from schemas.catalogue_file.writer import write_rows
from tests.browser import Browser
from tests.e2e.commands import said
from tests.e2e.running import ShopProcess

PRODUCTS = 92_331
DECLINED = 0.02
"""Share of the baskets that cannot be paid."""
IMPORTED = 900.0
"""Seconds until all products are listed, at most."""
GIVE_UP_AFTER = 300
"""Seconds without progress: the machine may have other things to do."""


def tell(line: object) -> None:
    """Say at once how far it has come: it takes long."""
    print(line, flush=True)  # noqa: T201


def write_catalogue(file: Path) -> None:
    """Write all products of the retailer."""
    from aioutlet.journey.catalogue_file import all_products

    file.write_bytes(write_rows(FileFormat.JSON_LINES, all_products()))


def find_reviewed(count: int) -> list[Basket]:
    """Return those of the first so many baskets whose orders come and are reviewed."""
    from aioutlet.journey.data import load

    baskets = load().baskets(count)
    plan = Plan(run="", baskets=baskets, decline=DECLINED)
    return [each for each in baskets if plan.token(each) == GOOD_TOKEN and is_reviewed(each)]


async def import_catalogue(shop: ShopProcess, file: Path) -> None:
    """Import the file, and wait until all of it is listed."""
    code, output = await asyncio.to_thread(said, shop, "import", str(file), timeout=IMPORTED)
    imported, last = perf_counter(), output.splitlines()[-1]
    assert code == 0, output
    assert last.endswith(f": {PRODUCTS:,} created"), output
    async with asyncio.timeout(IMPORTED), Browser(shop.addresses()["bff"]) as door:
        while (await door.get("/bff/products", params={"limit": 1}))["total"] < PRODUCTS:
            pass
    tell(f"\nimported: {last}; listed {perf_counter() - imported:.0f} s later")


async def go_shopping(shop: ShopProcess, count: int, *, timeout: float) -> None:
    """Have so many baskets go through accounts, carts and checkout; orders are delivered and reviewed."""
    report = shop.data.with_name("report.json")
    options = {"orders": count, "decline": DECLINED, "give-up-after": GIVE_UP_AFTER, "report": report}
    words = [f"--{name}={value}" for name, value in options.items()]
    code, output = await asyncio.to_thread(said, shop, "journey", *words, timeout=timeout)
    assert code == 0, output
    made = await asyncio.to_thread(_read, report)
    assert (made["ok"], made["placed"]) == (True, count)
    orders = f"{made['placed']:,} orders placed, {made['completed']:,} completed"
    tell(f"journey: {orders}, {made['orders_per_second']:.1f}/s, in {made['seconds']:,.0f} s")
    shopping = made["shopping"]
    changes = f"{shopping['cart_changes']:,} changes of carts, {shopping['guest_carts']:,} guests' carts taken over"
    reviews = f"{shopping['reviews']:,} reviews, {shopping['reviews_changed']:,} changed"
    tell(f"  {shopping['accounts']:,} accounts, {changes}, {reviews}")


def _read(report: Path) -> Mapping[str, Any]:
    made: Mapping[str, Any] = orjson.loads(report.read_bytes())
    return made
