"""Read models are rebuilt, switched and dropped while the shop sells: no read fails, and none shows less."""

import asyncio
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from identity.tokens import TokenIssuer
from tests.e2e.running import ROOT, SECRET, ShopProcess
from tests.e2e.test_tutorial import steps
from tests.integration.doors.counter import LAMP, basket
from tests.services.waiting import STUCK_AFTER, until

SETTINGS = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false", "AIOUTLET_RATE_LIMITS": "off"}
PAGE = ROOT / "docs" / "how-to" / "rebuild-a-read-model.md"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ShopProcess]:
    with ShopProcess(tmp_path / "var", SETTINGS) as running:
        yield running


class Seller:
    """Places orders and reads them, until told to stop."""

    def __init__(self, shop: ShopProcess) -> None:
        addresses, issuer = shop.addresses(), TokenIssuer(SECRET)
        self.commands, self.queries = addresses["commandApi"], addresses["queryApi"]
        self.staff = {"Authorization": f"Bearer {issuer.issue('ann', ('admin',), 'admin')}"}
        self.customer = {"Authorization": f"Bearer {issuer.issue('bob', ('customer',), 'customer')}"}
        self.placed = self.read = 0
        self.is_closing = False

    async def open(self, web: httpx.AsyncClient) -> None:
        (await web.post(f"{self.commands}/products", json=LAMP, headers=self.staff)).raise_for_status()
        receipt = {"items": [{"productId": "lamp", "quantity": 100_000}]}
        received = await web.post(f"{self.commands}/inventory/receipts", json=receipt, headers=self.staff)
        said = received.raise_for_status().json()
        least = self.staff | {"X-Min-Position": f"{said['streamId']}@{said['position']}"}
        (await web.get(f"{self.queries}/inventory/lamp", headers=least)).raise_for_status()

    async def sell(self, web: httpx.AsyncClient) -> None:
        """Place an order, and read it at once: it must be there."""
        while not self.is_closing:
            headers = self.customer | {"Idempotency-Key": uuid4().hex}
            placed = await web.post(f"{self.commands}/orders", json=basket(), headers=headers)
            said = placed.raise_for_status().json()
            least = {"X-Min-Position": f"{said['streamId']}@{said['position']}"}
            seen = await web.get(f"{self.queries}/orders/{said['orderId']}", headers=self.customer | least)
            assert seen.status_code == 200, seen.text
            self.placed += 1

    async def look(self, web: httpx.AsyncClient) -> None:
        """Count all orders and products again and again: there are never fewer."""
        most = 0
        while not self.is_closing:
            counts = await web.get(f"{self.queries}/orders/counts", headers=self.staff)
            assert counts.status_code == 200, counts.text
            assert counts.json()["all"] >= most
            most = counts.json()["all"]
            for path in ("/products", "/inventory/lamp", "/products/trending", "/orders?limit=5"):
                answer = await web.get(self.queries + path, headers=self.staff)
                assert answer.status_code == 200, answer.text
                self.read += 1
            products = await web.get(f"{self.queries}/products", headers=self.staff)
            assert products.json()["total"] == 1


async def projections(shop: ShopProcess, *words: str, exit_code: int = 0) -> str:
    """What `aioutlet projections` says."""

    def run() -> "subprocess.CompletedProcess[str]":
        command = (sys.executable, "-m", "aioutlet", "projections", *words)
        environment = {**os.environ, **shop.environment, "NO_COLOR": "1"}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    done = await asyncio.to_thread(run)
    assert done.returncode == exit_code, (words, done.stdout, done.stderr)
    return done.stdout + done.stderr


async def read_from(shop: ShopProcess, version: str) -> None:
    """Wait until the shop's queries are answered from a version."""
    said = f'"version":"{version}","instead_of"'
    assert await asyncio.to_thread(until, lambda: said in shop.errors(), timeout=STUCK_AFTER)


@pytest.mark.slow
@pytest.mark.exhaustive
async def test_a_shop_sells_and_answers_while_its_read_models_are_rebuilt_and_switched(shop: ShopProcess) -> None:
    seller = Seller(shop)
    async with httpx.AsyncClient(timeout=STUCK_AFTER) as web:
        await seller.open(web)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(2):
                tasks.create_task(seller.sell(web))
            tasks.create_task(seller.look(web))
            for commands, _ in steps(PAGE.read_text(encoding="utf-8")):
                for command in commands.splitlines():
                    await projections(shop, *shlex.split(command.removeprefix(".venv/bin/aioutlet projections ")))
            await projections(shop, "drop", "orders", "1", exit_code=1)
            await projections(shop, "rebuild", "products")
            await projections(shop, "switch", "products", "1")
            await read_from(shop, "products_3_r1")
            seller.is_closing = True
        assert seller.placed > 10
        assert seller.read > 10
        for view in ("orders", "products"):
            assert "equal to the log" in await projections(shop, "verify", view)
