"""`aioutlet projections`: what it asks of a shop, what it waits for, and what it prints."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from aioutlet.admin import client as admin_client
from aioutlet.admin.client import AdminClient
from aioutlet.cli import app

PATH = "/admin/projections"
PROGRESS = {"phase": "building", "position": 500, "head": 1_000, "eventsPerSecond": 250.0, "secondsLeft": 2.0}


def version(rebuild: int, state: str = "verified", **said: Any) -> dict[str, Any]:
    return {
        "rebuild": rebuild,
        "name": f"orders_2_r{rebuild}" if rebuild else "orders_2",
        "state": state,
        "isCurrent": rebuild == 0,
        "isPrevious": False,
        "documents": 3,
        "behind": None if state == "building" else 0,
        "comparedAt": None,
        "differences": None,
        "shown": [],
        "progress": None,
        **said,
    }


class Shop:
    """A shop whose first read model has these versions, one list for each time it is asked."""

    def __init__(self) -> None:
        self.looks: list[list[dict[str, Any]]] = [[version(0)]]
        self.decided: list[tuple[str, dict[str, Any]]] = []
        self.waits: list[float] = []

    def __call__(self, method: str, url: str, **content: Any) -> httpx.Response:
        path = url.removeprefix("http://shop")
        if method == "GET":
            versions = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
            items = [{"view": "orders", "form": 2, "topic": "aioutlet.orders", "versions": versions}]
            return httpx.Response(200, json={"head": 1_000, "at": "2026-03-14T12:00:00Z", "items": items})
        self.decided.append((path.removeprefix(PATH), content["json"]))
        return httpx.Response(200, json={"view": "orders", "rebuild": 1})


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shop:
    shop = Shop()
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path))
    monkeypatch.setattr(admin_client, "open_client", lambda: AdminClient("http://shop", "http://shop", "token"))
    monkeypatch.setattr(httpx, "request", shop)
    monkeypatch.setattr("time.sleep", shop.waits.append)
    return shop


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["projections", *words])


def test_the_list_has_every_read_model_with_the_version_that_is_read(shop: Shop) -> None:
    assert "orders_2" in run("list").stdout
    assert json.loads(run("list", "--json").stdout)["items"][0]["view"] == "orders"
    assert run("status", "nothing").exit_code == 2


def test_a_rebuild_is_waited_for_and_says_how_far_it_is(shop: Shop) -> None:
    built = version(1, comparedAt=1_000, differences=0)
    shop.looks = [[version(0)], [version(0), version(1, "building", progress=PROGRESS)], [version(0), built]]
    done = run("rebuild", "orders", "--reason", "a try")
    assert done.exit_code == 0
    assert shop.decided == [("/orders/rebuild", {"reason": "a try"})]
    assert "building, 500 of 1,000, 250 events/s, 2 s left" in done.stderr
    assert "version 1 has 3 documents, compared at position 1000: equal to the log" in done.stdout


@pytest.mark.parametrize(
    ("state", "said"), [("different", "2 differences"), ("failed", "could not be built"), ("dropped", "was given up")]
)
def test_a_rebuild_that_is_no_good_has_another_exit_code(shop: Shop, state: str, said: str) -> None:
    found = [] if state == "dropped" else [version(1, state, comparedAt=9, differences=2)]
    shop.looks = [[version(0), version(1, "building")], [version(0), *found]]
    done = run("rebuild", "orders")
    assert done.exit_code == 1
    assert said in done.output


def test_one_read_model_or_all_are_rebuilt_and_not_neither(shop: Shop) -> None:
    assert run("rebuild").exit_code == run("rebuild", "orders", "--all").exit_code == 2
    assert run("rebuild", "--all", "--no-wait").exit_code == 0
    assert [path for path, _ in shop.decided] == ["/orders/rebuild"]


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (("switch", "orders", "1"), "/orders/versions/1/switch"),
        (("rollback", "orders"), "/orders/rollback"),
        (("drop", "orders", "1"), "/orders/versions/1/drop"),
    ],
)
def test_a_decision_is_sent_with_its_reason(shop: Shop, words: tuple[str, ...], path: str) -> None:
    assert run(*words, "--reason", "because").exit_code == 0
    assert shop.decided == [(path, {"reason": "because"})]
