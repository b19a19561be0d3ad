"""`aioutlet what-if` on a log in a file, as its page says."""

import asyncio
import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from aioutlet.cli import app
from aioutlet.data_folder import LOG
from domain.order import ORDER
from tests.e2e.running import ROOT
from tests.e2e.test_tutorial import is_as_shown, steps
from tests.integration.test_history_cli import sell

FORGETFUL = replace(ORDER, evolve=lambda state, _: state)
"""A candidate that learns nothing."""
PAGE = ROOT / "docs" / "how-to" / "ask-what-if.md"


@pytest.fixture(autouse=True)
def data(closed_shop: Path) -> Path:
    """The data folder of a shop that is closed."""
    asyncio.run(sell(closed_shop / LOG))
    return closed_shop


def what_if(*words: str) -> Result:
    return CliRunner().invoke(app, ["what-if", *words])


def told(*words: str) -> str:
    result = what_if(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def as_json(*words: str) -> Any:
    return json.loads(told(*words, "--json"))


def test_the_page_shows_what_the_commands_print(data: Path) -> None:
    before = (data / LOG).read_bytes()
    shown = steps(PAGE.read_text(encoding="utf-8"))
    assert len(shown) == 4
    for command, printed in shown:
        program, group, *words = shlex.split(command)
        assert (program, group) == (".venv/bin/aioutlet", "what-if")
        assert is_as_shown(told(*words), printed), (command, told(*words))
    assert (data / LOG).read_bytes() == before


def test_all_of_it_is_printed_as_json() -> None:
    [sums] = as_json("pricing", "--fee", "USD:99900:10000000")["currencies"]
    assert (sums["orders"], sums["candidateShipping"]) == (1, 99_900)
    assert as_json("pricing", "--since", "2100-01-01T00:00:00Z")["currencies"] == []
    assert as_json("trending", "--at", "2026-03-14T13:00:00Z", "--order", "3")["candidate"]["order"] == 3.0
    assert as_json("steps")["steps"] == ["inventory", "payment", "shipping"]
    assert as_json("decider", "order", "domain.order:ORDER") == {"streams": 1, "differing": []}
    [differing] = as_json("decider", "order", "tests.integration.test_what_if_cli:FORGETFUL")["differing"]
    assert "/status" in [change["path"] for change in differing["changes"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pricing", "--tax", "Ohio"), "a rate is REGION:PERCENT"),
        (("pricing", "--tax", "Ohio:7"), "pattern"),
        (("pricing", "--fee", "XXX:1:1"), "Not a currency"),
        (("pricing", "--since", "v1"), "no time"),
        (("trending", "--view", "-1"), "greater than or equal to 0"),
        (("decider", "nothing", "domain.order:ORDER"), "there are: address, cart"),
        (("decider", "order", "domain.nothing:ORDER"), "cannot be imported"),
        (("decider", "order", "domain.order:Order"), "is no Decider"),
    ],
)
def test_what_is_no_rule_is_refused(words: tuple[str, ...], said: str) -> None:
    result = what_if(*words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
