"""The `aioutlet` command beside a running shop."""

import subprocess
import sys

from tests.e2e.running import ROOT, ShopProcess
from tests.services.waiting import STUCK_AFTER

COLUMNS = 500
"""Wide enough that no line is broken."""


def command(shop: ShopProcess, *words: str) -> "subprocess.Popen[str]":
    """Begin what a user says to the shop in its folder."""
    environment = shop.environment | {"COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
    return subprocess.Popen(
        (sys.executable, "-m", "aioutlet", *words),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(shop: ShopProcess, *words: str, timeout: float | None = STUCK_AFTER) -> tuple[int, str]:
    """The exit code, and all that is said, within so many seconds."""
    with command(shop, *words) as process:
        output, errors = process.communicate(timeout=timeout)
        assert "Traceback" not in errors, errors
        return process.returncode, output + errors
