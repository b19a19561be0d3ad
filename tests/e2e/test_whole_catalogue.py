"""Lists, search and product pages of a large catalogue are quick and right while orders are placed.

`PRODUCTS` says of how many products: 2,000 unless it is set; `make test-catalogue` takes all 92,331 of the real
retailer, on the embedded document server, through the real projector. Requests come at a constant rate, and their time
counts from when each was due.
"""

import asyncio
import gc
import os
import random
from collections import Counter as Counts
from collections.abc import Iterator, Sequence
from itertools import count, cycle, starmap
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
import pytest

import command_api.main
from aioutlet.components import open_event_store
from aioutlet.data_folder import LOG, make_folder
from aioutlet.demo.load import read_catalogue
from aioutlet.identity_parts import open_embedded_identity
from aioutlet.settings import Settings
from bench.load import calling, constant, request, sending
from bench.statistics import percentile
from command_api.accounts.accounts import Accounts
from edge.rate_limits import RateLimiter
from identity.passwords import PasswordHasher
from identity.tokens import TokenIssuer
from tests.accounts import QUICK_MEMORY
from tests.e2e.customers import SERVICE_UNAVAILABLE, Counter, counter
from tests.e2e.running import SECRET, ShopProcess
from tests.services.waiting import STUCK_AFTER
from text.search_words import search_words

NUMBER = int(os.environ.get("PRODUCTS", "2000"))
IS_FULL = NUMBER > 90_000
SECONDS = 40.0 if IS_FULL else 8.0
READS, ORDERS = (50.0, 10.0) if IS_FULL else (20.0, 2.0)
"""A second."""
LIMIT = 50.0 if IS_FULL else 2_000.0
"""Milliseconds that 95 of 100 answers may take; beside other tests only what is out of all proportion is noticed."""
CATCHING_UP = 900.0 if IS_FULL else STUCK_AFTER
CONNECTIONS = 16
BATCH = 500
IN_STOCK = 1_000
"""Products of which there is a delivery; orders are for these."""
SETTINGS = {
    "AIOUTLET_TOKEN_SECRET": SECRET,
    "AIOUTLET_DEMO": "false",
    "AIOUTLET_LOG_LEVEL": "WARNING",
    "AIOUTLET_RATE_LIMITS": "off",
}
Product = dict[str, Any]


