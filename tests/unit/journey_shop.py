"""A tiny shop for the journey's client: it remembers what it was asked, and ends orders as their tokens say."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from httpx_retries import RetryTransport
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aioutlet.journey.shop import Shop, TokenCache, retry
from identity.tokens import TokenIssuer, TokenVerifier
from schemas.envelope import Actor

SECRET = "a secret of the journey's own tests"
FAILED = {"outcome": "failed", "failure": {"failedStep": "payment", "reason": "declined"}}


@dataclass
class FakeShop:
    """Both APIs in one application."""

    busy: int = 0
    """Orders are told to come back so many times before they are heard."""
    refuses: bool = False
    loses: bool = False
    """Acknowledged orders never reach the read model."""
    stalls: bool = False
    """Orders are known and never end."""
    away: int = 0
    """So many times nobody finds out how an order stands."""
    broken: int = 0
    """So many answers break off in the middle."""
    looks_needed: int = 1
    """An order has ended by the so-manieth look at it."""
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By idempotency key."""
    products: dict[str, Any] = field(default_factory=dict)
    receipts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    customers: set[str] = field(default_factory=set)
    requests: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)

    async def import_products(self, request: Request) -> Response:
        products = (await request.json())["products"]
        new = [product for product in products if product["productId"] not in self.products]
        self.products |= {product["productId"]: product for product in new}
        self.requests["import"] += 1
        return JSONResponse({"imported": len(new), "unchanged": len(products) - len(new)})

    async def receive(self, request: Request) -> Response:
        receipt = await request.json()
        self.receipts.setdefault(receipt["receiptId"], receipt["items"])
        return JSONResponse({}, 201)

    async def place(self, request: Request) -> Response:
        self.requests["order"] += 1
        if self.requests["order"] <= self.busy:
            return JSONResponse({"code": "unavailable"}, 503)
        if self.refuses:
            return JSONResponse({"code": "product_not_for_sale"}, 409, media_type="application/problem+json")
        self.customers.add((await actor_of(request)).id)
        key = request.headers["Idempotency-Key"]
        replayed = {"Idempotent-Replayed": "true"} if key in self.orders else {}
        self.orders.setdefault(key, await request.json() | {"orderId": f"order-of-{key}"})
        return JSONResponse({"orderId": self.orders[key]["orderId"]}, 201, replayed)

    async def list_orders(self, request: Request) -> Response:
        assert "admin" in (await actor_of(request)).roles
        if self.away > 0:
            self.away -= 1
            return JSONResponse({"code": "internal"}, 500)
        known = {order["orderId"]: order for order in self.orders.values()}
        ids = request.query_params["ids"].split(",")
        return JSONResponse({"items": [self._seen(known[each]) for each in ids if not self.loses]})

    def _seen(self, order: dict[str, Any]) -> dict[str, Any]:
        order_id = order["orderId"]
        self.looks[order_id] += 1
        if self.stalls or self.looks[order_id] < self.looks_needed:
            return {"orderId": order_id, "outcome": None, "position": 0 if self.stalls else self.looks[order_id]}
        declined = order["paymentMethod"]["token"] == "tok_decline"
        return {"orderId": order_id, **(FAILED if declined else {"outcome": "completed"})}

    @asynccontextmanager
    async def open(self, *, give_up_after: float = 5.0) -> AsyncIterator[Shop]:
        """A client of this shop."""
        routes = [
            Route("/products/import", self.import_products, methods=["POST"]),
            Route("/inventory/receipts", self.receive, methods=["POST"]),
            Route("/orders", self.place, methods=["POST"]),
            Route("/orders", self.list_orders, methods=["GET"]),
        ]
        line = BadLine(self, httpx.ASGITransport(Starlette(routes=routes)))
        transport = RetryTransport(transport=line, retry=retry(give_up_after))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            yield Shop(client, client, TokenCache(TokenIssuer(SECRET)))


class BadLine(httpx.AsyncBaseTransport):
    """The way to a shop that is killed while it answers, as often as it says."""

    def __init__(self, shop: FakeShop, transport: httpx.AsyncBaseTransport) -> None:
        self._shop = shop
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        if self._shop.broken > 0:
            self._shop.broken -= 1
            return httpx.Response(answer.status_code, headers=answer.headers, stream=BreakingOff())
        return answer


class BreakingOff(httpx.AsyncByteStream):
    """Half of an answer."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"orderId"'
        raise httpx.ReadError("killed")


async def actor_of(request: Request) -> Actor:
    return (await TokenVerifier(SECRET).verify(request.headers["Authorization"].removeprefix("Bearer "))).actor
