"""A disk that is full: orders are refused, no door is ready, and all is well when there is room."""

import asyncio
import resource
from pathlib import Path

import httpx
from pymongo import AsyncMongoClient

from schemas.documents import Document
from tests.documents import server_pid
from tests.e2e.customers import Counter, counter
from tests.e2e.running import SECRET, ShopProcess
from tests.services.waiting import STUCK_AFTER

NO_ROOM = (1, resource.RLIM_INFINITY)
ROOM = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


async def processes(shop: ShopProcess) -> list[int]:
    """The shop and its document server."""
    addresses = shop.addresses()
    async with AsyncMongoClient[Document](addresses["documents"]) as documents:
        return [int(addresses["pid"]), await server_pid(documents)]


async def ready(ask: Counter, browsers: str, status: int) -> list[httpx.Response]:
    """The answers of all doors, once all have this status."""
    urls = [f"{url}/health/ready" for url in (ask.commands.base_url, ask.queries.base_url, browsers)]
    while True:
        answers = [await ask.commands.get(url) for url in urls]
        if {answer.status_code for answer in answers} == {status}:
            return answers
        await asyncio.sleep(0.2)


async def test_a_shop_whose_disk_is_full_says_so_and_recovers(tmp_path: Path) -> None:
    """No file may grow, which is what a full disk is to a process."""
    settings = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false"}
    with ShopProcess(tmp_path / "var", settings) as shop:
        async with counter(shop.addresses()) as ask, asyncio.timeout(STUCK_AFTER):
            oats = await ask.product(stock=5)
            await ask.settled(await ask.place({oats: 1}))
            browsers = shop.addresses()["bff"]
            await ready(ask, browsers, 200)
            pids = await processes(shop)
            for pid in pids:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, NO_ROOM)
            refused = await ask.commands.post(
                "/products",
                json={
                    "productId": "late",
                    "name": "Oats",
                    "department": "a",
                    "category": "b",
                    "price": {"amount": 1, "currency": "USD"},
                },
                headers=ask.bearer("staff", "admin"),
            )
            assert (refused.status_code, refused.json()["detail"]) == (503, "the event store does not answer")
            commands, queries, bff = await ready(ask, browsers, 503)
            assert commands.json()["checks"]["eventStore"] == "down"
            assert queries.json()["checks"]["documents"] == "down"
            assert bff.json()["checks"] == {"commandApi": "down", "queryApi": "down"}
            for pid in pids:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, ROOM)
            await ready(ask, browsers, 200)
            order = await ask.settled(await ask.place({oats: 1}))
            assert order["outcome"] == "completed"
