"""What the shop's staff does meanwhile, at the BFF as an admin: products, stock, prices, people and parcels."""

import asyncio
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from aioutlet.data_folder import DEMO_ACCOUNTS
from aioutlet.demo.account_file import read_demo_accounts
from schemas.actor_type import ActorType
from tests.browser import Browser
from tests.services.waiting import STUCK_AFTER

OK = 200
PASSWORD = "correct horse battery staple"


class Person(NamedTuple):
    """Who can log in."""

    email: str
    password: str = PASSWORD


class Goods(NamedTuple):
    """A product of a test's own."""

    id: str
    name: str
    stock: int


class Staff:
    """An admin's browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    async def log_in(self, data: Path) -> None:
        """Enter as the demo's admin."""
        [admin] = [each for each in read_demo_accounts(data / DEMO_ACCOUNTS) if each.role is ActorType.ADMIN]
        await self.browser.post("/bff/auth/login", json={"email": admin.email, "password": admin.password})

    async def person(self) -> Person:
        """A new customer, whose address is verified."""
        person = Person(f"p-{uuid4().hex}@example.org")
        body = {"email": person.email, "firstName": "Wil", "lastName": "Featherstone", "password": person.password}
        await self.browser.post("/bff/admin/users", 201, json=body)
        return person

    async def goods(self, *, stock: int, price: int = 2_000, name: str = "Oat drink") -> Goods:
        """A new product with so many pieces of it, which the shop shows already."""
        named = f"{name} {uuid4().hex[:6]}"
        price_of_it = {"amount": price, "currency": "USD"}
        body = {"name": named, "department": "Grocery", "category": "Drinks", "price": price_of_it}
        product_id = str((await self.browser.post("/bff/admin/products", 201, json=body))["productId"])
        if stock:
            receipt = {"items": [{"productId": product_id, "quantity": stock}]}
            await self.browser.post("/bff/admin/stock/receipts", 201, json=receipt)
        await self._shown(product_id, {"available": stock})
        return Goods(product_id, named, stock)

    async def _shown(self, product_id: str, stock: dict[str, int]) -> None:
        """Wait until the shop shows a product with so much stock, of which it knows nothing before a first receipt."""
        async with asyncio.timeout(STUCK_AFTER):
            while True:
                answer = await self.browser.ask("GET", f"/bff/products/{product_id}")
                page = answer.json()
                if answer.status_code != OK or "stock" in page["degraded"]:
                    continue
                if (page["stock"] or {"available": 0}) == stock:
                    return

    async def reprice(self, goods: Goods, price: int) -> None:
        """Set another price."""
        body = {"price": {"amount": price, "currency": "USD"}}
        await self.browser.done("PUT", f"/bff/admin/products/{goods.id}/price", json=body)

    async def lose(self, goods: Goods, pieces: int) -> None:
        """Find that pieces are missing."""
        body = {"productId": goods.id, "delta": -pieces, "reason": "broken"}
        await self.browser.post("/bff/admin/stock/adjustments", 201, json=body)
        await self._shown(goods.id, {"available": goods.stock - pieces})

    async def ship(self, order_id: str) -> dict[str, Any]:
        """Hand the parcel to the carrier."""
        return await self.browser.post(f"/bff/admin/orders/{order_id}/ship")

    async def deliver(self, order_id: str) -> None:
        """Hand the parcel to the carrier, and record that it has reached the customer."""
        await self.ship(order_id)
        await self.browser.post(f"/bff/admin/orders/{order_id}/deliver")
