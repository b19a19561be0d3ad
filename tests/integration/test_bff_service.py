"""The BFF as a service of its own, over real sockets, before services that are away, come and go."""

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

PROMISED = 5.0
"""Seconds in which everything is answered."""


@asynccontextmanager
async def door(command_port: int, query_port: int) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(
        token_secret=SECRET,
        command_url=f"http://127.0.0.1:{command_port}",
        query_url=f"http://127.0.0.1:{query_port}",
        bff_port=0,
    )
    async with service(BFF, settings) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


def queries() -> FastAPI:
    app = FastAPI()
    app.add_api_route("/products/lamp", lambda: PRODUCT)
    app.add_api_route("/inventory/lamp", lambda: {"available": 5})
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
