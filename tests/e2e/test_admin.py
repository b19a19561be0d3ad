"""A shopkeeper at the command line of a running shop: the catalogue, a new tax rule, and an order until it is there."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.customers import CINCINNATI, Answer, Counter
from tests.e2e.running import ROOT, ShopProcess
from tests.services.waiting import STUCK_AFTER

WELLINGTON = CINCINNATI | {"city": "Wellington", "region": None, "postalCode": "6011", "country": "NZ"}
"""No other test sends anything there, so none minds what is taxed."""


class Admin:
    """Says `aioutlet admin …` to one shop."""

    def __init__(self, shop: ShopProcess) -> None:
        self._environment = shop.environment | {"COLUMNS": "200", "NO_COLOR": "1"}

    async def says(self, *words: str, said: str = "") -> tuple[int, str, str]:
        """The exit code, what is printed, and what is complained of."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "aioutlet", "admin", *words),
            cwd=ROOT,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, complained = await process.communicate(said.encode())
        assert process.returncode is not None
        return process.returncode, printed.decode(), complained.decode()

    async def done(self, *words: str, said: str = "") -> str:
        code, printed, complained = await self.says(*words, said=said)
        assert code == 0, complained
        return printed

    async def read(self, *words: str) -> Any:
        return json.loads(await self.done(*words, "--json"))


@pytest.fixture
def admin(shop: ShopProcess) -> Admin:
    return Admin(shop)


async def order(ask: Counter, product: str, total: int | None = None) -> tuple[int, Answer]:
    """Order three pieces to Wellington, at a total that was seen; the status and the answer."""
    body = {"items": [{"productId": product, "quantity": 3}], "shippingAddress": WELLINGTON, "totalAmount": total}
    headers = ask.bearer("kiri") | {"Idempotency-Key": str(uuid4())}
    answer = await ask.commands.post("/orders", json=body, headers=headers)
    return answer.status_code, answer.json()


async def test_a_new_tax_rule_prices_the_next_order_which_names_it_and_is_seen_through(
    admin: Admin, ask: Counter, tmp_path: Path
) -> None:
    named = ("--name", "Manuka honey", "--department", "Grocery", "--category", "Spreads", "--price", "10.00")
    product = (await admin.done("products", "create", *named)).split()[0]
    await admin.done("stock", "receive", product, "20")
    await admin.done("stock", "adjust", product, "--by", "-2", "--reason", "broken jars")
    _, before = await order(ask, product)
    assert (before["subtotal"], before["tax"], before["totalAmount"]) == (3_000, 0, 3_599)

    was = (await admin.read("config", "get", "pricing"))["version"]
    value = json.loads(await admin.done("config", "get", "pricing", "--value"))
    value["tax"]["NZ"] = "15"
    (tmp_path / "pricing.json").write_text(json.dumps(value))
    change = ("config", "set", "pricing", "--file", str(tmp_path / "pricing.json"), "--reason", "GST in New Zealand")
    assert await admin.done(*change) == f"pricing  version {was + 1}\n"

    status, refusal = await order(ask, product, total=before["totalAmount"])
    assert (status, refusal["code"], refusal["tax"], refusal["totalAmount"]) == (409, "total_differs", 450, 4_049)
    status, placed = await order(ask, product, total=refusal["totalAmount"])
    assert (status, placed["tax"]) == (201, 450)
    await ask.settled(placed)

    number = placed["orderNumber"]
    shown = await admin.read("orders", "show", number)
    assert (shown["rulesVersion"], shown["saga"]["state"]) == (f"pricing-{was + 1}", "COMPLETED")
    assert (await admin.read("orders", "list", "--number", number))["total"] == 1
    history = await admin.read("config", "history", "pricing")
    assert (history["versions"][0]["reason"], history["versions"][0]["by"]) == ("GST in New Zealand", "command-line")
    older = await admin.read("config", "get", "pricing", "--version", str(was))
    assert "NZ" not in older["value"]["tax"]

    code, _, complained = await admin.says(*change, "--version", str(was + 9))
    assert code == 1
    assert "read it again" in complained
    code, _, complained = await admin.says(
        "config", "set", "pricing", "--file", "-", "--reason", "x", said='{"tax": {}}'
    )
    assert code == 1
    assert "value.fees" in complained

    await admin.done("orders", "ship", number)
    await admin.done("orders", "deliver", number)
    code, _, complained = await admin.says("orders", "cancel", number, "--reason", "too late")
    assert code == 1
    assert "no longer cancelled" in complained


async def test_new_deadlines_count_for_the_next_wait_without_a_restart(admin: Admin, ask: Counter) -> None:
    """A gateway that never answers is waited for as long as is configured: half a second instead of half a minute."""
    kept = json.loads(await admin.done("config", "get", "deadlines", "--value"))
    quick = kept | {"payment": 0.5, "undo": 2, "maxAttempts": 1}
    said = ("config", "set", "deadlines", "--file", "-", "--reason", "a test")
    await admin.done(*said, said=json.dumps(quick))
    try:
        product = await ask.product(stock=5)
        placed = await ask.place({product: 1}, token="tok_timeout")
        async with asyncio.timeout(STUCK_AFTER):
            assert (await ask.settled(placed))["outcome"] == "failed"
    finally:
        await admin.done(*said, said=json.dumps(kept))
