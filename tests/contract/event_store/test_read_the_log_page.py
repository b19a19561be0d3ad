"""The page about reading the log without us, run as it is printed."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

from event_store.sqlite.store import sqlite_store
from tests.contract.event_store.requests import request

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "read-the-log.md"
CODE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def printed(code: str, folder: Path) -> list[list[str]]:
    read = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert read.returncode == 0, read.stderr
    return [line.split() for line in read.stdout.splitlines()]


async def test_the_code_of_the_page_prints_the_log_of_a_shop_that_is_open(tmp_path: Path) -> None:
    [code] = CODE.findall(PAGE.read_text(encoding="utf-8"))
    (tmp_path / "var").mkdir()
    store = sqlite_store(tmp_path / "var" / "log.sqlite")
    await store.append(request("order-1", n=2))
    await store.append(request("saga-1"))
    log = await asyncio.to_thread(printed, code, tmp_path)
    assert [row[:4] for row in log] == [
        ["1", "order-1", "1", "order.completed"],
        ["2", "order-1", "2", "order.completed"],
        ["3", "saga-1", "1", "order.completed"],
    ]
    await store.close()
