"""The shop as its customers and its staff reach it: over HTTP, with tokens and retries.

A request that found no answer, or was told to come back (429, 502, 503, 504), is sent again under the same
idempotency key, so it has one effect however often it arrives.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from httpx_retries import Retry, RetryTransport

from aioutlet.journey.admin_client import AdminClient
from aioutlet.journey.baskets import Basket
from identity.tokens import TokenIssuer

ORDERS_AT_ONCE = 200
TOKEN_LIFETIME = timedelta(days=1)
TIMEOUT = 30.0
"""Seconds one request may take before it is sent again."""
NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Placed:
    """An acknowledged order."""

    order_id: str
    replayed: bool
    """The shop had answered this very request before."""
    retries: int


@dataclass(frozen=True, slots=True)
class NotPlaced:
    """A basket the shop did not take: the `code` of its problem, or `NO_ANSWER`."""

    code: str


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """How an order stands in the read model: its outcome once it has one, the words for it, and the last it saw."""

    outcome: str | None
    reason: str = ""
    stuck: bool = False
    position: int = 0


@dataclass(frozen=True, slots=True)
class TokenCache:
    """Tokens for the shop's own admin and for every household, each issued once."""

    issuer: TokenIssuer
    issued: dict[str, str] = field(default_factory=dict)

    def admin(self) -> str:
        """A token to import products, receive stock and see every order."""
        return self._issue("journey", "admin")

    def customer(self, household_id: str) -> str:
        """A token to buy as this household."""
        return self._issue(f"household-{household_id}", "customer")

    def _issue(self, subject: str, role: str) -> str:
        if subject not in self.issued:
            self.issued[subject] = self.issuer.issue(subject, (role,), role, TOKEN_LIFETIME)
        return self.issued[subject]


@dataclass(frozen=True, slots=True)
class Shop:
    """Both doors of one shop."""

    commands: httpx.AsyncClient
    queries: httpx.AsyncClient
    passes: TokenCache

    @property
    def staff(self) -> AdminClient:
        """The shop's admin."""
        return AdminClient(self.commands, self.passes.admin())

    async def place(self, basket: Basket, *, token: str, key: str) -> Placed | NotPlaced:
        """Order one basket as its household, paid by this payment token."""
        headers = _bearer(self.passes.customer(basket.household_id)) | {"Idempotency-Key": key}
        try:
            answer = await self.commands.post("/orders", json=order_of(basket, token), headers=headers)
        except httpx.TransportError:
            return NotPlaced(NO_ANSWER)
        if not answer.is_success:
            return NotPlaced(problem(answer))
        replayed = answer.headers.get("Idempotent-Replayed") == "true"
        return Placed(answer.json()["orderId"], replayed, retries_of(answer))

    async def standings(self, order_ids: Sequence[str]) -> dict[str, OrderProgress]:
        """How at most `ORDERS_AT_ONCE` orders stand; one the read model does not know yet is not in the answer."""
        query: dict[str, str | int] = {"ids": ",".join(order_ids), "limit": len(order_ids)}
        answer = await self.queries.get("/orders", params=query, headers=_bearer(self.passes.admin()))
        answer.raise_for_status()
        return {found["orderId"]: progress_of(found) for found in answer.json()["items"]}


@asynccontextmanager
async def connected(
    command_api: str, query_api: str, passes: TokenCache, *, give_up_after: float, connections: int
) -> AsyncIterator[Shop]:
    """A shop at these addresses; a request is given up after `give_up_after` seconds of waiting between its tries."""
    async with (
        httpx.AsyncClient(
            base_url=command_api, transport=retrying(connections, give_up_after), timeout=TIMEOUT
        ) as commands,
        httpx.AsyncClient(
            base_url=query_api, transport=retrying(connections, give_up_after), timeout=TIMEOUT
        ) as queries,
    ):
        yield Shop(commands, queries, passes)


def retrying(connections: int, give_up_after: float) -> RetryTransport:
    """A transport that sends a request again, ever more slowly and at most every two seconds."""
    return RetryTransport(transport=SingleConnections(connections), retry=retry(give_up_after))


class SingleConnections(httpx.AsyncBaseTransport):
    """So many connections, each in a pool of its own: a shared pool looks at all of them on every request."""

    def __init__(self, connections: int) -> None:
        one = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        self._all = [httpx.AsyncHTTPTransport(limits=one) for _ in range(connections)]
        self._free: asyncio.LifoQueue[httpx.AsyncHTTPTransport] = asyncio.LifoQueue()
        for connection in self._all:
            self._free.put_nowait(connection)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over a free connection, which is free again once its answer is read."""
        connection = await self._free.get()
        try:
            answer = await connection.handle_async_request(request)
            await _whole(answer)
            return answer
        finally:
            self._free.put_nowait(connection)

    async def aclose(self) -> None:
        """Close them all."""
        for connection in self._all:
            await connection.aclose()


def retry(give_up_after: float) -> Retry:
    """Every method is retried: whatever we send is idempotent by a key or an id, or by what it sets."""
    return Retry(
        total=200,
        allowed_methods=("GET", "POST", "PUT", "DELETE"),
        backoff_factor=0.05,
        backoff_jitter=0.5,
        max_backoff_wait=2.0,
        total_timeout=give_up_after,
        validate_response=_whole,
    )


async def _whole(answer: httpx.Response) -> None:
    """Read an answer to its end while it can still be asked for again."""
    await answer.aread()


def order_of(basket: Basket, token: str) -> dict[str, Any]:
    """The request for one basket; the data set knows no addresses, so every household lives in one street."""
    return {
        "items": [{"productId": product, "quantity": quantity} for product, quantity in basket.items],
        "shippingAddress": {
            "name": f"Household {basket.household_id}",
            "line1": f"{basket.household_id} Journey Street",
            "city": "Cincinnati",
            "region": "OH",
            "postalCode": "45202",
            "country": "US",
        },
        "paymentMethod": {"token": token},
    }


def progress_of(order: Mapping[str, Any]) -> OrderProgress:
    """What the journey wants to know of one order of the read model."""
    failure = order.get("failure") or {}
    reason = ": ".join(part for part in (failure.get("failedStep"), failure.get("reason")) if part)
    return OrderProgress(order.get("outcome"), reason, bool(order.get("stuck")), order.get("position", 0))


def problem(answer: httpx.Response) -> str:
    """The code of a problem+json answer, else its status."""
    try:
        return str(answer.json()["code"])
    except (ValueError, LookupError, TypeError):
        return f"status {answer.status_code}"


def retries_of(answer: httpx.Response) -> int:
    """How often the request had been sent in vain."""
    state = answer.extensions.get("retry")
    return state.attempts_made if isinstance(state, Retry) else 0


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
