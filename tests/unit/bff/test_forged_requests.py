"""Requests that another site has a browser send, and requests without a session."""

import json
from typing import Any

import pytest
from fastapi import FastAPI

from bff.csrf import CsrfTokens
from edge.denials import DenialCounter
from tests.log_lines import captured_log
from tests.unit.bff.shop import (
    BASKET,
    LOCAL,
    LOGIN,
    PLACED,
    SECRET,
    SECURE,
    Browser,
    FakeShop,
    door_of,
    problem,
)

PUBLIC = {
    "POST /bff/auth/register", "POST /bff/auth/login", "POST /bff/auth/refresh", "POST /bff/auth/verify-email",
    "POST /bff/auth/password-reset", "POST /bff/auth/password-reset/complete", "GET /bff/products",
    "GET /bff/products/trending", "GET /bff/products/-by-id", "GET /bff/products/trending-with-reviews",
    "GET /bff/products/{product_id}", "GET /bff/products/{product_id}/bought-together", "GET /bff/departments",
    "GET /bff/dev", "GET /bff/dev/mailbox", "GET /bff/dev/mailbox/{mail_id}", "GET /bff/dev/events",
    "GET /bff/dev/sources/products/{product_id}", "GET /bff/dev/sources/orders/{order_id}", "GET /bff/dev/sources/cart",
    "GET /bff/reviews/product/{product_id}", "GET /bff/reviews/user/{user_id}",
    "GET /bff/pictures/{name}.svg",
    "POST /bff/quotes", "POST /bff/guest/cart", "GET /bff/guest/cart/{guest_id}", "DELETE /bff/guest/cart/{guest_id}",
    "POST /bff/guest/cart/{guest_id}/items", "PUT /bff/guest/cart/{guest_id}/items/{product_id}",
    "DELETE /bff/guest/cart/{guest_id}/items/{product_id}",
}  # fmt: skip


def operations(door: FastAPI) -> dict[str, Any]:
    paths = door.openapi()["paths"].items()
    return {f"{method.upper()} {path}": each for path, methods in paths for method, each in methods.items()}


def filled(path: str) -> str:
    return path.replace("{", "").replace("}", "")


async def test_everything_but_what_is_listed_needs_a_session(door: FastAPI, shop: FakeShop) -> None:
    async with Browser(door) as stranger:
        for name in operations(door):
            method, _, path = name.partition(" ")
            answer = await stranger.request(method, filled(path), headers={"Origin": LOCAL}, json={})
            is_refused = answer.status_code == 401 and answer.json()["code"] == "unauthorised"
            assert is_refused is (name not in PUBLIC), (name, answer.text)
        assert (await stranger.get("/bff/no/such/thing")).status_code == 401
    assert all(request.url.path.startswith(("/products", "/inventory", "/reviews")) for request in shop.requests)


def test_the_document_says_what_each_operation_needs(door: FastAPI) -> None:
    for name, operation in operations(door).items():
        needed = operation.get("security", door.openapi()["security"])
        if name in PUBLIC:
            assert needed == []
        else:
            assert needed == [{"session": []}] if name.startswith("GET") else [{"session": [], "csrf": []}]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("token", ["", "nonsense", "a.b", "é", "another session's", "another key's"])
