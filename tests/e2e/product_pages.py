"""Product pages of a BFF that has query APIs of their own for the parts of a page."""

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import Any, NamedTuple

import httpx

from tests.cluster.cluster import Cluster
from tests.cluster.service import Service
from tests.services.waiting import STUCK_AFTER

PAGES = 100
PARTS = {"stock": "AIOUTLET_STOCK_URL", "reviews": "AIOUTLET_REVIEWS_URL"}
"""The setting that names the service of each part."""


class Page(NamedTuple):
    """How many seconds a page took, and which parts it came without."""

    seconds: float
    degraded: list[str]


@contextmanager
def served_in_parts(cluster: Cluster) -> Iterator[tuple[str, Mapping[str, Service]]]:
    """The URL of another BFF, and the services of the parts."""
    services = {name: cluster.service("query-api", number) for number, name in enumerate(PARTS, 2)}
    with ExitStack() as ends:
        for service in services.values():
            ends.callback(service.kill)
        with ThreadPoolExecutor() as pool:
            urls = pool.map(Service.start, services.values())
        bff = Service(cluster.home, "bff", 2, cluster.environment | dict(zip(PARTS.values(), urls, strict=True)))
        ends.callback(bff.kill)
        yield bff.start(), services


async def ask(door: httpx.AsyncClient, product_id: str) -> Page:
    """Get a page, which is never refused, and says which parts it has not."""
    started = perf_counter()
    answer = await door.get(f"/bff/products/{product_id}")
    seconds = perf_counter() - started
    assert answer.status_code == 200, answer.text
    page = answer.json()
    degraded = [name for name in PARTS if name in page["degraded"]]
    assert [name for name in PARTS if page[name] is None] == degraded
    return Page(seconds, degraded)


async def shown(door: httpx.AsyncClient, product_id: str) -> Any:
    """The page of a product as soon as the shop shows it with its stock."""
    async with asyncio.timeout(STUCK_AFTER):
        while not (page := (await door.get(f"/bff/products/{product_id}")).json()).get("stock"):
            pass
    return page


async def slowest_of_pages(door: httpx.AsyncClient, product_id: str, *degraded: str) -> float:
    """The longest time of many pages, all of which came without just these parts."""
    pages = [await ask(door, product_id) for _ in range(PAGES)]
    assert [page for page in pages if page.degraded != [*degraded]] == []
    return max(page.seconds for page in pages)


async def whole_after(door: httpx.AsyncClient, product_id: str) -> float:
    """The seconds until a page is whole."""
    started = perf_counter()
    async with asyncio.timeout(STUCK_AFTER):
        while (await ask(door, product_id)).degraded:
            pass
    return perf_counter() - started
