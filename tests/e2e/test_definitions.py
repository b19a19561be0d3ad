"""Which steps a saga takes, and by which rules: by configuration for new orders, as it began for those under way."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from aioutlet import components
from aioutlet.data_folder import LOG
from aioutlet.settings import CannotStart, read
from domain.fulfilment.policy import DEFINITION_VERSION
from event_store.records import AppendRequest
from event_store.sqlite.store import sqlite_store
from schemas.saga import Step
from tests.e2e.customers import counter
from tests.e2e.running import ROOT, RUN, SECRET, ShopProcess
from tests.histories import events, recorded

FOREIGN = DEFINITION_VERSION + 1
QUIET = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false"}


async def test_inventory_first_asks_for_the_goods_before_the_money(tmp_path: Path) -> None:
    with ShopProcess(tmp_path / "var", QUIET | {"AIOUTLET_INVENTORY_FIRST": "true"}) as shop:
        async with counter(shop.addresses()) as ask:
            product = await ask.product(stock=1)
            done = await ask.settled(await ask.place({product: 1}))
            short = await ask.settled(await ask.place({product: 1}))
    asked = {"inventory.reservation", "payment.processing", "shipping.preparation"}
    assert [line["type"] for line in done["timeline"] if line["type"] in asked] == [
        "inventory.reservation",
        "payment.processing",
        "shipping.preparation",
    ]
    assert (short["outcome"], short["paymentStatus"]) == ("failed", "none")
    assert [line["type"] for line in short["timeline"] if line["type"] in asked] == ["inventory.reservation"]


def test_the_setting_decides_about_new_sagas_only(monkeypatch: pytest.MonkeyPatch) -> None:
    first = (Step.PAYMENT, Step.INVENTORY, Step.SHIPPING)
    assert components.build_policy(read()).steps == first
    monkeypatch.setenv("AIOUTLET_INVENTORY_FIRST", "true")
    assert components.build_policy(read()).steps == (Step.INVENTORY, Step.PAYMENT, Step.SHIPPING)


async def keep_foreign_saga(log: Path) -> None:
    """Leave a live saga behind that a later release has started."""
    log.parent.mkdir(parents=True, exist_ok=True)
    store = sqlite_store(log)
    history = events("order.created", "saga.started", order_id="o-7", definition_version=FOREIGN)
    await store.append(AppendRequest(events=tuple(recorded(history))))
    await store.close()


async def test_who_moves_sagas_does_not_start_without_the_definition_of_a_live_one(tmp_path: Path) -> None:
    await keep_foreign_saga(tmp_path / "log.sqlite")
    with pytest.raises(CannotStart, match=rf"definition {FOREIGN} of the saga is not in this release.*: o-7"):
        async with components.open_agents_store(str(tmp_path / "log.sqlite")):
            pass
    async with components.open_event_store(str(tmp_path / "log.sqlite")) as store:
        assert await store.head() == 2


def test_the_shop_refuses_to_start_and_names_the_order(tmp_path: Path) -> None:
    asyncio.run(keep_foreign_saga(tmp_path / "var" / LOG))
    environment = ShopProcess(tmp_path / "var", QUIET).environment
    ended = subprocess.run(RUN, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert f"definition {FOREIGN} of the saga is not in this release" in ended.stderr
    assert "o-7; install the release that has it" in ended.stderr
