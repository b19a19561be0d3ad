"""`aioutlet admin`: what each command asks the shop for, what it prints, and how it ends when the shop says no."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from aioutlet.admin import client as admin_client
from aioutlet.admin.client import AdminClient
from aioutlet.admin.money import shown, to_amount
from aioutlet.cli import app

ORDER = {
    "orderId": "o-1",
    "orderNumber": "ORD-20260314-7K3QZ",
    "customerId": "bob",
    "createdAt": "2026-03-14T12:00:00.000000Z",
    "status": "Shipping Prepared",
    "paymentStatus": "paid",
    "fulfilmentStatus": "prepared",
    "items": [{"name": "Lamp [brass]", "quantity": 2, "unitPrice": 1299}],
    "subtotal": 2598,
    "tax": 188,
    "shipping": 599,
    "totalAmount": 3385,
    "currency": "USD",
    "rulesVersion": "pricing-3",
    "saga": {"state": "SHIPPING_PROCESSING", "request": {"step": "shipping", "direction": "forward", "attempt": 2}},
    "timeline": [{"at": "2026-03-14T12:00:00.000000Z", "title": "Order received"}],
}
CONFIG = {
    "key": "trending",
    "version": 2,
    "value": {"view": 1.0, "order": 12.0},
    "by": "ann",
    "reason": "sale",
    "changedAt": "2026-03-14T12:00:00.000000Z",
    "versions": [{"version": 2, "by": "ann", "reason": "sale", "changedAt": "2026-03-14T12:00:00.000000Z"},
                 {"version": 0, "by": None, "reason": None, "changedAt": None}],
    "total": 3,
    "next": None,
}  # fmt: skip
PREVIEW = {
    "action": "force fail",
    "state": "FAILED",
    "orderStatus": "Failed",
    "requests": [{"step": "payment", "direction": "undo", "attempt": 4}],
    "toUndo": ["inventory"],
    "left": ["shipping"],
    "needsSecondPerson": True,
}
SAGA = {
    "orderId": "o-1",
    "orderNumber": "ORD-20260314-7K3QZ",
    "totalAmount": 3385,
    "currency": "USD",
    "state": "STUCK",
    "since": "2026-03-14T12:00:00.000000Z",
    "movedAt": "2026-03-14T12:01:00.000000Z",
    "request": {"step": "payment", "direction": "undo", "attempt": 3, "retryAt": None, "deadline": None},
    "stuckReason": "refund_refused",
    "reason": "shortage",
    "done": ["payment"],
    "remaining": [],
    "undo": ["payment"],
    "proposal": {
        "resolution": "mark done",
        "proposalId": "p-1",
        "operator": "olive",
        "expiresAt": "2026-03-14T13:00:00.000000Z",
    },
    "actions": [PREVIEW],
}
ANSWERS: dict[str, Any] = {
    "GET /admin/sagas": {"items": [SAGA], "total": 1, "next": None},
    "GET /admin/sagas/o-1": SAGA,
    "POST /admin/sagas/o-1/retry": {"proposalId": None},
    "POST /admin/sagas/o-1/mark-done": {"proposalId": "p-1"},
    "POST /admin/sagas/o-1/force-fail": {"proposalId": None},
    "POST /admin/sagas/o-1/confirm": {},
    "GET /admin/orders": {"items": [ORDER], "total": 41, "next": "abc"},
    f"GET /admin/orders/{ORDER['orderNumber']}": ORDER,
    "GET /admin/orders/o-1": ORDER,
    "PUT /orders/o-1/status": {},
    "POST /orders/o-1/cancel": {},
    "GET /admin/config/trending": CONFIG,
    "GET /admin/config": [CONFIG],
    "PUT /admin/config/trending": {"configVersion": 3},
    "POST /products": {"productId": "cup"},
    "PATCH /products/cup": {},
    "PUT /products/cup/price": {},
    "POST /products/cup/discontinue": {},
    "POST /products/cup/relist": {},
    "POST /inventory/receipts": {"receiptId": "r-1"},
    "POST /inventory/adjustments": {},
    "GET /admin/users": {"items": [{"userId": "u-1"}], "total": 1, "nextCursor": None},
    "DELETE /users/u-1/sessions": {},
}


class Shop:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.refusal: dict[str, Any] | None = None

    def request(self, method: str, url: str, **content: Any) -> httpx.Response:
        path = httpx.URL(url).path
        self.asked.append((f"{method} {path}", content.get("params", {}), content.get("json")))
        if self.refusal:
            return httpx.Response(self.refusal["status"], json=self.refusal)
        return httpx.Response(200, json=ANSWERS[f"{method} {path}"])


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    made = Shop()
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(httpx, "request", made.request)
    monkeypatch.setattr(admin_client, "open_client", lambda: AdminClient("http://commands", "http://queries", "token"))
    return made


def admin(*words: str, said: str | None = None) -> Result:
    return CliRunner().invoke(app, ["admin", *words], input=said)


def done(*words: str, said: str | None = None) -> str:
    result = admin(*words, said=said)
    assert result.exit_code == 0, result.output
    return result.output


def test_orders_are_found_by_what_is_known_of_them(shop: Shop) -> None:
    words = ("--email", "bob@example.org", "--status", "Shipping Prepared", "--since", "2026-03-14", "--limit", "5")
    output = done("orders", "list", *words)
    assert shop.asked == [
        (
            "GET /admin/orders",
            {
                "email": "bob@example.org",
                "status": "Shipping Prepared",
                "from": "2026-03-14T00:00:00+00:00",
                "limit": "5",
            },
            None,
        )
    ]
    assert "ORD-20260314-7K3QZ" in output
    assert "33.85 USD" in output
    assert "1 of 41" in output
    assert "--cursor abc" in output


def test_an_order_is_shown_with_its_rules_its_saga_and_its_timeline(shop: Shop) -> None:
    output = done("orders", "show", "ORD-20260314-7K3QZ")
    for words in ("pricing-3", "SHIPPING_PROCESSING, waits for shipping (forward 2)", "Order received", "Lamp [brass]"):
        assert words in output


def test_sagas_are_found_by_state_step_and_how_long_they_have_not_moved(shop: Shop) -> None:
    output = done("sagas", "list", "--state", "STUCK", "--step", "payment", "--stale-for", "60")
    asked = {"state": "STUCK", "step": "payment", "staleFor": "60", "limit": "20"}
    assert shop.asked == [("GET /admin/sagas", asked, None)]
    for words in ("ORD-20260314-7K3QZ", "an operator", "2026-03-14T12:01:00", "1 of 1"):
        assert words in output


def test_a_saga_is_shown_with_what_could_be_done_and_what_it_would_lead_to(shop: Shop) -> None:
    output = done("sagas", "show", "ORD-20260314-7K3QZ")
    for words in ("refund_refused", "mark done (p-1), by olive, until 2026-03-14T13:00:00"):
        assert words in output
    [line] = [line for line in output.splitlines() if "force fail" in line]
    assert " ".join(line.split()) == "force fail, once confirmed FAILED, Failed payment (undo 4) inventory shipping"
    assert json.loads(done("sagas", "show", "o-1", "--json")) == SAGA


def test_a_proposal_says_that_another_one_must_confirm_it(shop: Shop) -> None:
    output = done("sagas", "mark-done", "o-1", "--evidence", "paid")
    assert output == "o-1  mark-done proposed as p-1: another operator must confirm it\n"
    assert done("sagas", "retry", "o-1", "--evidence", "well") == "o-1  retry asked for\n"


def test_json_is_the_answer_as_it_came(shop: Shop) -> None:
    assert json.loads(done("orders", "show", "o-1", "--json")) == ORDER
    assert json.loads(done("orders", "list", "--json"))["next"] == "abc"
    assert json.loads(done("config", "get", "trending", "--value")) == CONFIG["value"]


@pytest.mark.parametrize(
    ("words", "asked", "body"),
    [
        (("orders", "ship", "o-1"), "PUT /orders/o-1/status", {"status": "Shipped"}),
        (("orders", "deliver", "ORD-20260314-7K3QZ"), "PUT /orders/o-1/status", {"status": "Delivered"}),
        (("orders", "cancel", "o-1", "--reason", "late"), "POST /orders/o-1/cancel", {"reason": "late"}),
        (("sagas", "retry", "o-1", "--evidence", "well"), "POST /admin/sagas/o-1/retry", {"evidence": "well"}),
        (
            ("sagas", "mark-done", "ORD-20260314-7K3QZ", "--evidence", "paid", "--step", "payment"),
            "POST /admin/sagas/o-1/mark-done",
            {"evidence": "paid", "step": "payment"},
        ),
        (("sagas", "force-fail", "o-1", "--evidence", "e"), "POST /admin/sagas/o-1/force-fail", {"evidence": "e"}),
        (("sagas", "confirm", "o-1", "--proposal", "p-1"), "POST /admin/sagas/o-1/confirm", {"proposalId": "p-1"}),
        (("products", "price", "cup", "12.5"), "PUT /products/cup/price",
         {"price": {"amount": 1250, "currency": "USD"}}),
        (("products", "update", "cup", "--name", "Mug", "--brand", ""), "PATCH /products/cup",
         {"name": "Mug", "brand": None}),
        (("products", "discontinue", "cup"), "POST /products/cup/discontinue", None),
        (("products", "relist", "cup"), "POST /products/cup/relist", None),
        (("stock", "receive", "cup", "7"), "POST /inventory/receipts",
         {"items": [{"productId": "cup", "quantity": 7}]}),
        (("stock", "adjust", "cup", "--by", "-2", "--reason", "broken", "--warehouse", "east"),
         "POST /inventory/adjustments",
         {"warehouseId": "east", "productId": "cup", "delta": -2, "reason": "broken"}),
        (("users", "end-sessions", "bob@example.org"), "DELETE /users/u-1/sessions", None),
    ],
)  # fmt: skip
def test_a_command_sends_what_it_says(shop: Shop, words: tuple[str, ...], asked: str, body: object) -> None:
    done(*words)
    assert (shop.asked[-1][0], shop.asked[-1][2]) == (asked, body)


def test_a_product_is_created_at_a_price_in_whole_units(shop: Shop) -> None:
    named = ("--name", "Cup", "--department", "Home", "--category", "Cups")
    assert done("products", "create", *named, "--price", "900", "--currency", "JPY") == "cup  Cup\n"
    assert shop.asked[-1][2]["price"] == {"amount": 900, "currency": "JPY"}


def test_a_value_is_set_from_a_file_by_the_version_in_force(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "new.json").write_text('{"view": 2}')
    assert done("config", "set", "trending", "--file", str(tmp_path / "new.json"), "--reason", "sale") == (
        "trending  version 3\n"
    )
    assert shop.asked[-1][2] == {"value": {"view": 2}, "reason": "sale", "version": 2}
    done("config", "set", "trending", "--file", "-", "--reason", "sale", "--version", "1", said='{"view": 3}')
    assert shop.asked[-1][2] == {"value": {"view": 3}, "reason": "sale", "version": 1}


def test_the_versions_of_a_key_say_who_when_and_why(shop: Shop) -> None:
    output = done("config", "history", "trending")
    assert output.splitlines()[1].split() == ["2", "2026-03-14T12:00:00", "ann", "sale"]
    assert "as released" in output


def test_what_is_in_force_is_a_table_of_fields(shop: Shop) -> None:
    assert ["view", "1.0"] in [line.split() for line in done("config", "get", "trending").splitlines()]
    assert "trending" in done("config", "get")


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_a_file_that_is_no_value_ends_with_2_and_asks_nothing(shop: Shop, tmp_path: Path, content: str) -> None:
    (tmp_path / "new.json").write_text(content)
    result = admin("config", "set", "trending", "--file", str(tmp_path / "new.json"), "--reason", "sale")
    assert (result.exit_code, shop.asked) == (2, [])
    assert admin("config", "set", "trending", "--file", str(tmp_path / "no"), "--reason", "sale").exit_code == 2


def test_a_refusal_ends_with_1_and_says_what_is_wrong_and_what_helps(shop: Shop) -> None:
    shop.refusal = {
        "status": 409,
        "code": "config_version_differs",
        "detail": "trending is at version 3 and not at 2",
        "errors": [{"field": "value.view", "detail": "too small"}],
    }
    result = admin("config", "set", "trending", "--file", "-", "--reason", "x", "--version", "2", said="{}")
    assert result.exit_code == 1
    for words in ("refused: trending is at version 3", "value.view: too small", "read it again"):
        assert words in result.output


def test_a_shop_that_is_away_ends_with_2(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    monkeypatch.setattr(httpx, "request", away)
    result = admin("orders", "list")
    assert result.exit_code == 2
    assert "make run" in result.output


def test_without_a_shop_in_the_folder_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path))
    result = admin("stock", "list")
    assert result.exit_code == 2
    assert str(tmp_path) in result.output


@pytest.mark.parametrize(
    ("text", "currency"), [("1.234", "USD"), ("9.5", "JPY"), ("x", "USD"), ("-1", "USD"), ("1", "XXX")]
)
def test_an_amount_that_is_none_is_refused(text: str, currency: str) -> None:
    result = admin("products", "price", "cup", "--currency", currency, "--", text)
    assert result.exit_code == 2


def test_amounts_are_written_in_whole_units() -> None:
    assert [to_amount("12.5", "USD"), to_amount("900", "JPY"), to_amount("1.850", "KWD")] == [1250, 900, 1850]
    assert [shown(1250, "USD"), shown(1_234_567, "JPY")] == ["12.50 USD", "1,234,567 JPY"]


@pytest.mark.parametrize("subject", ["orders", "products", "stock", "config", "users"])
def test_every_subject_says_what_it_can_do(subject: str) -> None:
    result = admin(subject, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 8
