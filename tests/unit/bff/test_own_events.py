"""What the demo shows of its log, before the door: to whom it is passed on, and where there is nothing of it."""

from typing import Any

import httpx
import pytest

from tests.unit.bff.shop import GUEST, SECURE, Browser, FakeShop, door_of, problem

PATHS = ("events", "sources/cart", "sources/products/lamp", "sources/orders/o1")
CART: dict[str, Any] = {
    "items": [
        {"view": "carts", "position": 7, "streams": [{"name": "cart-a", "streams": 1, "events": 2, "position": 7}]}
    ]
}


async def test_a_shop_that_is_no_demo_shows_nothing(shop: FakeShop) -> None:
    async with door_of(shop) as door, Browser(door) as ada:
        await ada.log_in()
        before = len(shop.requests)
        assert [(await ada.get(f"/bff/dev/{path}")).status_code for path in PATHS] == [404] * len(PATHS)
        assert len(shop.requests) == before


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_whose_name_was_rebound_to_this_machine_sees_nothing(shop: FakeShop, path: str) -> None:
    async with door_of(shop, SECURE, shows_events=True) as door, Browser(door) as ada:
        assert (await ada.get(f"/bff/dev/{path}", headers={"Host": "evil.example.org"})).status_code == 404
        assert (await ada.get("/bff/dev", headers={"Host": "evil.example.org"})).json()["events"] is False
        assert (await ada.get("/bff/dev", headers={"Host": "shop.example.org"})).json()["events"] is True


async def test_a_visitor_who_is_nobody_yet_has_no_events_and_no_cart(shop: FakeShop) -> None:
    async with door_of(shop, shows_events=True) as door, Browser(door) as stranger:
        assert (await stranger.get("/bff/dev/events")).status_code == 204
        assert (await stranger.get("/bff/dev/sources/cart")).json() == {"items": []}
    assert shop.requests == []


async def test_a_guests_are_asked_for_with_a_token_of_that_guest(shop: FakeShop) -> None:
    async with door_of(shop, shows_events=True) as door, Browser(door) as stranger:
        guest = (await stranger.post("/bff/guest/cart", headers=stranger.page)).json()["guestId"]
        shop.answers |= {
            ("GET", f"/dev/sources/carts/{guest}"): CART,
            ("GET", "/dev/events"): httpx.Response(200, content=b"", headers={"content-type": "text/event-stream"}),
        }
        assert (await stranger.get("/bff/dev/sources/cart")).json() == CART
        assert (await stranger.get("/bff/dev/events")).status_code == 200
    tokens = {request.headers["authorization"] for request in shop.requests}
    assert tokens == {f"Bearer {GUEST}-{guest}"}


async def test_a_persons_are_asked_for_with_their_own_token(shop: FakeShop) -> None:
    shop.answers[("GET", "/dev/sources/carts/ada-id")] = CART
    shop.answers[("GET", "/dev/sources/orders/o1")] = problem(404, "not_found")
    async with door_of(shop, shows_events=True) as door, Browser(door) as ada:
        await ada.log_in()
        assert (await ada.get("/bff/dev/sources/cart")).json() == CART
        assert (await ada.get("/bff/dev/sources/orders/o1")).status_code == 404
    assert GUEST not in shop.requests[-1].headers["authorization"]
