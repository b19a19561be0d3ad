"""A shopper's way with a cart, as a browser goes it: as a guest, through a login, to an order."""

import asyncio
from typing import Any

from schemas.stream_names import cart_stream, order_stream
from tests.browser import Browser
from tests.e2e.account_walk import ADDRESS, FIRST, Place, Walk
from tests.e2e.customers import TIMEOUT, Counter


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


async def shop_as_a_guest(place: Place, ask: Counter) -> str:
    """Fill a cart as a guest, log in, order it in two tabs, and come back later; the guest's id that opened it."""
    product_id = await ask.product(stock=5)
    walk = Walk(place, product_id)
    async with walk.browser() as home, walk.browser() as visitor:
        await walk.register(home)
        await walk.verify(home)
        await put(home, "/bff/cart", product_id, 3)
        guest = str((await visitor.post("/bff/guest/cart"))["guestId"])
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
    return guest
