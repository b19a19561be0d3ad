"""What people do in a running shop, over HTTP and with tokens; they wait on versions, never on time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from identity.tokens import TokenIssuer
from tests.e2e.running import SECRET
from tests.services.waiting import STUCK_AFTER

SERVICE_UNAVAILABLE = 503
CINCINNATI = {
    "name": "Ada Miller",
    "line1": "12 Journey Street",
    "city": "Cincinnati",
    "region": "OH",
    "postalCode": "45202",
    "country": "US",
}
Answer = dict[str, Any]


@dataclass(frozen=True)
class Counter:
    """Both doors of one shop, and whoever stands before them."""

    commands: httpx.AsyncClient
    queries: httpx.AsyncClient
    issuer: TokenIssuer

    def bearer(self, subject: str, role: str = "customer") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.issue(subject, (role,), role)}"}

    async def product(self, *, stock: int, price: int = 500) -> str:
        """A new product with so many pieces of it; its id."""
        staff, product_id = self.bearer("staff", "admin"), f"p-{uuid4()}"
        product = {
            "productId": product_id,
            "name": "Oat drink",
            "department": "Grocery",
            "category": "Drinks",
            "price": {"amount": price, "currency": "USD"},
        }
        (await self.commands.post("/products", json=product, headers=staff)).raise_for_status()
        if stock:
            receipt = {"items": [{"productId": product_id, "quantity": stock}]}
            (await self.commands.post("/inventory/receipts", json=receipt, headers=staff)).raise_for_status()
        return product_id

    async def place(
        self,
        items: Mapping[str, int],
        *,
        token: str = "tok_ok",
        postal_code: str = "45202",
        headers: Mapping[str, str] = {},
        customer: str = "ada",
    ) -> Answer:
        """Order; the answer of the shop, which must be yes."""
        answer = await self.commands.post(
            "/orders",
            json={
                "items": [{"productId": product, "quantity": quantity} for product, quantity in items.items()],
                "shippingAddress": CINCINNATI | {"postalCode": postal_code},
                "paymentMethod": {"token": token},
            },
            headers={**self.bearer(customer), "Idempotency-Key": str(uuid4()), **headers},
        )
        assert answer.status_code == 201, answer.text
        placed: Answer = answer.json()
        return placed

    async def order(self, order_id: str, seen: int = 0) -> Answer | None:
        """The order once the read model has passed position `seen`; None when that took too long for one question."""
        headers = self.bearer("staff", "admin") | {"X-Min-Position": f"order-{order_id}@{seen}"}
        answer = await self.queries.get(f"/orders/{order_id}", headers=headers)
        if answer.status_code == SERVICE_UNAVAILABLE:
            return None
        answer.raise_for_status()
        order: Answer = answer.json()
        return order

    async def settled(self, placed: Answer) -> Answer:
        """The order when it has come to an end and nothing more is to be told of it."""
        seen = placed["position"]
        async with asyncio.timeout(STUCK_AFTER):
            while True:
                order = await self.order(placed["orderId"], seen)
                if order and order["outcome"]:
                    return order
                seen = order["position"] + 1 if order else seen

    async def stock(self, product_id: str, *, reserved: int) -> Answer:
        """The product's stock once so much of it is reserved."""
        async with asyncio.timeout(STUCK_AFTER):
            while True:
                answer = await self.queries.get(f"/inventory/{product_id}", headers=self.bearer("staff", "admin"))
                answer.raise_for_status()
                stock: Answer = answer.json()
                if stock["reserved"] == reserved:
                    return stock

    async def buy(self, *, stock: int, orders: int) -> tuple[str, list[Answer]]:
        """A new product, and orders of one piece of it each that have been completed."""
        product = await self.product(stock=stock)
        placed = await asyncio.gather(*(self.place({product: 1}) for _ in range(orders)))
        ended = await asyncio.gather(*(self.settled(order) for order in placed))
        assert {order["outcome"] for order in ended} == {"completed"}
        await self.stock(product, reserved=orders)
        return product, ended

    async def products(self) -> tuple[set[str], int]:
        """The products that are listed, page after page, and how many there are as they are counted.

        While documents are built, the two are not of the same moment.
        """
        ids, asked = set[str](), {"limit": "100"}
        while True:
            answer = await self.queries.get("/products", params=asked, headers=self.bearer("staff", "admin"))
            answer.raise_for_status()
            page = answer.json()
            ids |= {product["productId"] for product in page["items"]}
            if page["next"] is None:
                return ids, page["total"]
            asked["cursor"] = page["next"]

    async def order_totals(self) -> tuple[int, int]:
        """How many orders there are, as they are counted and as they are listed."""
        staff = self.bearer("staff", "admin")
        counts = (await self.queries.get("/orders/counts", headers=staff)).json()
        return counts["all"], (await self.queries.get("/orders", headers=staff)).json()["total"]


@asynccontextmanager
async def counter(addresses: Mapping[str, str], secret: str = SECRET) -> AsyncIterator[Counter]:
    """Stand before the shop at these addresses."""
    limits = httpx.Limits(max_connections=64)
    async with (
        httpx.AsyncClient(base_url=addresses["commandApi"], timeout=60, limits=limits) as commands,
        httpx.AsyncClient(base_url=addresses["queryApi"], timeout=60, limits=limits) as queries,
    ):
        yield Counter(commands, queries, TokenIssuer(secret))


def titles(order: Answer) -> list[str]:
    """The order's story as a customer reads it."""
    return [line["title"] for line in order["timeline"]]
