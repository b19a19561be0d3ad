"""`aioutlet import` and `aioutlet export` on a running shop, and an import that is killed in the middle."""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from schemas.catalogue_file.rows import FileFormat
from schemas.catalogue_file.writer import write_header, write_rows
from tests.e2e.commands import command, said
from tests.e2e.logs import Log, reading
from tests.e2e.running import SECRET, ShopProcess
from tests.services.waiting import STUCK_AFTER, free_port

MANY = 6_000
KILLED_AFTER = 1_000


def products(prefix: str, count: int) -> list[dict[str, Any]]:
    return [
        {
            "productId": f"{prefix}-{number}",
            "name": f"Vase {number}",
            "department": "Home",
            "category": "Vases",
            "brand": None,
            "description": "",
            "price": {"amount": 100 + number, "currency": "USD"},
            "picture": None,
            "forSale": True,
            "attributes": {},
        }
        for number in range(count)
    ]


@contextmanager
def importing(shop: ShopProcess, file: Path) -> "Iterator[subprocess.Popen[str]]":
    with command(shop, "import", str(file)) as process:
        try:
            yield process
        finally:
            process.kill()


async def grown(log: Log, count: int) -> None:
    """Wait until so many events are recorded."""

    async def enough() -> bool | None:
        await log.read()
        return len(log.stored) >= count or None

    await log.until(enough)


def created(log: Log, prefix: str) -> list[str]:
    return [each.stream for each in log.stored if each.type == "product.created" and f"-{prefix}-" in each.stream]


def counts(output: str) -> dict[str, int]:
    """What became of the rows, as the last line says."""
    found = re.findall(r"([\d,]+) ([a-z ]+)(?:, |$)", output.splitlines()[-1].partition("): ")[2])
    return {name: int(number.replace(",", "")) for number, name in found}


@pytest.fixture
def own_shop(tmp_path: Path) -> Iterator[ShopProcess]:
    """A shop that comes back at the same addresses."""
    ports = {f"AIOUTLET_{door}_PORT": str(free_port()) for door in ("COMMAND", "QUERY")}
    settings = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false", "AIOUTLET_LOG_LEVEL": "WARNING"} | ports
    with ShopProcess(tmp_path / "var", settings) as shop:
        yield shop


def test_what_is_wrong_is_said_with_file_and_line_and_the_rest_is_imported(shop: ShopProcess, tmp_path: Path) -> None:
    prefix, file = uuid4().hex, tmp_path / "vases.csv"
    rows = [f'{prefix}-1,"Va\nse",H,V,1,USD', f"{prefix}-2,Vase,H,V,1.5,USD", f"{prefix}-3,Vase,H,V,1,USD"]
    header = "productId,name,department,category,price.amount,price.currency"
    file.write_bytes("\r\n".join(["\ufeff" + header, *rows, rows[2]]).encode())
    for words, done in (((), "1 created"), (("--dry-run",), "1 unchanged")):
        code, output = said(shop, "import", str(file), *words)
        assert code == 1
        assert [line.removeprefix(str(file)).partition(f": {prefix}-")[0] for line in output.splitlines()[:3]] == [
            ":2",
            ":4",
            ":6",
        ]
        assert f"{done}, 3 failed" in output


def test_a_dry_run_records_nothing(shop: ShopProcess, tmp_path: Path) -> None:
    file = tmp_path / "vases.jsonl"
    file.write_bytes(write_rows(FileFormat.JSON_LINES, products(uuid4().hex, 3)))
    assert "would be 3 created" in said(shop, "import", "--dry-run", str(file))[1]
    assert said(shop, "import", str(file))[0] == 0
    assert "would be 3 unchanged" in said(shop, "import", "--dry-run", str(file))[1]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("a.txt", b"", "--format"), ("a.csv", b"name\nx\n", "a.csv:1: the header has no column productId")],
)
def test_a_file_of_something_else_is_refused(
    shop: ShopProcess, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    code, output = said(shop, "import", str(file))
    assert code == 2
    assert words in output


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
async def test_an_import_of_an_export_changes_nothing(shop: ShopProcess, tmp_path: Path, ending: str) -> None:
    prefix, file = uuid4().hex, tmp_path / f"all.{ending}"
    source = tmp_path / "vases.csv"
    source.write_bytes(write_header(FileFormat.CSV) + write_rows(FileFormat.CSV, products(prefix, 20)))
    assert said(shop, "import", str(source))[0] == 0
    async with asyncio.timeout(STUCK_AFTER):
        while not file.exists() or file.read_bytes().count(prefix.encode()) < 20:
            assert (await asyncio.to_thread(said, shop, "export", str(file)))[0] == 0
    code, output = await asyncio.to_thread(said, shop, "import", str(file))
    assert code == 0
    assert counts(output).keys() == {"unchanged"}


async def test_an_import_that_is_killed_goes_on_when_it_is_started_again(own_shop: ShopProcess, tmp_path: Path) -> None:
    file = tmp_path / "vases.jsonl"
    file.write_bytes(write_rows(FileFormat.JSON_LINES, products("k", MANY)))
    async with reading(own_shop.addresses()["log"]) as log:
        with importing(own_shop, file) as killed:
            await grown(log, KILLED_AFTER)
            killed.kill()
        code, output = await asyncio.to_thread(said, own_shop, "import", str(file))
        await log.read()
        assert code == 0
        assert sorted(created(log, "k")) == sorted(f"product-k-{number}" for number in range(MANY))
    assert counts(output)["unchanged"] >= KILLED_AFTER


async def test_an_import_rides_over_a_shop_that_is_killed_and_comes_back(own_shop: ShopProcess, tmp_path: Path) -> None:
    file = tmp_path / "vases.jsonl"
    file.write_bytes(write_rows(FileFormat.JSON_LINES, products("s", MANY)))
    with importing(own_shop, file) as process:
        async with reading(own_shop.addresses()["log"]) as log:
            await grown(log, KILLED_AFTER)
        own_shop.kill()
        own_shop.start()
        output, _ = await asyncio.to_thread(process.communicate, timeout=STUCK_AFTER)
        assert process.returncode == 0, output
    async with reading(own_shop.addresses()["log"], whole=True) as log:
        await log.read()
        assert sorted(created(log, "s")) == sorted(f"product-s-{number}" for number in range(MANY))
        assert orjson.loads(log.stored[0].state)["actor"]["id"] == "command-line"
