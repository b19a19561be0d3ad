"""An order is proved by what the page says and nothing else, and stays proved whatever becomes of the shop."""

import asyncio
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from aioutlet.data_folder import LOG, TREE
from history.proof.signed_note import text_of
from history.proof.tree_folder import TreeFolder
from history.proof.tree_head import TreeHead
from tests.e2e.backup import back_up, put_back
from tests.e2e.commands import said
from tests.e2e.customers import counter
from tests.e2e.life import living
from tests.e2e.running import ROOT, SECRET, ShopProcess
from tests.e2e.test_tutorial import is_as_shown, steps
from tests.e2e.town import one_process
from tests.services.waiting import STUCK_AFTER, until

PAGES = [ROOT / "docs" / "how-to" / name for name in ("prove-an-order.md", "answer-an-auditor.md")]
NUMBER = "ORD-20260301-4F7QK"
"""The order of the pages."""
DIFFERS = "the log is not what was signed, and is signed no more"


@pytest.fixture
def own_shop(tmp_path: Path) -> Iterator[ShopProcess]:
    settings = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false", "AIOUTLET_LOG_LEVEL": "WARNING"}
    with ShopProcess(tmp_path / "var", settings) as shop:
        yield shop


def size_of(shop: ShopProcess) -> int:
    """How many events are signed."""
    note = TreeFolder(shop.data / TREE).newest_head()
    return TreeHead.of_text(text_of(note)).size if note else 0


def length_of(shop: ShopProcess) -> int:
    with closing(sqlite3.connect(shop.data / LOG)) as log:
        (length,) = log.execute("SELECT max(rowid) FROM stored_events").fetchone()
        return int(length)


async def signed(shop: ShopProcess) -> int:
    """Wait until the log is signed as it is now."""
    length = length_of(shop)
    assert await asyncio.to_thread(until, lambda: size_of(shop) >= length, timeout=STUCK_AFTER)
    return length


async def audited(shop: ShopProcess, number: str) -> None:
    """Wait until the audit, which is a moment behind, finds the end of an order."""
    asked = partial(audit, shop, "order", number, "--json")
    assert await asyncio.to_thread(until, lambda: "order.completed" in asked().stdout, timeout=STUCK_AFTER)


def run(shop: ShopProcess, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=shop.environment, capture_output=True, text=True, timeout=60, check=False
    )


def audit(shop: ShopProcess, *words: str) -> subprocess.CompletedProcess[str]:
    return run(shop, ROOT, sys.executable, "-m", "aioutlet", "audit", *words)


def verify(shop: ShopProcess, folder: Path, *what: str) -> subprocess.CompletedProcess[str]:
    """As an auditor does who has kept the key."""
    key = (folder / "kept.key").read_text().strip()
    return run(shop, folder, sys.executable, str(folder / "exported" / "verify_log.py"), key, *what)


