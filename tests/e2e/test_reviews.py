"""Shoppers review what they bought: refused before, accepted after, seen at once, reported, hidden and taken back."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from tests.browser import Browser
from tests.e2e.account_walk import ADDRESS, Place, customer
from tests.e2e.customers import Counter

REVIEW = {"rating": 4, "title": "Creamy", "text": "I like it\nin coffee.", "shownAs": "firstName"}
Answer = dict[str, Any]


@pytest.fixture
async def shoppers(place: Place) -> AsyncIterator[list[Browser]]:
    """The browsers of two customers."""
    async with customer(place) as ada, customer(place) as eve:
        yield [ada, eve]


async def buy(browser: Browser, ask: Counter, product: str) -> None:
    """Order it, and wait until that is completed."""
    basket = {"items": [{"productId": product, "quantity": 1}], "shippingAddress": ADDRESS}
    placed = await browser.post("/bff/orders", 201, json=basket, headers={"Idempotency-Key": str(uuid4())})
    assert (await ask.settled(placed))["outcome"] == "completed"


def summary(*ratings: int) -> Answer:
    average = round(sum(ratings) / len(ratings), 2) if ratings else None
    return {
        "average": average,
        "count": len(ratings),
        "histogram": [ratings.count(stars) for stars in range(1, 6)],
    }


async def moderated(ask: Counter, review: Answer, *, visible: bool) -> dict[str, str]:
    """What an admin decides; the header by which a query waits for it."""
    answer = await ask.commands.post(
        f"/reviews/{review['productId']}/{review['userId']}/moderation",
        json={"visible": visible, "reason": "house rules"},
        headers=ask.bearer("staff", "admin"),
    )
    accepted = answer.raise_for_status().json()
    return {"X-Min-Position": f"{accepted['streamId']}@{accepted['position']}"}


async def test_a_shopper_reviews_what_has_come_and_sees_it_at_once(shoppers: list[Browser], ask: Counter) -> None:
    ada, eve = shoppers
    product = await ask.product(stock=5)
    page, review = f"/bff/reviews/product/{product}", REVIEW | {"productId": product}
    await ada.refused(409, "not_purchased", "POST", "/bff/reviews", json=review)
    await buy(ada, ask, product)
    await eve.refused(409, "not_purchased", "POST", "/bff/reviews", json=review)
    written = await ada.post("/bff/reviews", 201, json=review)
    seen = await ada.get(page)
    assert (seen["summary"], seen["total"]) == (summary(4), 1)
    [shown] = seen["items"]
    assert (shown["reviewer"], shown["text"], shown["verifiedPurchase"]) == ("Wilhelmina F.", REVIEW["text"], True)
    await ada.refused(409, "review_exists", "POST", "/bff/reviews", json=review)
    await ada.done("PATCH", f"/bff/reviews/{product}", json={"rating": 2, "title": None, "shownAs": "anonymous"})
    seen = await ada.get(page)
    [shown] = seen["items"]
    assert (seen["summary"], shown["title"], shown["reviewer"], shown["userId"]) == (summary(2), None, None, None)
    [own] = (await ada.get(f"/bff/reviews/user/{written['userId']}"))["items"]
    assert (own["state"], own["reviewId"]) == ("visible", shown["reviewId"])
    assert (await eve.get(f"/bff/reviews/user/{written['userId']}"))["items"] == []
    assert [each["text"] for each in (await ada.get("/bff/me/export"))["reviews"]] == [REVIEW["text"]]
    await ada.done("DELETE", f"/bff/reviews/{product}")
    seen = await ada.get(page)
    assert (seen["items"], seen["summary"]) == ([], summary())


async def test_a_review_that_others_report_is_hidden_and_shown_again(shoppers: list[Browser], ask: Counter) -> None:
    ada, eve = shoppers
    product = await ask.product(stock=5)
    page = f"/bff/reviews/product/{product}"
    await buy(ada, ask, product)
    written = await ada.post("/bff/reviews", 201, json=REVIEW | {"productId": product})
    [shown] = (await ada.get(page))["items"]
    report = f"/bff/reviews/{product}/{shown['reviewId']}/report"
    await eve.post(report, json={"reason": "off topic"})
    await ada.refused(409, "own_review", "POST", report, json={"reason": "spam"})
    after_hiding = await moderated(ask, written, visible=False)
    seen = await eve.get(page, headers=after_hiding)
    assert (seen["items"], seen["summary"]) == ([], summary())
    own = await ada.get(f"/bff/reviews/user/{written['userId']}", headers=after_hiding)
    assert (own["items"][0]["state"], own["items"][0]["decision"]["reason"]) == ("hidden", "house rules")
    await ada.done("PATCH", f"/bff/reviews/{product}", json={"rating": 5})
    assert (await ada.get(page))["items"] == []
    seen = await eve.get(page, headers=await moderated(ask, written, visible=True))
    assert ([each["rating"] for each in seen["items"]], seen["summary"]) == ([5], summary(5))
