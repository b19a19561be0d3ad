"""What the shop's staff does before the first basket: list the products, and take in enough of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from schemas.order import OrderStatus
from schemas.product import CreateProduct

PRODUCTS_AT_ONCE = 500
ITEMS_AT_ONCE = 1_000
T = TypeVar("T")
Told = Callable[[int], None]
"""Told how many more are done."""


def ignore_progress(_: int) -> None:
    """For callers who show no progress."""


@dataclass(frozen=True, slots=True)
class AdminClient:
    """An admin at the command API. Everything may be done again: what is there already stays as it is.

    Every method raises `httpx.HTTPError` when the shop does not take it.
    """

    commands: httpx.AsyncClient
    token: str

    async def list_products(self, products: Sequence[CreateProduct], told: Told = ignore_progress) -> int:
        """Import every product; return how many were new."""
        new = 0
        for some in chunked(products, PRODUCTS_AT_ONCE):
            body = {"products": [product.model_dump(mode="json", exclude_none=True) for product in some]}
            new += int((await self._post("/products/import", body))["imported"])
            told(len(some))
        return new

    async def receive(self, delivery: str, pieces: Mapping[str, int], told: Told = ignore_progress) -> None:
        """Take in these pieces per product, in receipts named after `delivery`: the same delivery comes in once."""
        for number, some in enumerate(chunked(sorted(pieces.items()), ITEMS_AT_ONCE)):
            items = [{"productId": product, "quantity": quantity} for product, quantity in some]
            await self._post("/inventory/receipts", {"receiptId": f"{delivery}-{number}", "items": items})
            told(len(some))

    async def deliver(self, order_id: str) -> None:
        """Ship an order, and record that it has come."""
        for status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED):
            answer = await self.ask(f"/orders/{order_id}/status", {"status": status}, method="PUT")
            answer.raise_for_status()

    async def ask(self, path: str, body: Mapping[str, Any], *, method: str = "POST") -> httpx.Response:
        """Return whatever is answered."""
        return await self.commands.request(method, path, json=body, headers={"Authorization": f"Bearer {self.token}"})

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = await self.ask(path, body)
        answer.raise_for_status()
        said: dict[str, Any] = answer.json()
        return said


def chunked(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`values` in runs of at most `size`."""
    return (values[start : start + size] for start in range(0, len(values), size))
