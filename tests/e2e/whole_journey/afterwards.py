"""What happens after the journey, so that there is some of everything that is counted.

Orders are cancelled, reviews changed, hidden and withdrawn, stock is corrected, pages are viewed and carts are left.
"""

import asyncio
from collections.abc import Sequence
from itertools import cycle
from uuid import uuid4

from aioutlet.journey.baskets import Basket
from aioutlet.journey.households import PASSWORD, address, email
from schemas.product import ProductViewsCounted
from schemas.stream_names import order_stream
from tests.browser import Browser, new_address
from tests.e2e.logs import Log

CANCELLED, CHANGED, CORRECTED, VIEWED, LEFT = 20, 60, 20, 50, 10
"""So many orders, reviews, products, products and carts, at most."""
VISITORS = 3
TREATMENTS = ("edit", "withdraw", "hide", "hide, show", "withdraw, write", "hide, edit, withdraw, write")


async def go_on(keeper: Browser, baskets: Sequence[Basket], log: Log) -> None:
    """Do all of it; `baskets` were ordered and have been reviewed, `log` is that from now on."""
    url = str(keeper.client.base_url)
    products = list(dict.fromkeys(product for basket in baskets for product, _ in basket.items))
    viewed = await _view(url, products[:VIEWED])
    reviewed = {(basket.household_id, basket.items[0][0]): basket for basket in baskets}
    for basket, treatment in zip(list(reviewed.values())[:CHANGED], cycle(TREATMENTS), strict=False):
        async with Browser(url, address=address(basket.household_id)) as household:
            await _log_in(household, basket)
            await _treat(household, keeper, basket.items[0][0], treatment.split(", "))
    for product in products[:CORRECTED]:
        body = {"productId": product, "delta": -1, "reason": "broken"}
        await keeper.post("/bff/admin/stock/adjustments", 201, json=body)
    await _leave_carts(url, baskets[:LEFT])
    await _cancel(keeper, log)
    await _recorded(log, viewed)


async def _view(url: str, products: Sequence[str]) -> int:
    """Look at pages of products as several visitors; return how often."""
    for _ in range(VISITORS):
        async with Browser(url, address=new_address()) as visitor:
            for product in products:
                await visitor.get(f"/bff/products/{product}")
    return VISITORS * len(products)


async def _recorded(log: Log, viewed: int) -> None:
    """Wait until the views are recorded, which happens once their minute is over."""

    async def all_are() -> bool | None:
        await log.read()
        found = [each.event for each in log.events if isinstance(each.event, ProductViewsCounted)]
        return sum(each.n for each in found) == viewed or None

    await log.until(all_are)


async def _log_in(household: Browser, basket: Basket) -> None:
    credentials = {"email": email(basket.household_id), "password": PASSWORD}
    await household.post("/bff/auth/login", json=credentials)


async def _treat(household: Browser, keeper: Browser, product: str, steps: Sequence[str]) -> None:
    """Change the household's review of a product, and what the keeper decides about it."""
    user_id = (await household.get("/bff/me"))["userId"]
    path, decision = f"/bff/reviews/{product}", f"/bff/admin/reviews/{product}/{user_id}/moderation"
    for step in steps:
        match step:
            case "edit":
                await household.done("PATCH", path, json={"rating": 1, "text": "It has not lasted."})
            case "withdraw":
                await household.done("DELETE", path)
            case "write":
                body = {"productId": product, "rating": 2, "text": "Not what it was."}
                await household.post("/bff/reviews", 201, json=body)
            case _:
                await keeper.post(decision, json={"visible": step == "show", "reason": "house rules"})


async def _leave_carts(url: str, baskets: Sequence[Basket]) -> None:
    """Put a product into the carts of households and of guests, and leave it there."""
    for basket in baskets:
        async with Browser(url, address=address(basket.household_id)) as household, Browser(url) as guest:
            line = {"productId": basket.items[0][0], "quantity": 1}
            await _log_in(household, basket)
            await household.post("/bff/cart/items", json=line)
            guest_id = (await guest.post("/bff/guest/cart"))["guestId"]
            await guest.post(f"/bff/guest/cart/{guest_id}/items", json=line)


async def _cancel(keeper: Browser, log: Log) -> None:
    """Cancel orders that are prepared, and wait until what was paid is given back."""
    prepared = {"status": "Shipping Prepared", "limit": CANCELLED}
    orders = [each["orderId"] for each in (await keeper.get("/bff/admin/orders", params=prepared))["items"]]
    await asyncio.gather(*(keeper.post(f"/bff/admin/orders/{each}/cancel", headers=_key()) for each in orders))
    for each in orders:
        await log.event("order.cancelled", order_stream(each))


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}
