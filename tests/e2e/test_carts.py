"""Carts in a running shop: a guest's comes along at login, two tabs make one order, and one left alone is abandoned."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.stream_names import cart_stream, order_stream
from tests.browser import Browser
from tests.e2e.account_walk import ADDRESS, FIRST, Place, Walk
from tests.e2e.customers import TIMEOUT, Counter, counter
from tests.e2e.logs import reading
from tests.e2e.running import SECRET, ShopProcess


async def put(browser: Browser, cart: str, product_id: str, quantity: int) -> dict[str, Any]:
    return await browser.post(f"{cart}/items", json={"productId": product_id, "quantity": quantity})


async def known_cart(browser: Browser, path: str = "/bff/cart") -> dict[str, Any]:
    """The cart once the catalogue and the stock are seen, which come by other ways than the cart."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            cart = await browser.get(path)
            if all(line["forSale"] and line["available"] for line in cart["items"]):
                return cart


async def check_out(browser: Browser, cart_id: str, key: str, **said: Any) -> Any:
    body = {"cartId": cart_id, "shippingAddress": ADDRESS, **said}
    return await browser.ask("POST", "/bff/orders", json=body, headers={"Idempotency-Key": key})


async def test_a_guest_fills_a_cart_logs_in_and_two_tabs_make_one_order(place: Place, ask: Counter) -> None:
    product_id = await ask.product(stock=5)
    walk = Walk(place, product_id)
    async with walk.browser() as home, walk.browser() as visitor:
        await walk.register(home)
        await walk.verify(home)
        await put(home, "/bff/cart", product_id, 3)
        guest = (await visitor.post("/bff/guest/cart"))["guestId"]
        await visitor.refused(
            409,
            "not_available",
            "POST",
            f"/bff/guest/cart/{guest}/items",
            json={"productId": product_id, "quantity": 6},
        )
        await put(visitor, f"/bff/guest/cart/{guest}", product_id, 4)
        assert (await visitor.get(f"/bff/guest/cart/{guest}"))["pieces"] == 4
        session = await visitor.post("/bff/auth/login", json={"email": walk.email, "password": FIRST})
        [line] = session["cart"]["lines"]
        assert (line["rule"], line["guestQuantity"], line["userQuantity"], line["resultQuantity"]) == (
            "cappedAtStock",
            4,
            3,
            5,
        )
        cart = await known_cart(visitor)
        assert (cart["pieces"], cart["canCheckOut"], cart["subtotal"]["amount"]) == (5, True, 2_500)
        tabs = await asyncio.gather(check_out(visitor, cart["cartId"], "one"), check_out(home, cart["cartId"], "two"))
        [order] = [answer.json() for answer in tabs if answer.status_code == 201]
        [refusal] = [answer.json() for answer in tabs if answer.status_code != 201]
        assert (refusal["code"], refusal["orderId"], refusal["orderNumber"]) == (
            "cart_checked_out",
            order["orderId"],
            order["orderNumber"],
        )
        await place.log.event("order.completed", order_stream(order["orderId"]))
        await place.log.event("cart.checked.out", cart_stream(walk.user_id))
    async with walk.browser() as later:
        await later.post("/bff/auth/login", json={"email": walk.email, "password": FIRST})
        cart = await later.get("/bff/cart")
        assert (cart["items"], cart["lastOrder"]["orderId"]) == ([], order["orderId"])
        assert (await later.get("/bff/me/export"))["cart"]["cartId"] == cart["cartId"]


async def test_a_price_that_changes_before_the_checkout_is_asked_about(place: Place, ask: Counter) -> None:
    product_id = await ask.product(stock=5)
    walk = Walk(place, product_id)
    async with walk.browser() as home:
        await walk.register(home)
        await walk.verify(home)
        cart_id = (await put(home, "/bff/cart", product_id, 2))["cartId"]
        dearer = {"price": {"amount": 600, "currency": "USD"}}
        staff = ask.bearer("staff", "admin")
        (await ask.commands.put(f"/products/{product_id}/price", json=dearer, headers=staff)).raise_for_status()
        quote = (await check_out(home, cart_id, "first")).json()
        assert (quote["code"], quote["subtotal"]) == ("total_differs", 1_200)
        placed = await check_out(home, cart_id, "second", totalAmount=quote["totalAmount"])
        assert (placed.status_code, placed.json()["totalAmount"]) == (201, quote["totalAmount"])
        assert (await home.get("/bff/cart"))["items"] == []


@pytest.fixture
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop in which carts are abandoned at once, and guests' end soon after."""
    settings = {
        "AIOUTLET_TOKEN_SECRET": SECRET,
        "AIOUTLET_DEMO": "false",
        "AIOUTLET_CART_ABANDONED": "0.1",
        "AIOUTLET_GUEST_CART": "0.2",
    }
    with ShopProcess(tmp_path_factory.mktemp("impatient") / "var", settings) as running:
        yield running


async def test_a_cart_left_alone_is_abandoned_and_a_guests_ends(impatient: ShopProcess) -> None:
    addresses = impatient.addresses()
    async with counter(addresses) as ask, reading(addresses["log"]) as log, Browser(addresses["bff"]) as visitor:
        product_id = await ask.product(stock=5)
        guest = (await visitor.post("/bff/guest/cart"))["guestId"]
        await put(visitor, f"/bff/guest/cart/{guest}", product_id, 1)
        await log.event("cart.abandoned", cart_stream(guest))
        await log.event("cart.expired", cart_stream(guest))
        again = await visitor.ask(
            "POST", f"/bff/guest/cart/{guest}/items", json={"productId": product_id, "quantity": 1}
        )
        assert (again.status_code, again.json()["code"]) == (404, "cart_expired")
