"""What a browser does with a cart."""

from typing import Any

import httpx

from tests.browser import Answer, Browser
from tests.e2e.account_walk import ADDRESS


async def put(browser: Browser, cart: str, product_id: str, quantity: int) -> Answer:
    return await browser.post(f"{cart}/items", json={"productId": product_id, "quantity": quantity})


async def check_out(browser: Browser, cart_id: str, key: str, **said: Any) -> httpx.Response:
    body = {"cartId": cart_id, "shippingAddress": ADDRESS, **said}
    return await browser.ask("POST", "/bff/orders", json=body, headers={"Idempotency-Key": key})