def follow_the_pages(shop: ShopProcess, folder: Path, number: str) -> None:
    """Run their commands as they are printed, and compare what they print."""
    (folder / ".venv").symlink_to(ROOT / ".venv")
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for command, shown in steps(pages.replace(NUMBER, number)):
        done = run(shop, folder, "bash", "-eu", "-o", "pipefail", "-c", command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert is_as_shown(done.stdout, shown), (command, done.stdout)


async def test_an_order_is_proved_as_the_page_says_also_after_an_erasure_and_a_kill(
    own_shop: ShopProcess, tmp_path: Path
) -> None:
    async with one_process(own_shop, SECRET) as town, living(town.bff, town.mails, town.moved) as ann:
        await ann.register()
        await ann.log_in()
        placed = await ann.order(await town.ask.product(stock=10))
        await ann.settled(placed, "completed")
        await signed(own_shop)
        await audited(own_shop, placed["orderNumber"])
        follow_the_pages(own_shop, tmp_path, placed["orderNumber"])
        code, trail = said(own_shop, "audit", "events", "--type", "audit.*", "--json")
        read = [(each["type"], each["facts"].get("section")) for each in json.loads(trail)["items"]]
        assert code == 0
        assert ("audit.exported", None) in read
        assert ("audit.read", "order") in read
        proof = json.loads((tmp_path / "proof.json").read_bytes())
        assert proof["stream"] == f"order-{placed['orderId']}"
        await ann.browser.ask("DELETE", "/me", {"password": ann.password})
    before = await signed(own_shop)
    own_shop.kill()
    own_shop.start()
    async with counter(own_shop.addresses()) as ask:
        await ask.buy(stock=5, orders=1)
    after = await signed(own_shop)
    assert after > before > proof["head"]["size"]
    assert verify(own_shop, tmp_path, "proof.json").returncode == 0
    shutil.rmtree(tmp_path / "exported")
    assert audit(own_shop, "export", str(tmp_path / "exported")).returncode == 0
    whole = verify(own_shop, tmp_path, "exported")
    assert (whole.returncode, whole.stdout) == (0, f"{after} events under {whole.stdout.split()[3]} heads: verified\n")
    own_shop.stop()
    agrees = audit(own_shop, "verify", "--json", "--key", (tmp_path / "kept.key").read_text().strip())
    found = json.loads(agrees.stdout)
    assert (agrees.returncode, found["agrees"], found["size"], found["differing"]) == (0, True, length_of(own_shop), [])


def change(log: Path, positions: Sequence[int]) -> None:
    """As somebody does who may write to the database: the events say the same as before, in other bytes."""
    with closing(sqlite3.connect(log)) as database, database:
        for position in positions:
            (state,) = database.execute("SELECT state FROM stored_events WHERE rowid = ?", (position,)).fetchone()
            database.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (state + b" ", position))


async def told(shop: ShopProcess) -> None:
    """Wait until the shop says that its log differs."""
    assert await asyncio.to_thread(until, lambda: DIFFERS in shop.errors(), timeout=STUCK_AFTER)


async def test_events_that_were_changed_in_the_database_are_named_and_never_signed(
    own_shop: ShopProcess, tmp_path: Path
) -> None:
    async with counter(own_shop.addresses()) as ask:
        await ask.buy(stock=5, orders=1)
    await signed(own_shop)
    own_shop.stop()
    size = size_of(own_shop)
    change(own_shop.data / LOG, [3, 5, size])
    found = audit(own_shop, "verify")
    assert found.returncode == 1
    assert [int(each) for each in re.findall(r"^position (\d+):", found.stdout, re.MULTILINE)] == [3, 5, size]
    heads = (own_shop.data / TREE / "heads").read_bytes()
    own_shop.start()
    await told(own_shop)
    async with counter(own_shop.addresses()) as ask:
        ready = await ask.queries.get("/health/ready")
        assert (ready.status_code, ready.json()["checks"]["signing"]) == (503, "down")
        assert "aioutlet_log_differs 1.0" in (await ask.queries.get("/metrics")).text
        await ask.buy(stock=5, orders=1)
    assert (own_shop.data / TREE / "heads").read_bytes() == heads


async def test_a_backup_that_was_put_back_is_signed_anew_once_the_tree_was_moved_away(
    own_shop: ShopProcess, tmp_path: Path
) -> None:
    log, copy = own_shop.data / LOG, tmp_path / "copy.sqlite"
    async with counter(own_shop.addresses()) as ask:
        await ask.buy(stock=5, orders=1)
        back_up(log, copy)
        await ask.buy(stock=5, orders=1)
    await signed(own_shop)
    own_shop.stop()
    put_back(copy, log)
    own_shop.start()
    await told(own_shop)
    own_shop.stop()
    (own_shop.data / TREE).rename(tmp_path / "evidence")
    own_shop.start()
    assert await signed(own_shop) == size_of(own_shop)
    assert own_shop.errors().count(DIFFERS) == 1
