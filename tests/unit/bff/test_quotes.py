"""A quote before the door: for everybody, with or without a session."""

from fastapi import FastAPI

from tests.unit.bff.shop import Browser, FakeShop

QUOTE = {
    "subtotal": 300, "tax": None, "taxRate": None, "shipping": 599, "freeFrom": 5_000, "totalAmount": 899,
    "currency": "USD", "rulesVersion": "2026-2",
}  # fmt: skip
ITEMS = {"items": [{"productId": "lamp", "quantity": 2}]}


async def test_a_visitor_without_a_session_gets_a_quote(door: FastAPI, shop: FakeShop) -> None:
    shop.answers["POST", "/quotes"] = QUOTE
    async with Browser(door) as browser:
        answer = await browser.post("/bff/quotes", json=ITEMS, headers=browser.page)
    assert (answer.status_code, answer.json()) == (200, QUOTE)
