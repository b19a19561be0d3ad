"""`aioutlet dead-letters`: page by page at a bounded rate, and what it prints."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from aioutlet.admin import client as admin_client
from aioutlet.admin.client import AdminClient
from aioutlet.cli import app

PATH = "/admin/dead-letters"


def letter(number: int) -> dict[str, Any]:
    """One of the list."""
    return {
        "id": f"saga.{number}",
        "kind": "message",
        "consumer": "saga",
        "subject": f"o-{number}",
        "cause": "KeyError",
        "attempts": 4,
        "since": "2026-03-14T12:00:00Z",
    }


class Shop:
    """A shop with so many dead letters, of which it lists two at a time."""

    def __init__(self, dead: int) -> None:
        self.letters = [letter(number) for number in range(1, dead + 1)]
        self.asked: list[dict[str, str]] = []
        self.decided: list[tuple[str, dict[str, Any]]] = []
        self.waits: list[float] = []

    def __call__(self, method: str, url: str, **content: Any) -> httpx.Response:
        path = url.removeprefix("http://shop")
        if method == "GET" and path == PATH:
            asked = content["params"]
            self.asked.append(asked)
            start = int(asked.get("cursor", 0))
            items, end = self.letters[start : start + 2], start + 2
            counts = [
                {"kind": "message", "consumer": "saga", "cause": "KeyError", "dead": len(self.letters), "waiting": 1}
            ]
            answer: dict[str, Any] = {
                "items": items,
                "next": str(end) if end < len(self.letters) else None,
                "counts": counts,
            }
        elif method == "GET":
            answer = letter(1) | {"trace": 'line 3, in "step"', "deadAt": None}
        else:
            self.decided.append((path, content["json"]))
            answer = {"decided": len(content["json"]["ids"])}
        return httpx.Response(200, json=answer)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shop:
    shop = Shop(dead=5)
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path))
    monkeypatch.setattr(admin_client, "open_client", lambda: AdminClient("http://shop", "http://shop", "token"))
    monkeypatch.setattr(httpx, "request", shop)
    monkeypatch.setattr("time.sleep", shop.waits.append)
    return shop


def said(*words: str) -> Result:
    return CliRunner().invoke(app, ["dead-letters", *words], catch_exceptions=False)


def test_the_list_shows_dead_letters_and_how_many_there_are(shop: Shop) -> None:
    shown = said("list", "--consumer", "saga", "--order", "o-1")
    assert shop.asked == [{"consumer": "saga", "orderId": "o-1", "state": "dead", "limit": "20"}]
    assert "saga.1" in shown.output
    assert "saga (messages), KeyError: 5 dead, 1 waiting" in shown.output
    assert "next page: --cursor 2" in shown.output
    assert json.loads(said("list", "--waiting", "--json").output)["items"][0]["id"] == "saga.1"
    assert shop.asked[-1]["state"] == "waiting"


def test_one_is_shown_with_its_trace(shop: Shop) -> None:
    assert 'line 3, in "step"' in said("show", "saga.1").output


def test_all_of_a_cause_are_replayed_page_by_page_and_no_faster_than_asked(shop: Shop) -> None:
    done = said("replay", "--cause", "KeyError", "--reason", "mended", "--per-second", "4")
    assert done.exit_code == 0
    assert "5 replayed" in done.output
    assert [(asked["cause"], asked["state"], asked["limit"]) for asked in shop.asked] == [
        ("KeyError", "dead", "100")
    ] * 3
    assert [body["ids"] for _, body in shop.decided] == [["saga.1", "saga.2"], ["saga.3", "saga.4"], ["saga.5"]]
    assert {(path, body["reason"]) for path, body in shop.decided} == {(f"{PATH}/replay", "mended")}
    assert shop.waits == [0.5, 0.25]


def test_those_that_are_named_are_replayed_a_hundred_at_a_time(shop: Shop) -> None:
    names = [f"saga.{number}" for number in range(1, 151)]
    assert "150 replayed" in said("replay", *names).output
    assert [len(body["ids"]) for _, body in shop.decided] == [100, 50]
    assert shop.asked == []


@pytest.mark.parametrize("words", [(), ("saga.1", "--cause", "KeyError")])
def test_a_replay_is_of_ids_or_of_a_cause(shop: Shop, words: tuple[str, ...]) -> None:
    refused = said("replay", *words)
    assert refused.exit_code != 0
    assert shop.decided == []


def test_a_discard_needs_a_reason(shop: Shop) -> None:
    assert said("discard", "saga.1").exit_code != 0
    assert "1 discarded" in said("discard", "saga.1", "--reason", "settled").output
    assert shop.decided == [(f"{PATH}/discard", {"ids": ["saga.1"], "reason": "settled"})]
