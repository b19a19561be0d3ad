"""The BFF as a service of its own, over real sockets, before services that are away, come and go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import httpx
import pytest
from fastapi import FastAPI

from aioutlet.http_server import listening
from aioutlet.services import BFF, service
from aioutlet.settings import Settings
from tests.services.waiting import free_port
from tests.unit.bff.shop import PRODUCT, SECRET

REVIEWS = {"items": [], "total": 0, "next": None, "summary": {"average": None, "count": 0, "histogram": [0] * 5}}
PROMISED = 5.0
"""Seconds in which everything is answered."""


@asynccontextmanager
async def door(command_port: int, query_port: int, stock_url: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(
        token_secret=SECRET,
        command_url=f"http://127.0.0.1:{command_port}",
        query_url=f"http://127.0.0.1:{query_port}",
        bff_port=0,
        stock_url=stock_url,
    )
    async with service(BFF, settings) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


def queries() -> FastAPI:
    app = FastAPI()
    app.add_api_route("/products/lamp", lambda: PRODUCT)
    app.add_api_route("/inventory/lamp", lambda: {"available": 5})
    app.add_api_route("/reviews/product/lamp", lambda: REVIEWS)
    app.add_api_route("/products/lamp/bought-together", lambda: {"orders": 0, "missed": 0, "items": []})
    return app


async def status_of(client: httpx.AsyncClient, path: str) -> int:
    begun = perf_counter()
    answer = await client.get(path)
    assert perf_counter() - begun < PROMISED
    return answer.status_code


async def test_it_is_live_and_not_ready_while_the_services_are_away() -> None:
    async with door(free_port(), free_port()) as client:
        assert await status_of(client, "/health/live") == 200
        assert await status_of(client, "/health/ready") == 503
        assert await status_of(client, "/bff/products/lamp") == 503


@pytest.mark.parametrize("restarts", [3])
async def test_a_service_that_comes_and_goes_is_found_again_at_once(restarts: int) -> None:
    port = free_port()
    async with door(free_port(), port) as client:
        for _ in range(restarts):
            async with listening(queries(), host="127.0.0.1", port=port, setting=""):
                assert await status_of(client, "/bff/products/lamp") == 200
                assert await status_of(client, "/bff/products/lamp") == 200
            assert await status_of(client, "/bff/products/lamp") == 503


@pytest.mark.parametrize("restarts", [2])
async def test_a_page_is_shown_without_a_part_whose_service_is_away_and_whole_again_when_it_is_back(
    restarts: int,
) -> None:
    stock_port = free_port()
    async with (
        listening(queries(), host="127.0.0.1", port=0, setting="") as query_url,
        door(free_port(), int(query_url.rpartition(":")[2]), stock_url=f"http://127.0.0.1:{stock_port}") as client,
    ):
        for _ in range(restarts):
            async with listening(queries(), host="127.0.0.1", port=stock_port, setting=""):
                page = (await client.get("/bff/products/lamp")).json()
                assert (page["stock"], page["degraded"]) == ({"available": 5}, [])
            begun = perf_counter()
            page = (await client.get("/bff/products/lamp")).json()
            assert perf_counter() - begun < 0.3
            assert (page["stock"], page["degraded"]) == (None, ["stock"])


async def test_a_page_does_not_wait_for_a_service_that_hangs() -> None:
    async def never_answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
        finally:
            writer.close()

    hanging = await asyncio.start_server(never_answers, "127.0.0.1", 0)
    port = hanging.sockets[0].getsockname()[1]
    async with (
        hanging,
        listening(queries(), host="127.0.0.1", port=0, setting="") as query_url,
        door(free_port(), int(query_url.rpartition(":")[2]), stock_url=f"http://127.0.0.1:{port}") as client,
    ):
        await client.get("/bff/products/lamp")
        answer = await client.get("/bff/products/lamp")
        assert (answer.json()["degraded"], answer.elapsed.total_seconds() < 0.3) == (["stock"], True)
