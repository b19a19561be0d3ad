"""A command loads what it uses: a help page or a token must not wait for the shop's libraries."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "aiohttp", "aiokafka", "asyncio", "confluent_kafka", "cryptography", "eventsourcing", "fastapi", "faust", "httpx",
    "icu", "jwt", "mode", "nx_27017", "orjson", "prometheus_client", "psycopg", "pydantic", "pydantic_settings",
    "pymongo", "starlette", "structlog", "uvicorn", "uvloop",
}  # fmt: skip
TYPERS = {"pydantic"}
"""Typer itself loads it to read the options of a command."""
TOKENS = TYPERS | {"asyncio", "cryptography", "jwt", "orjson", "pydantic_settings"}
"""What settings and a signed token are made with, and what these bring."""
LISTING = """
import sys
from aioutlet.cli import main
try:
    main()
finally:
    print(*{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("words", "used"),
    [
        (("--help",), set()),
        (("run", "--help"), TYPERS),
        (("journey", "--help"), TYPERS),
        (("token", "--help"), TYPERS),
        (("admin", "--help"), TYPERS),
        (("admin", "config", "set", "--help"), TYPERS),
        (("token",), TOKENS),
    ],
)
def test_a_command_loads_only_what_it_uses(words: tuple[str, ...], used: set[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LISTING, *words],
        env=os.environ | {"AIOUTLET_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stderr.split())
    assert "typer" in loaded
    assert loaded & HEAVY <= used
