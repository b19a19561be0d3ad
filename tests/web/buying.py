"""Buying as the pages do, without a walk through them."""

import asyncio
from typing import Any

from tests.e2e.account_walk import ADDRESS
from tests.services.waiting import STUCK_AFTER
from tests.web.browser import Visit

ASK = """async ([method, path, body]) => {
  const token = document.cookie.match(/aioutlet_csrf=([^;]*)/)?.[1] ?? "";
  const headers = {"X-CSRF-Token": token, "Idempotency-Key": crypto.randomUUID(), "Content-Type": "application/json"};
  const answer = await fetch(path, {method, headers, body: body && JSON.stringify(body)});
  return answer.json();
}"""


async def ask(visit: Visit, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask the shop in the name of the page's person."""
    answer: dict[str, Any] = await visit.page.evaluate(ASK, [method, path, body])
    return answer


async def any_product(visit: Visit) -> str:
    """The id of a product that is there."""
    found = await ask(visit, "GET", "/bff/products?inStock=true&limit=1&sort=-price")
    return str(found["items"][0]["productId"])


async def buy(visit: Visit, product_id: str) -> str:
    """Order one piece, and wait until the order is completed; return its id."""
    basket = {"items": [{"productId": product_id, "quantity": 1}], "shippingAddress": ADDRESS}
    placed = await ask(visit, "POST", "/bff/orders", basket)
    async with asyncio.timeout(STUCK_AFTER):
        while (await ask(visit, "GET", f"/bff/orders/{placed['orderId']}"))["outcome"] != "completed":
            pass
    return str(placed["orderId"])
