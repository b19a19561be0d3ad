"""`aioutlet history` on a log in a file: aggregates, documents and views as they were, and causes."""

import asyncio
import json
import shlex
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from typer.testing import CliRunner, Result

from aioutlet.cli import app
from aioutlet.data_folder import LOG
from event_store.records import AppendRequest
from event_store.sqlite.store import sqlite_store
from tests.e2e.running import ROOT
from tests.e2e.test_tutorial import is_as_shown, steps
from tests.examples import ORDER_ID, ORDER_NUMBER
from tests.histories import REFUSED_BY_THE_CARRIER, events, recorded

PAGE = ROOT / "docs" / "how-to" / "travel-in-time.md"
ORDER = f"order-{ORDER_ID}"


async def sell(log: Path) -> None:
    store = sqlite_store(log)
    for envelope in recorded(events("product.created", "stock.received", *REFUSED_BY_THE_CARRIER)):
        await store.append(AppendRequest(events=(envelope,)))
    await store.close()


@pytest.fixture(autouse=True)
def data(closed_shop: Path) -> Path:
    """The data folder of a shop that is closed."""
    asyncio.run(sell(closed_shop / LOG))
    return closed_shop


def history(*words: str) -> Result:
    return CliRunner().invoke(app, ["history", *words])


def told(*words: str) -> str:
    result = history(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def as_json(*words: str) -> Any:
    return json.loads(told(*words, "--json"))


def test_an_aggregate_is_printed_as_it_was() -> None:
    now = as_json("aggregate", ORDER)
    first = as_json("aggregate", ORDER, "--as-of", "v1")
    assert (first["version"], first["versions"]) == (1, now["versions"])
    assert first == as_json("aggregate", ORDER, "--as-of", str(first["position"]))
    assert first == as_json("aggregate", ORDER, "--as-of", first["recordedAt"])
    words = told("aggregate", ORDER, "--as-of", "v1")
    assert words.startswith(f"{ORDER}: version 1 of {now['versions']}, position {first['position']}, recorded ")
    assert json.loads(words.partition("\n")[2]) == first["state"]


def test_a_document_is_printed_with_what_changed() -> None:
    past = as_json("document", "orders", ORDER_ID, "--since", "v1")
    assert past["state"]["outcome"] == "failed"
    assert {"/outcome", "/paymentStatus"} <= {change["path"] for change in past["changes"]}
    assert "/outcome" in told("document", "orders", ORDER_ID, "--since", "v1")


def test_a_whole_view_is_written_as_it_was(tmp_path: Path) -> None:
    then, now = tmp_path / "then.jsonl", tmp_path / "now.jsonl"
    placed = as_json("document", "orders", ORDER_ID, "--as-of", "v1")
    assert told("view", "orders", str(then), "--as-of", str(placed["position"])).startswith(
        "1 documents as of position"
    )
    assert json.loads(then.read_text()) == placed["state"]
    told("view", "orders", str(now))
    assert json.loads(now.read_text())["outcome"] == "failed"
    assert history("view", "orders", str(now)).exit_code == 2


def test_causes_are_printed_in_three_forms() -> None:
    found = json.loads(told("causes", ORDER))
    assert [event["stream"] for event in found["items"]] == [ORDER] * len(found["items"])
    assert json.loads(told("causes", ORDER_NUMBER)) == found
    assert told("causes", ORDER, "--form", "mermaid").startswith("flowchart LR\n")
    assert Xml.fromstring(told("causes", ORDER, "--form", "svg")).tag.endswith("svg")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("aggregate", "order-nobodys"), "there is no aggregate order-nobodys"),
        (("aggregate", ORDER, "--as-of", "v99"), "has only"),
        (("document", "nothing", "1"), "there is no view nothing; there are: orders, "),
        (("document", "orders", "nobodys"), "there is no document orders/nobodys"),
        (("view", "orders", "new.jsonl", "--as-of", "v1"), "one position or time"),
        (("causes", "nobodys"), "has the correlation nobodys"),
        (("causes", "ORD-20260301-00000"), "there is no order"),
    ],
)
def test_what_cannot_be_told_is_said(words: tuple[str, ...], said: str) -> None:
    result = history(*words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


@pytest.mark.parametrize("moment", ["yesterday", "v", "2026-03-01T12:00:00"])
def test_a_moment_is_a_position_a_version_or_a_time(moment: str) -> None:
    result = history("aggregate", ORDER, "--as-of", moment)
    assert result.exit_code == 2
    assert "2026-03-01T12:00:00Z" in result.stderr


def test_without_a_shop_there_is_nothing_to_look_into(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path / "nowhere"))
    assert "there is no shop" in history("aggregate", ORDER).stderr


def test_the_page_shows_what_the_commands_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = steps(PAGE.read_text(encoding="utf-8"))
    assert len(shown) == 4
    for command, printed in shown:
        program, group, *words = shlex.split(command)
        assert (program, group) == (".venv/bin/aioutlet", "history")
        assert is_as_shown(told(*words), printed), (command, told(*words))
