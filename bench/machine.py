"""On what a figure was found: without that it is no figure."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("eventsourcing", "psycopg", "aiokafka", "faust-streaming", "pymongo", "fastapi", "uvicorn", "nx-27017")


def facts() -> dict[str, object]:
    """Machine, versions, load and commit, as JSON takes them."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _said("git", "rev-parse", "--short=12", "HEAD"),
        "changed": bool(_said("git", "status", "--porcelain")),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "loadAverage": [round(each, 2) for each in os.getloadavg()],
        "python": platform.python_version(),
        "kernel": platform.release(),
        "packages": {name: version(name) for name in PARTS},
    }


def _said(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603 - constants
    return done.stdout.strip()


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
