"""What has happened in a shop before anybody looks: orders, which are bought together, and what people say of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tests.e2e.customers import Counter
from tests.services.waiting import STUCK_AFTER

BREAD = "5568228"
BASKETS: Sequence[str] = (
    "french bread|butter|coffee", "french bread|butter", "french bread|butter|eggs", "french bread|coffee|bananas",
    "french bread|bananas|milk", "pizza|soft drink|ice cream", "pizza|soft drink", "coffee|milk|bananas",
    "roses|candle", "shrimp|lemons", "french bread|jam|butter",
)  # fmt: skip
"""Words that find a product each, of one order."""
SAID: Sequence[tuple[int, str, str]] = (
    (5, "As from the baker's", "Crisp when it comes, and still good on the second day. We order two each week."),
    (5, "Our Saturday bread", "The children eat it on the way to the table.\n\nWith butter, nothing else is needed."),
    (4, "Good", "A little small for five people, but good."),
    (3, "Fine", "It is bread. It came on time, and it was still soft."),
    (5, "", "I make garlic bread of it."),
    (1, "Dry", "Mine was dry. The shop gave the money back within a day, so this star is for that."),
)
NAMES = ("Ada M.", "Grace H.", "Edsger D.", "Barbara L.", "Donald K.", "Niklaus W.")


@dataclass(frozen=True)
class Past:
    """What the tests find in the shop."""

    bread: str
    reviews: int


async def make_past(ask: Counter, bff: str) -> Past:
    """Let people order, and say what they think of the bread once it has come."""
    async with httpx.AsyncClient(base_url=bff, timeout=60, headers={"User-Agent": "Mozilla/5.0"}) as web:
        baskets = [[await _find(web, words) for words in basket.split("|")] for basket in BASKETS]
        placed = await asyncio.gather(
            *(ask.place(dict.fromkeys(ids, 1), customer=f"c{n}") for n, ids in enumerate(baskets))
        )
        await asyncio.gather(*map(ask.settled, placed))
        buyers = [(n, order) for n, order in enumerate(placed) if BREAD in baskets[n]]
        for (n, order), (rating, title, text) in zip(buyers, SAID, strict=True):
            await _review(ask, f"c{n}", NAMES[n % len(NAMES)], order, rating=rating, title=title, text=text)
        await _seen(web)
    return Past(bread=BREAD, reviews=len(SAID))


async def _seen(web: httpx.AsyncClient) -> None:
    """Wait until the shop tells all of it; what it told before may be kept for some seconds."""
    async with asyncio.timeout(STUCK_AFTER):
        while not await _is_told(web):
            pass


async def _is_told(web: httpx.AsyncClient) -> bool:
    product = (await web.get(f"/bff/products/{BREAD}")).raise_for_status().json()
    trending = (await web.get("/bff/products/trending", params={"limit": 8})).raise_for_status().json()["items"]
    together = product["boughtTogether"] or {"orders": 0}
    of_bread = [each["trending"]["ordersToday"] for each in trending if each["productId"] == BREAD]
    sold = sum("french bread" in basket for basket in BASKETS)
    return (product["rating"]["count"], together["orders"], of_bread) == (len(SAID), sold, [sold])


async def _find(web: httpx.AsyncClient, words: str) -> str:
    """The product that these words find first; they must find one."""
    found = (await web.get("/bff/products", params={"q": words, "limit": 1})).raise_for_status().json()
    [product] = found["items"]
    return str(product["productId"])


async def _review(ask: Counter, customer: str, name: str, order: Mapping[str, Any], **said: Any) -> None:
    review = {
        "productId": BREAD, "orderId": order["orderId"], "shownAs": "displayName", "displayName": name,
        **{key: value for key, value in said.items() if value},
    }  # fmt: skip
    (await ask.commands.post("/reviews", json=review, headers=ask.bearer(customer))).raise_for_status()
