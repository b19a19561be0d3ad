"""Carts before the door: a person's by their session, a guest's by an id that the browser keeps."""

import json
from typing import Any

import pytest
from fastapi import FastAPI

from schemas.cart_id import GUEST_ID, new_guest_id
from tests.unit.bff.shop import BASKET, GUEST, LOCAL, LOGIN, PLACED, Browser, FakeShop, problem
from tests.unit.bff.test_cookies import cookies_of

COOKIE = "aioutlet_guest"
MONTH = "2592000"
ITEM = {"productId": "lamp", "quantity": 2}


def accepted(owner: str, position: int = 7) -> dict[str, Any]:
    return {
        "streamId": f"cart-{owner}",
        "version": 2,
        "position": position,
        "cartId": f"{owner}.1",
        "products": 1,
        "pieces": 2,
    }


def cart(owner: str) -> dict[str, Any]:
    return {
        "cartId": f"{owner}.1", "items": [], "pieces": 0, "subtotal": None, "canCheckOut": False, "version": 0,
        "position": 0,
    }  # fmt: skip


def transferred(owner: str = "ada-id") -> dict[str, Any]:
    line = {
        "productId": "lamp", "guestQuantity": 2, "userQuantity": 0, "resultQuantity": 1, "rule": "cappedAtStock",
        "unitPriceSeen": {"amount": 150, "currency": "USD"},
    }  # fmt: skip
    return {"streamId": f"cart-{owner}", "version": 2, "position": 9, "cartId": f"{owner}.1", "lines": [line]}


@pytest.fixture
async def stranger(door: FastAPI) -> Any:
    async with Browser(door) as browser:
        yield browser


async def become_guest(browser: Browser) -> str:
    answer = await browser.post("/bff/guest/cart", headers=browser.page)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["guestId"])


async def test_a_visitor_becomes_a_guest_once_and_no_script_reads_the_cookie(stranger: Browser) -> None:
    answer = await stranger.post("/bff/guest/cart", headers=stranger.page)
    cookie = cookies_of(answer)[COOKIE]
    assert GUEST_ID.fullmatch(cookie.value)
    assert (cookie.value, cookie["max-age"]) == (answer.json()["guestId"], MONTH)
    assert cookie["httponly"]
    assert await become_guest(stranger) == cookie.value


async def test_a_guests_cart_is_asked_for_with_a_token_of_that_guest(stranger: Browser, shop: FakeShop) -> None:
    guest = await become_guest(stranger)
    shop.answers |= {
        ("POST", f"/carts/{guest}/items"): accepted(guest),
        ("PUT", f"/carts/{guest}/items/lamp"): accepted(guest),
        ("DELETE", f"/carts/{guest}/items/lamp"): accepted(guest),
        ("DELETE", f"/carts/{guest}"): accepted(guest),
        ("GET", f"/carts/{guest}"): cart(guest),
    }
    path = f"/bff/guest/cart/{guest}"
    added = await stranger.post(f"{path}/items", json=ITEM, headers=stranger.page)
    assert (added.status_code, added.json()) == (200, accepted(guest))
    assert cookies_of(added)[COOKIE]["max-age"] == MONTH
    await stranger.put(f"{path}/items/lamp", json={"quantity": 3}, headers=stranger.page)
    await stranger.delete(f"{path}/items/lamp", headers=stranger.page)
    await stranger.delete(path, headers=stranger.page)
    assert (await stranger.get(path)).json() == cart(guest)
    sent = [request for request in shop.requests if request.url.path.startswith("/carts")]
    assert {request.headers["authorization"] for request in sent} == {f"Bearer {GUEST}-{guest}"}
    assert sent[-1].headers["x-min-position"] == f"cart-{guest}@7"
    assert json.loads(sent[0].content) == ITEM


@pytest.mark.parametrize("guest", ["ada-id", "guest-1", "guest-" + "0" * 39])
async def test_what_is_no_guests_id_is_not_passed_on(stranger: Browser, shop: FakeShop, guest: str) -> None:
    answer = await stranger.post(f"/bff/guest/cart/{guest}/items", json=ITEM, headers=stranger.page)
    assert answer.status_code == 422
    assert shop.requests == []


@pytest.mark.parametrize(("status", "code"), [(409, "cart_transferred"), (404, "cart_expired")])
async def test_a_guest_whose_cart_has_ended_becomes_another(
    stranger: Browser, shop: FakeShop, status: int, code: str
) -> None:
    guest = await become_guest(stranger)
    shop.answers["POST", f"/carts/{guest}/items"] = problem(status, code)
    answer = await stranger.post(f"/bff/guest/cart/{guest}/items", json=ITEM, headers=stranger.page)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await become_guest(stranger) != guest


async def test_a_guests_id_from_elsewhere_leaves_the_browsers_own(stranger: Browser, shop: FakeShop) -> None:
    own, other = await become_guest(stranger), new_guest_id()
    shop.answers["POST", f"/carts/{other}/items"] = accepted(other)
    await stranger.post(f"/bff/guest/cart/{other}/items", json=ITEM, headers=stranger.page)
    assert await become_guest(stranger) == own