async def test_what_changes_something_needs_the_sessions_csrf_token(
    browser: Browser, shop: FakeShop, method: str, token: str
) -> None:
    sent = len(shop.requests)
    token = {
        "another session's": CsrfTokens(SECRET).issue("session-2"),
        "another key's": CsrfTokens(SECRET + "!").issue("session-1"),
    }.get(token, token)
    headers = [(b"origin", LOCAL.encode()), (b"x-csrf-token", token.encode())]
    answer = await browser.request(method, "/bff/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert len(shop.requests) == sent


async def test_a_token_that_another_site_planted_as_cookie_too_is_refused(door: FastAPI) -> None:
    planted = CsrfTokens(SECRET).issue("the attacker's session")
    async with Browser(door) as browser:
        await browser.log_in()
        browser.cookies.delete("aioutlet_csrf")
        browser.cookies.set("aioutlet_csrf", planted, domain="localhost.local")
        answer = await browser.post("/bff/auth/logout", headers={"Origin": LOCAL, "X-CSRF-Token": planted})
        assert answer.json()["code"] == "csrf_failed"


async def test_a_valid_token_in_the_header_alone_is_no_double_submit(browser: Browser) -> None:
    headers = browser.page | {"X-CSRF-Token": CsrfTokens(SECRET).issue("session-1")}
    assert (await browser.post("/bff/auth/logout", headers=headers)).json()["code"] == "csrf_failed"


async def test_a_browser_that_lost_its_csrf_cookie_is_given_another(browser: Browser, shop: FakeShop) -> None:
    shop.answers["POST", "/orders"] = PLACED
    browser.cookies.delete("aioutlet_csrf")
    order = {"url": "/bff/orders", "json": BASKET}
    assert (await browser.post(**order, headers=browser.page | {"Idempotency-Key": "k"})).status_code == 403  # type: ignore[arg-type]
    assert (await browser.post(**order, headers=browser.page | {"Idempotency-Key": "k"})).status_code == 201  # type: ignore[arg-type]


async def test_what_only_reads_needs_no_csrf_token_and_no_origin(browser: Browser) -> None:
    assert (await browser.get("/bff/me", headers={"Origin": "https://evil.example"})).status_code == 200
    assert (await browser.head("/bff/me")).status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"{LOCAL}.evil.example"},
        {"Referer": "https://evil.example/http://localhost:4000"},
        {"Origin": "https://evil.example", "Referer": f"{LOCAL}/"},
    ],
)
@pytest.mark.parametrize("path", ["/bff/auth/login", "/bff/auth/register", "/bff/auth/logout", "/bff/orders"])
async def test_a_page_of_another_origin_may_not_change_anything(
    browser: Browser, shop: FakeShop, page: dict[str, str], path: str
) -> None:
    sent = len(shop.requests)
    token = {"X-CSRF-Token": browser.kept("aioutlet_csrf") or ""}
    answer = await browser.post(path, json=LOGIN, headers=token | page)
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")
    browser.cookies.clear()
    assert (await browser.post(path, json=LOGIN, headers=page)).json()["code"] == "origin_refused"
    assert len(shop.requests) == sent


async def test_a_client_that_is_no_page_logs_in_and_then_needs_the_token_alone(shop: FakeShop) -> None:
    shop.answers["POST", "/auth/logout"] = {}
    async with door_of(shop, SECURE) as door, Browser(door, SECURE) as script:
        token = (await script.post("/bff/auth/login", json=LOGIN)).json()["csrfToken"]
        assert (await script.post("/bff/auth/logout")).status_code == 403
        referer = {"Referer": f"{SECURE}/account"}
        assert (await script.post("/bff/auth/logout", headers=referer)).status_code == 403
        assert (await script.post("/bff/auth/logout", headers={"X-CSRF-Token": token} | referer)).status_code == 200


async def test_what_is_refused_here_is_counted_here_by_address_and_route(shop: FakeShop) -> None:
    denials = DenialCounter()
    async with door_of(shop, denials=denials) as door, Browser(door, client=("192.0.2.7", 1)) as browser:
        await browser.post("/bff/orders")
        await browser.log_in()
        await browser.post("/bff/orders/order-17/cancel", headers={"Origin": "https://evil.example"})
        await browser.post("/bff/nowhere")
    found = [(each.kind, each.code, each.route, each.address, each.count) for each in denials.drain(everything=True)]
    assert found == [
        ("access", "unauthorised", "/bff/orders", "192.0.2.7", 1),
        ("access", "origin_refused", "/bff/orders/{order_id}/cancel", "192.0.2.7", 1),
        ("access", "csrf_failed", "unmatched", "192.0.2.7", 1),
    ]


async def test_a_visitor_who_looks_and_what_a_service_has_counted_itself_are_not_counted(
    browser: Browser, shop: FakeShop
) -> None:
    denials = DenialCounter()
    shop.answers["GET", "/users/me"] = problem(403, "forbidden")
    async with door_of(shop, denials=denials) as door, Browser(door) as visitor:
        assert (await visitor.get("/bff/me")).status_code == 401
        await visitor.log_in()
        assert (await visitor.get("/bff/me")).status_code == 403
    assert denials.drain(everything=True) == []


async def test_a_forged_request_is_a_line_of_the_log_without_what_is_personal(browser: Browser) -> None:
    with captured_log("WARNING", "bff") as lines:
        await browser.post("/bff/auth/logout", headers={"Origin": LOCAL})
    [line] = map(json.loads, lines.getvalue().splitlines())
    assert (line["event"], line["code"], line["route"]) == ("request refused", "csrf_failed", "/bff/auth/logout")
    assert not {"127.0.0.1", "session-1"} & set(map(str, line.values()))
