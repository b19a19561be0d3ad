"""`aioutlet audit events` and its neighbours: what each asks the shop for, what it prints, and the files it writes."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from aioutlet.admin import client as admin_client
from aioutlet.admin.client import AdminClient
from aioutlet.cli import app

FAILED = {
    "position": 41,
    "recordedAt": "2026-03-14T12:00:00.000000Z",
    "type": "order.failed",
    "outcome": "failure",
    "actor": {"type": "system", "id": "aioutlet"},
    "facts": {"orderId": "o-1", "reason": "declined"},
}
PAGE = {"items": [FAILED], "next": "abc", "lookedAt": 1, "head": 50}
REPORT = {
    "first": "2026-03-01",
    "last": "2026-03-14",
    "events": 1_200,
    "failures": 3,
    "types": [{"type": "order.failed", "outcome": "failure", "count": 3}],
    "notable": [FAILED],
    "head": {"size": 1_199, "root": "ab12"},
}


class Shop:
    """Answers pages, and reports in the form that is asked for; it remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def request(self, _: str, url: str, *, params: dict[str, Any], **__: Any) -> httpx.Response:
        self.asked.append((httpx.URL(url).path, params))
        if "format" in params:
            return httpx.Response(200, content=b"section,day\n")
        return httpx.Response(200, json=REPORT if url.endswith("report") else PAGE)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    made = Shop()
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(httpx, "request", made.request)
    monkeypatch.setattr(admin_client, "open_client", lambda: AdminClient("http://commands", "http://queries", "token"))
    return made


def done(*words: str) -> str:
    result = CliRunner().invoke(app, ["audit", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_events_are_found_by_what_is_known_of_them(shop: Shop) -> None:
    words = ("--person", "bob@example.org", "--type", "order.*", "--type", "auth.login", "--outcome", "failure")
    output = done("events", *words, "--since", "2026-03-14", "--oldest", "--limit", "5")
    asked = {"person": "bob@example.org", "type": ["order.*", "auth.login"], "outcome": "failure", "sort": "oldest"}
    assert shop.asked == [("/audit/events", asked | {"since": "2026-03-14T00:00:00+00:00", "limit": "5"})]
    assert "order.failed !" in output
    assert "declined" in output
    assert "next page: --cursor abc" in output


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (("order", "ORD-1"), "/audit/orders/ORD-1"),
        (("user", "u-1"), "/audit/users/u-1"),
        (("security",), "/audit/security"),
    ],
)
def test_orders_people_and_the_security_trail_are_asked_for(shop: Shop, words: tuple[str, ...], path: str) -> None:
    assert json.loads(done(*words, "--json")) == PAGE
    assert [asked for asked, _ in shop.asked] == [path]


def test_a_report_is_shown_or_printed_as_json(shop: Shop) -> None:
    output = done("report", "--first", "2026-03-01", "--last", "2026-03-14")
    assert shop.asked == [("/audit/report", {"first": "2026-03-01", "last": "2026-03-14"})]
    assert "1,200 events, 3 failures" in output
    assert json.loads(done("report", "--json")) == REPORT


@pytest.mark.parametrize("name", ["report.csv", "report.html"])
def test_a_report_is_written_as_its_file_is_called(shop: Shop, tmp_path: Path, name: str) -> None:
    done("report", "--file", str(tmp_path / name))
    assert shop.asked == [("/audit/report", {"format": name.partition(".")[2]})]
    assert (tmp_path / name).read_bytes() == b"section,day\n"


def test_a_report_is_written_as_json(shop: Shop, tmp_path: Path) -> None:
    done("report", "--file", str(tmp_path / "report.json"))
    assert json.loads((tmp_path / "report.json").read_text()) == REPORT