async def test_a_persons_cart_is_that_of_the_session(browser: Browser, shop: FakeShop) -> None:
    shop.answers |= {
        ("POST", "/carts/ada-id/items"): accepted("ada-id"),
        ("PUT", "/carts/ada-id/items/lamp"): accepted("ada-id"),
        ("DELETE", "/carts/ada-id/items/lamp"): accepted("ada-id"),
        ("DELETE", "/carts/ada-id"): accepted("ada-id"),
        ("GET", "/carts/ada-id"): cart("ada-id"),
    }
    for method, path, body in (
        ("POST", "/bff/cart/items", ITEM),
        ("PUT", "/bff/cart/items/lamp", {"quantity": 1}),
        ("DELETE", "/bff/cart/items/lamp", None),
        ("DELETE", "/bff/cart", None),
    ):
        answer = await browser.request(method, path, json=body, headers=browser.page)
        assert (answer.status_code, answer.json()) == (200, accepted("ada-id"))
    assert (await browser.get("/bff/cart")).json() == cart("ada-id")
    [asked] = shop.sent("GET", "/carts/ada-id")
    assert asked.headers["x-min-position"] == "cart-ada-id@7"


@pytest.mark.parametrize("path", ["login", "register"])
async def test_logging_in_takes_the_guests_cart_over_and_says_so(stranger: Browser, shop: FakeShop, path: str) -> None:
    guest = await become_guest(stranger)
    shop.answers["POST", "/carts/ada-id/transfer"] = transferred()
    body = LOGIN if path == "login" else LOGIN | {"firstName": "Ada", "lastName": "L"}
    answer = await stranger.post(f"/bff/auth/{path}", json=body, headers=stranger.page)
    assert answer.json()["cart"] == transferred()
    [sent] = shop.sent("POST", "/carts/ada-id/transfer")
    assert json.loads(sent.content) == {"guestId": guest}
    assert stranger.kept(COOKIE) is None
    assert await become_guest(stranger) != guest


async def test_who_logs_in_is_logged_in_although_the_cart_was_not_taken_over(stranger: Browser, shop: FakeShop) -> None:
    guest = await become_guest(stranger)
    shop.answers["POST", "/carts/ada-id/transfer"] = problem(503, "unavailable")
    answer = await stranger.post("/bff/auth/login", json=LOGIN, headers=stranger.page)
    assert (answer.status_code, "cart" in answer.json()) == (200, False)
    shop.answers["POST", "/carts/ada-id/transfer"] = transferred()
    again = await stranger.post("/bff/cart/transfer", json={}, headers=stranger.page)
    assert (again.status_code, again.json()) == (200, transferred())
    assert json.loads(shop.sent("POST", "/carts/ada-id/transfer")[-1].content) == {"guestId": guest}
    assert stranger.kept(COOKIE) is None


async def test_a_transfer_names_the_guest_where_the_browser_is_none(browser: Browser, shop: FakeShop) -> None:
    shop.answers["POST", "/carts/ada-id/transfer"] = transferred()
    refused = await browser.post("/bff/cart/transfer", json={}, headers=browser.page)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    guest = new_guest_id()
    answer = await browser.post("/bff/cart/transfer", json={"guestId": guest}, headers=browser.page)
    assert answer.json() == transferred()
    assert json.loads(shop.sent("POST", "/carts/ada-id/transfer")[-1].content) == {"guestId": guest}


async def test_after_a_checkout_the_cart_is_asked_for_as_the_order_left_it(browser: Browser, shop: FakeShop) -> None:
    shop.answers |= {("POST", "/orders"): PLACED, ("GET", "/carts/ada-id"): cart("ada-id")}
    order = {"cartId": "ada-id.1", "shippingAddress": BASKET["shippingAddress"]}
    answer = await browser.post("/bff/orders", json=order, headers=browser.page | {"Idempotency-Key": "k"})
    assert answer.status_code == 201, answer.text
    [sent] = shop.sent("POST", "/orders")
    assert json.loads(sent.content)["cartId"] == "ada-id.1"
    assert "items" not in json.loads(sent.content)
    await browser.get("/bff/cart")
    [asked] = shop.sent("GET", "/carts/ada-id")
    assert asked.headers["x-min-position"] == "cart-ada-id@40"


async def test_another_tabs_order_of_the_cart_is_passed_on(browser: Browser, shop: FakeShop) -> None:
    shop.answers["POST", "/orders"] = problem(409, "cart_checked_out")
    order = {"cartId": "ada-id.1", "shippingAddress": BASKET["shippingAddress"]}
    answer = await browser.post("/bff/orders", json=order, headers=browser.page | {"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (409, "cart_checked_out")


async def test_a_page_of_elsewhere_puts_nothing_into_a_guests_cart(stranger: Browser, shop: FakeShop) -> None:
    guest = await become_guest(stranger)
    headers = {"Origin": "https://evil.example.org"}
    assert stranger.origin == LOCAL
    answer = await stranger.post(f"/bff/guest/cart/{guest}/items", json=ITEM, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")
    assert shop.requests == []