def catalogue() -> list[Product]:
    """So many products as the fields of their commands: all of the retailer, or those of the demo in many sizes."""
    if IS_FULL:
        from aioutlet.journey.catalogue_file import all_products

        return [{name: value for name, value in each.items() if name != "forSale"} for each in all_products()]
    demo = [each.model_dump(mode="json", by_alias=True) for each in read_catalogue().products]
    return [
        each | {"productId": f"{each['productId']}-{size}", "name": f"{each['name']}, size {size}"}
        for size, each in zip((number // len(demo) for number in range(NUMBER)), cycle(demo), strict=False)
    ]


async def fill(data: Path, products: Sequence[Product]) -> None:
    """Record the products and a delivery of some in a folder that no shop has open."""
    make_folder(data)
    settings = Settings(data=data, token_secret=SECRET)
    headers = {"Authorization": f"Bearer {TokenIssuer(SECRET).issue('staff', ('admin',), 'admin')}"}
    async with open_event_store(str(data / LOG)) as store, open_embedded_identity(settings) as identity:
        passwords = PasswordHasher(memory=QUICK_MEMORY, passes=1)
        app = command_api.main.build_app(store, accounts=Accounts(identity, passwords, RateLimiter(None)))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop", headers=headers) as commands:
            for start in range(0, len(products), BATCH):
                await post(commands, "/products/import", {"products": products[start : start + BATCH]})
            items = [{"productId": each["productId"], "quantity": 1_000} for each in products[:IN_STOCK]]
            await post(commands, "/inventory/receipts", {"receiptId": "all", "items": items})
        await passwords.close()


async def post(commands: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    """Send what may be repeated until it is answered: a busy machine may take too long."""
    async with asyncio.timeout(STUCK_AFTER):
        while (answer := await commands.post(path, json=body)).status_code == SERVICE_UNAVAILABLE:
            pass
    answer.raise_for_status()


class Shop(NamedTuple):
    """A shop with a large catalogue, and what is in it."""

    addresses: dict[str, str]
    products: Sequence[Product]
    counter: Counter


async def caught_up(shop: Shop) -> None:
    """Wait until all products are listed, and those in stock as such."""
    async with asyncio.timeout(CATCHING_UP), httpx.AsyncClient(base_url=shop.addresses["bff"], timeout=60) as browser:
        while True:
            answer = await browser.get("/bff/products", params={"limit": 1})
            if answer.is_success:
                page = answer.json()
                in_stock = next(each["count"] for each in page["facets"]["inStock"] if each["value"])
                if (page["total"], in_stock) == (len(shop.products), min(IN_STOCK, len(shop.products))):
                    return


def reads(products: Sequence[Product]) -> dict[str, Iterator[bytes]]:
    """Requests of each kind for pages of the shop, without end and without many repeats."""
    chance = random.Random(92_331)
    words = sorted({word for each in products[:5_000] for word in search_words(each["name"]) if word.isalpha()})

    def some() -> Product:
        return chance.choice(products)

    def lists() -> dict[str, Any]:
        return {"sort": chance.choice(["name", "-name", "price", "-price", "newest", "rating"])} | (
            {"skip": chance.randrange(200)} if chance.random() < 0.3 else {}
        )

    def filtered() -> dict[str, Any]:
        product, price = some(), chance.randrange(100, 900)
        choices = [
            {"department": product["department"]},
            {"category": product["category"], "inStock": "true"},
            {"department": product["department"], "minPrice": price, "maxPrice": 2 * price, "sort": "price"},
            {"brand": "Store brand", "category": product["category"], "sort": "-price"},
            {"minPrice": price, "currency": "USD", "sort": "newest"},
        ]
        return chance.choice(choices)

    def searches() -> dict[str, Any]:
        word = chance.choice(words)
        asked: dict[str, Any] = {"q": chance.choice([word, word[:3], f"{word} {chance.choice(words)[:2]}"])}
        return asked | ({"department": some()["department"]} if chance.random() < 0.3 else {})

    def paths(ask: Any) -> Iterator[bytes]:
        while True:
            yield request("GET", f"/bff/products?{urlencode(ask())}", {})

    def pages() -> Iterator[bytes]:
        while True:
            yield request("GET", f"/bff/products/{some()['productId']}", {})

    return {
        "list": paths(lists),
        "filtered list": paths(filtered),
        "search": paths(searches),
        "product page": pages(),
    }


async def place_orders(shop: Shop, seconds: float) -> list[dict[str, Any]]:
    """Place orders at a constant rate."""
    sold, numbers, begun = [each["productId"] for each in shop.products[:IN_STOCK]], count(), perf_counter()
    placing = set[asyncio.Task[dict[str, Any]]]()
    while (due := begun + next(numbers) / ORDERS) < begun + seconds:
        await asyncio.sleep(max(0.0, due - perf_counter()))  # the rate is what is measured at
        items = dict.fromkeys(random.Random(due).sample(sold, 3), 1)
        placing.add(asyncio.create_task(shop.counter.place(items)))
    return await asyncio.gather(*placing)


async def read_pages(shop: Shop, seconds: float) -> dict[str, list[float]]:
    """Read pages of all kinds at a constant rate; return the milliseconds of each, from when they were due."""
    kinds = reads(shop.products)

    async def of_kind(number: int, name: str) -> list[float]:
        await asyncio.sleep(number / READS)  # so that the kinds take turns, and never come four at a time
        async with calling(shop.addresses["bff"], CONNECTIONS // len(kinds)) as callers:
            load = await constant(callers, sending(kinds[name], 200), seconds, READS / len(kinds))
        return [1_000 * each for each in load.latencies]

    found = await asyncio.gather(*starmap(of_kind, enumerate(kinds)))
    return dict(zip(kinds, found, strict=True))


async def check_counts(shop: Shop) -> None:
    """Totals, facets and what a search finds are what counting the products gives."""
    async with httpx.AsyncClient(base_url=shop.addresses["bff"], timeout=60) as browser:

        async def told(**asked: Any) -> dict[str, Any]:
            answer = await browser.get("/bff/products", params={"limit": 200} | asked)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
            return found

        department = shop.products[0]["department"]
        within = [each for each in shop.products if each["department"] == department]
        page = await told(department=department, minPrice=200, sort="price")
        dear = [each for each in within if each["price"]["amount"] >= 200]
        wanted = sorted((each["price"]["amount"], each["productId"]) for each in dear)
        assert [each["productId"] for each in page["items"]] == [product_id for _, product_id in wanted[:200]]
        assert page["total"] == len(wanted)
        categories = Counts(each["category"] for each in dear)
        shown = {each["value"]: each["count"] for each in page["facets"]["categories"]}
        assert shown == dict(sorted(categories.items(), key=lambda each: (-each[1], each[0]))[:100])
        word = search_words(shop.products[0]["name"])[0]
        texts = ("name", "brand", "category", "department", "description")
        found = [
            each["productId"]
            for each in shop.products
            if any(has.startswith(word) for has in search_words(*(each.get(field) for field in texts)))
        ]
        assert (await told(q=word))["total"] == len(found)


def told(name: str, times: Sequence[float]) -> str:
    p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
    return f"  {name:16} {len(times):6} p50 {p50:7.1f}   p95 {p95:7.1f}   p99 {p99:7.1f}   max {max(times):7.1f}"


@pytest.mark.timeout(2400)
async def test_a_large_catalogue_is_listed_searched_and_shown_quickly_while_orders_are_placed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    products, data = catalogue(), tmp_path / "var"
    begun = perf_counter()
    await fill(data, products)
    filled = perf_counter()
    with ShopProcess(data, SETTINGS) as running:
        async with counter(running.addresses()) as doors:
            shop = Shop(running.addresses(), products, doors)
            await caught_up(shop)
            ready = perf_counter()
            await check_counts(shop)
            await read_pages(shop, 3.0)
            gc.collect()
            gc.freeze()  # else a look through all these products stops who measures for a second
            times, placed = await asyncio.gather(read_pages(shop, SECONDS), place_orders(shop, SECONDS))
            ended = [(await doors.settled(order))["outcome"] for order in placed]
    completed = ended.count("completed")
    with capsys.disabled():
        took = f"recorded in {filled - begun:.0f} s, listed {ready - filled:.0f} s after the shop was opened"
        print(f"\n{len(products):,} products: {took}")  # noqa: T201
        print(f"{READS:.0f} pages a second at the BFF, {completed} orders completed beside; milliseconds")  # noqa: T201
        print("\n".join(told(*row) for row in times.items()))  # noqa: T201
    assert completed == len(range(int(SECONDS * ORDERS)))
    worst = {name: percentile(each, 0.95) for name, each in times.items()}
    assert {name: value for name, value in worst.items() if value > LIMIT} == {}
