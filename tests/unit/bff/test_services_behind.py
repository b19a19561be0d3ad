"""What goes on to the services, what comes back, and what is said when one is away, slow or wrong."""

import asyncio
import json
from http import HTTPStatus
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from bff.pictures.urls import picture_url
from tests.log_lines import captured_log
from tests.unit.bff.shop import (
    ACCEPTED,
    BASKET,
    GUEST,
    LOCAL,
    ORDER,
    PLACED,
    PRODUCT,
    PROFILE,
    TIME,
    Answer,
    Browser,
    FakeShop,
    door_of,
    problem,
)  # fmt: skip

A_WHILE = 3.0
"""Seconds; a tenth of what a part may take where nobody limits it."""
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def refuse_connections(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused")


async def never_answer(request: httpx.Request) -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def time_out(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow")


async def test_what_names_the_request_and_its_client_goes_on(browser: Browser, shop: FakeShop) -> None:
    named = {"X-Correlation-ID": "c-1", "X-Request-ID": "r-1", "traceparent": TRACE, "User-Agent": "Browser/1 é"}
    answer = await browser.get("/bff/me", headers=[(k.encode(), v.encode("latin-1")) for k, v in named.items()])
    [sent] = shop.sent("GET", "/users/me")
    assert (sent.headers["x-correlation-id"], sent.headers["x-request-id"]) == ("c-1", "r-1")
    assert sent.headers["traceparent"].split("-")[1] == TRACE.split("-")[1]
    assert sent.headers["user-agent"].encode("latin-1") == "Browser/1 é".encode("latin-1")
    assert sent.headers["x-forwarded-for"] == "127.0.0.1"
    assert sent.headers["authorization"] == f"Bearer {browser.kept('aioutlet_access')}"
    assert not {"cookie", "origin", "x-csrf-token"} & set(sent.headers)
    assert (answer.headers["x-correlation-id"], answer.headers["x-request-id"]) == ("c-1", "r-1")


@pytest.mark.parametrize(
    ("peer", "claimed", "address"),
    [
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "10.9.9.9, 203.0.113.9, 127.0.0.1", "203.0.113.9"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("nobody", "203.0.113.9", ""),
    ],
)
async def test_a_client_cannot_claim_an_address(shop: FakeShop, peer: str, claimed: str, address: str) -> None:
    async with door_of(shop) as door, Browser(door, client=(peer, 1)) as browser:
        await browser.get("/bff/products/lamp", headers={"X-Forwarded-For": claimed})
    assert {request.headers["x-forwarded-for"] for request in shop.requests} == {address}


async def test_a_key_goes_on_with_commands_and_a_position_with_queries(browser: Browser, shop: FakeShop) -> None:
    shop.answers["POST", "/orders"] = PLACED
    shop.expire()
    both = {"Idempotency-Key": "k-1", "X-Min-Position": "user-ada-id@5"}
    await browser.post("/bff/orders", json=BASKET, headers=browser.page | both)
    await browser.get("/bff/me", headers=both)
    [query], [refresh] = shop.sent("GET", "/users/me"), shop.sent("POST", "/auth/refresh")
    command = shop.sent("POST", "/orders")[-1]
    assert (command.headers.get("idempotency-key"), command.headers.get("x-min-position")) == ("k-1", None)
    assert (query.headers.get("idempotency-key"), query.headers.get("x-min-position")) == (None, "user-ada-id@5")
    assert "idempotency-key" not in refresh.headers


@pytest.mark.parametrize(
    ("status", "code", "headers"),
    [
        (401, "login_failed", {"www-authenticate": "Bearer"}),
        (404, "not_found", {}),
        (409, "orders_in_progress", {}),
        (422, "invalid", {}),
        (429, "too_many_requests", {"retry-after": "17"}),
        (500, "internal", {}),
        (503, "stale", {"retry-after": "1"}),
    ],
)
async def test_a_services_own_refusal_is_passed_on(
    browser: Browser, shop: FakeShop, status: int, code: str, headers: dict[str, str]
) -> None:
    refusal = problem(status, code, **headers, server="secret/1.0")
    shop.answers["GET", "/users/me"] = refusal
    answer = await browser.get("/bff/me")
    assert (answer.status_code, answer.content) == (status, refusal.content)
    assert answer.headers["content-type"] == "application/problem+json"
    assert {name: answer.headers.get(name) for name in headers} == headers
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    "answer",
    [
        refuse_connections,
        time_out,
        httpx.Response(502, text="<html>bad gateway</html>"),
        httpx.Response(302, headers={"location": "http://elsewhere"}),
        httpx.Response(404, text="no such page"),
        httpx.Response(500, content=b"{", headers={"content-type": "application/problem+json"}),
        httpx.Response(500, content=b"[]", headers={"content-type": "application/problem+json"}),
    ],
)
async def test_a_service_that_is_away_or_talks_of_something_else_is_unavailable(
    browser: Browser, shop: FakeShop, answer: Answer | httpx.Response
) -> None:
    shop.answers["GET", "/users/me"] = answer
    answered = await browser.get("/bff/me")
    assert (answered.status_code, answered.json()["code"]) == (503, "unavailable")
    assert answered.headers["retry-after"] == "1"


async def test_a_service_that_is_slow_is_given_up_in_time(shop: FakeShop) -> None:
    shop.answers["GET", "/users/me"] = never_answer
    async with door_of(shop, answer_within=0.05) as door, Browser(door) as browser:
        await browser.log_in()
        answer = await browser.get("/bff/me")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_an_answer_that_was_not_agreed_is_not_shown_and_its_values_not_logged(
    browser: Browser, shop: FakeShop
) -> None:
    shop.answers["GET", "/users/me"] = {"email": "ada@example.org", "userId": 17}
    with captured_log("WARNING", "bff") as lines:
        answer = await browser.get("/bff/me")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "not agreed" in lines.getvalue()
    assert "ada@example.org" not in lines.getvalue() + answer.text


async def test_what_a_service_says_beyond_what_was_agreed_is_left_out(browser: Browser, shop: FakeShop) -> None:
    shop.answers["GET", "/users/me"] = PROFILE | {"accessToken": "leaked", "user": {"refreshToken": "leaked"}}
    answer = await browser.get("/bff/me")
    assert answer.status_code == 200
    assert "leaked" not in answer.text


async def test_a_services_cookies_and_redirects_mean_nothing(browser: Browser, shop: FakeShop) -> None:
    shop.answers["GET", "/users/me"] = httpx.Response(200, json=PROFILE, headers={"set-cookie": "a=b; Path=/"})
    answer = await browser.get("/bff/me")
    await browser.get("/bff/me")
    assert "a=b" not in str(answer.headers)
    assert all("cookie" not in request.headers for request in shop.requests)


async def test_the_parts_of_a_products_page_are_asked_for_side_by_side(browser: Browser, shop: FakeShop) -> None:
    all_four = asyncio.Barrier(4)

    def together(body: dict[str, Any]) -> Answer:
        async def answer(request: httpx.Request) -> httpx.Response:
            await all_four.wait()
            return httpx.Response(200, json=body)

        return answer

    reviews = {"items": [], "total": 0, "next": None, "summary": {"average": None, "count": 0, "histogram": [0] * 5}}
    bought = {"orders": 2, "missed": 0, "items": [PRODUCT | {"productId": "bulb", "orders": 1}]}
    answers: dict[str, dict[str, Any]] = {
        "/products/lamp": PRODUCT,
        "/inventory/lamp": {"available": 5, "onHand": 9},
        "/reviews/product/lamp": reviews,
        "/products/lamp/bought-together": bought | {"productId": "lamp"},
    }
    for path, body in answers.items():
        shop.answers["GET", path] = together(body)
    answer = await browser.get("/bff/products/lamp", headers={"X-Min-Position": "product-lamp@3"})
    page = answer.json()
    shown = {name: value for name, value in PRODUCT.items() if name != "position"}
    assert (shown | {"picture": picture_url(None)}).items() <= page.items()
    assert (page["stock"], page["reviews"], page["degraded"]) == ({"available": 5}, reviews, [])
    assert [(each["productId"], each["orders"]) for each in page["boughtTogether"]["items"]] == [("bulb", 1)]
    asked = [request for request in shop.requests if request.method == "GET"]
    assert {request.headers["authorization"] for request in asked} == {f"Bearer {GUEST}"}
    positions = {request.url.path: request.headers.get("x-min-position") for request in asked}
    assert {path for path, position in positions.items() if position} == {"/products/lamp"}


async def test_trending_products_come_with_their_reviews_where_these_are_known(
    browser: Browser, shop: FakeShop
) -> None:
    reason = {"score": 1.5, "viewsToday": 3, "cartAddsToday": 0, "ordersToday": 0}
    reviews = {
        "items": [],
        "total": 0,
        "next": None,
        "summary": {"average": 4.5, "count": 2, "histogram": [0, 0, 0, 1, 1]},
    }
    names = ("lamp", "bulb", "cord")
    items = [PRODUCT | {"productId": name, "trending": reason} for name in names]
    shop.answers["GET", "/products/trending"] = {"items": items}
    shop.answers["GET", "/reviews/product/lamp"] = reviews
    shop.answers["GET", "/reviews/product/bulb"] = shop.answers["GET", "/reviews/product/cord"] = refuse_connections
    page = (await browser.get("/bff/products/trending-with-reviews?limit=3&department=Home")).json()
    assert [each["reviews"] for each in page["items"]] == [reviews, None, None]
    assert ([each["productId"] for each in page["items"]], page["degraded"]) == ([*names], ["reviews"])
    [asked] = shop.sent("GET", "/products/trending")
    assert dict(asked.url.params) == {"limit": "3", "department": "Home"}
    plain = (await browser.get("/bff/products/trending")).json()
    assert [each["trending"] for each in plain["items"]] == [reason] * 3


@pytest.mark.parametrize(
    ("stock", "degraded"),
    [
        (problem(404, "not_found"), []),
        (refuse_connections, ["stock"]),
        (never_answer, ["stock"]),
        ({"available": "many"}, ["stock"]),
    ],
)
async def test_a_product_is_shown_without_a_stock_that_is_not_known(
    browser: Browser, shop: FakeShop, stock: Any, degraded: list[str]
) -> None:
    shop.answers["GET", "/inventory/lamp"] = stock
    answer = await browser.get("/bff/products/lamp")
    assert (answer.status_code, answer.json()["stock"], answer.json()["degraded"]) == (200, None, degraded)
    assert answer.elapsed.total_seconds() < A_WHILE  # on a quiet machine 0.3: tests/e2e


async def test_a_product_there_is_not_is_not_found_however_long_its_stock_takes(
    browser: Browser, shop: FakeShop
) -> None:
    shop.answers["GET", "/inventory/curtain"] = never_answer
    assert (await browser.get("/bff/products/curtain")).status_code == 404


async def test_a_token_of_ours_that_is_refused_is_our_fault(browser: Browser, shop: FakeShop) -> None:
    shop.answers["GET", "/products/lamp"] = problem(401, "unauthorised")
    assert (await browser.get("/bff/products/lamp")).status_code == 503
    assert browser.kept("aioutlet_refresh")


async def test_filters_go_on_and_unknown_ones_are_refused(browser: Browser, shop: FakeShop) -> None:
    counts = [{"value": "Home", "count": 1}]
    facets = {
        "departments": counts, "categories": [], "brands": [],
        "inStock": [{"value": True, "count": 1}], "ratings": [{"value": 1, "count": 0}],
    }  # fmt: skip
    page = {"items": [PRODUCT], "total": 1, "skip": 0, "limit": 5, "next": None, "facets": facets}
    shop.answers["GET", "/products"] = page
    asked = {"q": "desk lamp", "minPrice": "100", "brand": "Acme", "inStock": "true", "minRating": "4", "limit": "5"}
    answer = await browser.get("/bff/products", params=asked | {"sort": "-rating"})
    assert answer.status_code == 422
    answer = await browser.get("/bff/products", params=asked | {"sort": "trending"})
    assert (answer.json()["total"], answer.json()["facets"]) == (1, facets)
    [sent] = shop.sent("GET", "/products")
    assert dict(sent.url.params) == asked | {"sort": "trending"}
    assert (await browser.get("/bff/products?colour=red")).status_code == 422


async def test_products_are_asked_for_by_their_ids(browser: Browser, shop: FakeShop) -> None:
    shop.answers["GET", "/products"] = {"items": [PRODUCT], "total": 1, "facets": None}
    assert len((await browser.get("/bff/products/-by-id?ids=lamp,curtain")).json()["items"]) == 1
    [sent] = shop.sent("GET", "/products")
    assert dict(sent.url.params) == {"ids": "lamp,curtain"}
    assert (await browser.get("/bff/products/-by-id?ids=,")).status_code == 422


async def test_an_order_is_placed_for_oneself(browser: Browser, shop: FakeShop) -> None:
    shop.answers["POST", "/orders"] = httpx.Response(201, json=PLACED)
    headers = browser.page | {"Idempotency-Key": "k"}
    for basket in (BASKET, BASKET | {"customerId": "ada-id"}):
        assert (await browser.post("/bff/orders", json=basket, headers=headers)).status_code == 201
    assert [orjson.loads(sent.content) for sent in shop.sent("POST", "/orders")] == [
        BASKET | {"customerId": "ada-id"}
    ] * 2
    refused = await browser.post("/bff/orders", json=BASKET | {"customerId": "bob-id"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    missing = await browser.post("/bff/orders", json=BASKET, headers=browser.page)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    assert len(shop.sent("POST", "/orders")) == 2


@pytest.mark.parametrize("token", ["no-token", None])
async def test_whose_order_it_is_is_known_after_the_access_token_ran_out_too(
    browser: Browser, shop: FakeShop, token: str | None
) -> None:
    shop.answers["POST", "/orders"] = httpx.Response(201, json=PLACED)
    browser.cookies.delete("aioutlet_access")
    if token:
        browser.cookies.set("aioutlet_access", token, domain="localhost.local")
    answer = await browser.post("/bff/orders", json=BASKET, headers=browser.page | {"Idempotency-Key": "k"})
    assert answer.status_code == 201
    assert len(shop.sent("POST", "/auth/refresh")) == 1


async def test_a_browser_reads_its_own_writes(browser: Browser, shop: FakeShop) -> None:
    shop.answers["POST", "/orders"] = httpx.Response(201, json=PLACED)
    shop.answers["GET", "/orders"] = {"items": [ORDER], "total": 1, "skip": 0, "limit": 20, "next": None}
    shop.answers["GET", "/orders/o1"] = ORDER | {"shippingAddress": None, "billingAddress": None, "timeline": []}
    shop.answers["GET", "/orders/o2"] = shop.answers["GET", "/orders/o1"]
    await browser.post("/bff/orders", json=BASKET, headers=browser.page | {"Idempotency-Key": "k"})
    assert (await browser.get("/bff/orders")).json()["items"][0]["orderId"] == "o1"
    await browser.get("/bff/orders/o1")
    await browser.get("/bff/orders/o2")
    await browser.get("/bff/orders/o2", headers={"X-Min-Position": "order-o2@9"})
    await browser.get("/bff/me")
    asked = [each.headers.get("x-min-position") for each in shop.requests if each.method == "GET"]
    assert asked == ["order-o1@41", "order-o1@41", None, "order-o2@9", "user-ada-id@7"]
    assert dict(shop.sent("GET", "/orders")[0].url.params) == {"customerId": "ada-id"}


async def test_an_order_is_shown_as_it_is_kept(browser: Browser, shop: FakeShop) -> None:
    address = {"name": "Ada", "line1": "1 Main St", "country": "US"}
    order = ORDER | {
        "shippingAddress": address,
        "billingAddress": None,
        "timeline": [
            {
                "at": TIME,
                "type": "order.created",
                "title": "Order received",
                "details": {"totalAmount": 150},
                "position": 3,
            }
        ],
        "failure": {"reason": "declined", "failedStep": "payment"},
    }
    shop.answers["GET", "/orders/o1"] = order
    assert (await browser.get("/bff/orders/o1")).json() == order


async def test_the_export_is_a_file_as_the_query_api_wrote_it(browser: Browser, shop: FakeShop) -> None:
    shop.answers["GET", "/users/me/export"] = httpx.Response(200, content=b'{"user": 1,\n "orders": []}')
    answer = await browser.get("/bff/me/export")
    assert answer.content == b'{"user": 1,\n "orders": []}'
    assert answer.headers["content-disposition"].startswith("attachment;")


HOME = {"name": "A", "line1": "1", "country": "US"}
ROUTES: list[tuple[str, str, str, str, dict[str, Any] | None]] = [
    ("PATCH", "/bff/me", "PATCH", "/users/me", {"firstName": "Augusta"}),
    ("POST", "/bff/me/email", "POST", "/users/me/email", {"email": "a@b.example", "password": "pw"}),
    ("DELETE", "/bff/me/sessions", "DELETE", "/users/me/sessions", None),
    ("POST", "/bff/me/addresses", "POST", "/users/me/addresses", {"address": HOME}),
    ("PUT", "/bff/me/addresses/a1", "PUT", "/users/me/addresses/a1", {"address": HOME}),
    ("DELETE", "/bff/me/addresses/a1", "DELETE", "/users/me/addresses/a1", None),
    ("POST", "/bff/auth/password", "POST", "/auth/password", {"currentPassword": "a", "newPassword": "b"}),
    ("POST", "/bff/orders/o1/cancel", "POST", "/orders/o1/cancel", {"reason": "changed my mind"}),
    ("PUT", "/bff/orders/o1/status", "PUT", "/orders/o1/status", {"status": "Shipped"}),
    ("POST", "/bff/admin/users", "POST", "/users", {"email": "a@b.example", "firstName": "A", "lastName": "B"}),
    ("DELETE", "/bff/admin/users/u1", "DELETE", "/users/u1", None),
    ("PUT", "/bff/admin/users/u1/roles", "PUT", "/users/u1/roles", {"roles": ["admin"]}),
    ("POST", "/bff/admin/users/u1/deactivate", "POST", "/users/u1/deactivate", {"reason": "asked to"}),
    ("POST", "/bff/admin/users/u1/reactivate", "POST", "/users/u1/reactivate", None),
]


@pytest.mark.parametrize(("method", "path", "sent_method", "sent_path", "body"), ROUTES)
async def test_a_command_goes_on_as_it_came(
    browser: Browser,
    shop: FakeShop,
    method: str,
    path: str,
    sent_method: str,
    sent_path: str,
    body: dict[str, Any] | None,
) -> None:
    answer = ACCEPTED | {"userId": "u1", "orderId": "o1", "addressId": "a1"}
    shop.answers[sent_method, sent_path] = answer
    answered = await browser.request(method, path, json=body, headers=browser.page)
    [sent] = shop.sent(sent_method, sent_path)
    assert answered.status_code in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED}
    assert ACCEPTED.items() <= answered.json().items() <= answer.items()
    assert (json.loads(sent.content) if sent.content else None) == body


async def test_lists_of_ones_own_are_parts_of_the_profile(browser: Browser, shop: FakeShop) -> None:
    address = {"addressId": "a1", "address": {"name": "Ada", "line1": "1 Main St", "country": "US"}}
    session = {"sessionId": "session-1", "openedAt": TIME, "isCurrent": True}
    shop.answers["GET", "/users/me"] = PROFILE | {"addresses": [address], "sessions": [session]}
    [shown] = (await browser.get("/bff/me/addresses")).json()["items"]
    assert shown["addressId"] == "a1"
    assert address["address"].items() <= shown["address"].items()  # type: ignore[attr-defined]
    [shown] = (await browser.get("/bff/me/sessions")).json()["items"]
    assert session.items() <= shown.items()


async def test_an_admin_sees_accounts(browser: Browser, shop: FakeShop) -> None:
    account = {**PROFILE, "position": 7}
    shop.answers["GET", "/admin/users"] = {"items": [account], "total": 1, "nextCursor": "abc"}
    shop.answers["GET", "/admin/users/ada-id"] = account
    listed = (await browser.get("/bff/admin/users?q=ada&role=customer&limit=1")).json()
    assert (listed["items"][0]["userId"], listed["nextCursor"]) == ("ada-id", "abc")
    assert dict(shop.sent("GET", "/admin/users")[0].url.params) == {"q": "ada", "role": "customer", "limit": "1"}
    assert (await browser.get("/bff/admin/users/ada-id")).json()["email"] == "ada@example.org"


@pytest.mark.parametrize("path", ["/auth/password-reset", "/auth/password-reset/complete"])
async def test_a_password_is_reset_without_a_session(door: FastAPI, shop: FakeShop, path: str) -> None:
    is_request = path.endswith("reset")
    shop.answers["POST", path] = {} if is_request else ACCEPTED | {"userId": "ada-id"}
    body = {"email": "ada@example.org"} if is_request else {"token": "t", "password": "another battery"}
    async with Browser(door) as stranger:
        answer = await stranger.post(f"/bff{path}", json=body, headers={"Origin": LOCAL})
    assert answer.status_code == (202 if is_request else 200)
    assert "authorization" not in shop.requests[0].headers


async def test_it_is_ready_when_both_services_are(shop: FakeShop) -> None:
    shop.answers["GET", "/health/live"] = {"status": "live"}
    shop.answers["GET", "/health/ready"] = {"status": "ready"}
    async with door_of(shop) as door, Browser(door) as browser:
        answer = await browser.get("/health/ready")
    assert answer.json()["checks"] == {"commandApi": "up", "queryApi": "up"}
    for not_ready in (problem(503, "unavailable"), refuse_connections):  # alive, on a full disk say; or away
        shop.answers["GET", "/health/ready"] = not_ready
        async with door_of(shop) as door, Browser(door) as browser:
            answer = await browser.get("/health/ready")
            assert (answer.status_code, answer.json()["checks"]) == (503, {"commandApi": "down", "queryApi": "down"})
            assert (await browser.get("/health/live")).status_code == 200
