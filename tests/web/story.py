"""What the people of the screenshots have done: Ada, who has ordered before, and Wil, who is new."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.browser import Browser
from tests.e2e.async_browser import AsyncBrowser
from tests.e2e.customers import CINCINNATI
from tests.e2e.running import ShopProcess
from tests.web.keepers import Customer, browsing_at
from tests.web.past import BREAD, SAID
from tests.web.staff import PASSWORD, Goods, Person, Staff
from tests.web.waiting_orders import UNANSWERED

HOME = CINCINNATI | {"name": "Ada Lovelace", "line1": "12 Ocean View"}
WORK = {"name": "Ada Lovelace", "line1": "Friedrichstraße 12", "city": "Berlin", "postalCode": "10115", "country": "DE"}
RISE = 40
"""Minor units by which the price rises of what lies in Ada's cart."""


@dataclass
class Story:
    """Who can log in, and the ids that addresses of pages name."""

    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


async def tell(shop: ShopProcess) -> Story:
    """Let all of it happen in a shop that has a past."""
    story = Story()
    async with Browser(shop.addresses()["bff"]) as at_work, browsing_at(shop) as ada, browsing_at(shop) as wil:
        staff = Staff(at_work)
        await staff.log_in(shop.data)
        for name, last_name, browser in (("Ada", "Lovelace", ada), ("Wil", "Featherstone", wil)):
            story.people[name.lower()] = await _join(staff, browser, name, last_name)
        for address in (HOME, WORK):
            await ada.post("/me/addresses", {"address": address})
        await _order(Customer(ada), staff, story)
        await _review(ada)
        await _fill_carts(ada, wil, staff)
    return story


async def _join(staff: Staff, browser: AsyncBrowser, first_name: str, last_name: str) -> Person:
    person = Person(f"{first_name.lower()}@example.org")
    body = {"email": person.email, "firstName": first_name, "lastName": last_name, "password": PASSWORD}
    await staff.browser.post("/bff/admin/users", 201, json=body)
    await browser.post("/auth/login", {"email": person.email, "password": person.password})
    return person


async def _order(ada: Customer, staff: Staff, story: Story) -> None:
    """Place orders that come to as many ends, the one that is under way last."""
    coffee, milk = await _find(ada.browser, "coffee"), await _find(ada.browser, "milk")
    delivered = await _place(ada, {BREAD: 2, coffee["productId"]: 1, milk["productId"]: 2})
    await ada.until(delivered, "Shipping Prepared")
    await staff.deliver(delivered)
    await ada.until(delivered, "Delivered")
    failed = await _place(ada, {(await _find(ada.browser, "roses"))["productId"]: 1}, token="tok_decline")
    prepared = await _place(ada, {(await _find(ada.browser, "pizza"))["productId"]: 2, milk["productId"]: 1})
    await ada.until(prepared, "Shipping Prepared")
    candle = await _find(ada.browser, "candle")
    under_way = await _place(ada, {candle["productId"]: 3}, address=UNANSWERED | {"name": "Ada Lovelace"})
    await ada.until(under_way, "Inventory Reserved")
    story.ids.update(delivered=delivered, failed=failed, prepared=prepared, under_way=under_way)
    story.ids["coffee"] = coffee["productId"]


async def _place(who: Customer, items: dict[str, int], *, address: dict[str, Any] = HOME, token: str = "tok_ok") -> str:
    body = {
        "items": [{"productId": each, "quantity": quantity} for each, quantity in items.items()],
        "shippingAddress": address,
        "paymentMethod": {"token": token},
    }
    placed = await who.browser.post("/orders", body, headers={"Idempotency-Key": str(uuid4())})
    return str(placed["orderId"])


async def _review(ada: AsyncBrowser) -> None:
    """Review the coffee, and report what somebody says of the bread."""
    coffee = (await _find(ada, "coffee"))["productId"]
    text = "Strong, and not bitter. The bag closes again, which few do."
    await ada.post("/reviews", {"productId": coffee, "rating": 4, "title": "Wakes everybody", "text": text})
    shown = (await ada.get(f"/reviews/product/{BREAD}"))["items"]
    for title, reason in ((SAID[5][1], "off topic"), (SAID[3][1], "spam")):
        [review] = [each["reviewId"] for each in shown if each["title"] == title]
        await ada.post(f"/reviews/{BREAD}/{review}/report", {"reason": reason})


async def _fill_carts(ada: AsyncBrowser, wil: AsyncBrowser, staff: Staff) -> None:
    """Put the same into both; then a price rises."""
    butter, eggs = await _find(ada, "butter"), await _find(ada, "eggs")
    for browser in (ada, wil):
        for product, quantity in ((BREAD, 2), (butter["productId"], 1), (eggs["productId"], 1)):
            await browser.post("/cart/items", {"productId": product, "quantity": quantity})
    price = butter["price"]["amount"] + RISE
    await staff.reprice(Goods(butter["productId"], butter["name"], stock=0), price)


async def _find(browser: AsyncBrowser, words: str) -> dict[str, Any]:
    """The product that these words find first."""
    found = await browser.get(f"/products?q={words}&inStock=true&limit=1")
    product: dict[str, Any] = found["items"][0]
    return product
