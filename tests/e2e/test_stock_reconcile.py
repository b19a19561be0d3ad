"""`aioutlet stock reconcile` on a whole shop: while it runs, and once it is stopped and a document is damaged."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from pymongo import AsyncMongoClient

from aioutlet.data_folder import DOCUMENTS
from aioutlet.document_process import DocumentServer
from identity.tokens import TokenIssuer
from projectors.models.stock import STOCK
from schemas.documents import Document
from tests.e2e.running import ROOT, SECRET, ShopProcess
from tests.services.waiting import STUCK_AFTER

SETTINGS = {
    "AIOUTLET_TOKEN_SECRET": SECRET,
    "AIOUTLET_DEMO": "false",
    "AIOUTLET_WAREHOUSES": "main=US,east=US-NY",
}
LAMP = {
    "productId": "lamp",
    "name": "Lamp",
    "department": "Home",
    "category": "Lighting",
    "price": {"amount": 3499, "currency": "USD"},
}


def reconcile(data: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and all that is said."""
    environment = {**os.environ, **SETTINGS, "AIOUTLET_DATA": str(data), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "aioutlet", "stock", "reconcile", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout.strip()


async def stock_up(shop: ShopProcess) -> None:
    """Put lamps into both warehouses, and wait until they are seen."""
    addresses, token = shop.addresses(), TokenIssuer(SECRET).issue("ann", ("admin",), "admin")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=STUCK_AFTER) as client:
        commands, queries = addresses["commandApi"], addresses["queryApi"]
        (await client.post(f"{commands}/products", json=LAMP)).raise_for_status()
        for warehouse_id, pieces in (("main", 5), ("east", 2)):
            receipt = {"warehouseId": warehouse_id, "items": [{"productId": "lamp", "quantity": pieces}]}
            received = (await client.post(f"{commands}/inventory/receipts", json=receipt)).raise_for_status().json()
            least = {"X-Min-Position": f"{received['streamId']}@{received['position']}"}
            (await client.get(f"{queries}/inventory/lamp", headers=least)).raise_for_status()


async def damage(data: Path) -> None:
    async with (
        DocumentServer(data / DOCUMENTS) as uri,
        AsyncMongoClient[Document](uri) as client,
    ):
        documents = client["aioutlet"][STOCK.view.name]
        changed = await documents.update_one({"_id": "east/lamp"}, {"$set": {"available": 40, "onHand": 40}})
        assert changed.modified_count == 1


@pytest.mark.parametrize("folder", ["nothing", "made"])
def test_there_must_be_a_shop(tmp_path: Path, folder: str) -> None:
    (tmp_path / "made").mkdir()
    assert reconcile(tmp_path / folder) == (2, f"there is no shop in {tmp_path / folder}")
    assert list((tmp_path / "made").iterdir()) == []


async def test_a_running_shop_is_compared_and_a_stopped_one_repaired(tmp_path: Path) -> None:
    data = tmp_path / "var"
    with ShopProcess(data, SETTINGS) as shop:
        await stock_up(shop)
        assert reconcile(data) == (0, "2 documents against 4 events: they agree")
        refused, why = reconcile(data, "--repair")
        assert (refused, why) == (2, f"a shop is running in {data}: stop it, and repair it then")
        shop.stop()
        shop.ended()
    await damage(data)
    code, said = reconcile(data)
    assert (code, said.splitlines()) == (
        1,
        [
            "warehouse  product  field      shown  in the log",
            "east       lamp     available  40     2",
            "east       lamp     onHand     40     2",
            "2 documents against 4 events: differences: 2, missing signals: 0",
        ],
    )
    code, said = reconcile(data, "--repair")
    assert (code, said.splitlines()[-2:]) == (
        0,
        ["repaired; documents written: 1, signals given: 0", "2 documents against 4 events: they agree"],
    )
    assert reconcile(data) == (0, "2 documents against 4 events: they agree")
