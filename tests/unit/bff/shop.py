"""The two services behind the BFF, as far as its tests need them, and a browser before it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import httpx
import jwt
import orjson
from fastapi import FastAPI

from bff.http_client import HttpClient
from bff.main import BffOptions, build_app
from bff.origin import public_origin
from tests.services_client import client_over

SECRET = "a secret of the tests, long enough"
LOCAL, SECURE = "http://localhost:4000", "https://shop.example.org"
COMMANDS, QUERIES = "http://commands:8000", "http://queries:8001"
GUEST = "guest-token"
ADA = {"userId": "ada-id", "email": "ada@example.org", "firstName": "Ada", "lastName": "L", "roles": ["customer"]}
LOGIN = {"email": "ada@example.org", "password": "the correct horse"}
TIME = "2026-01-02T03:04:05Z"
ACCEPTED = {"streamId": "user-ada-id", "version": 2, "position": 7}
PROFILE = {
    **ADA, "emailVerified": True, "state": "active", "createdAt": TIME, "updatedAt": TIME, "lastLoginAt": TIME,
    "position": 7, "grantedRoles": ["customer"], "addresses": [], "sessions": [], "loginCount": 1,
}  # fmt: skip
PRODUCT = {
    "productId": "lamp", "name": "Lamp", "department": "Home", "category": "Light", "brand": None, "description": "",
    "price": {"amount": 150, "currency": "USD"}, "attributes": {}, "picture": None, "forSale": True, "inStock": True,
    "rating": {"average": None, "count": 0, "histogram": [0, 0, 0, 0, 0]},
    "createdAt": TIME, "updatedAt": TIME, "version": 1, "position": 3,
}  # fmt: skip
PLACED = {
    "streamId": "order-o1", "version": 1, "position": 41, "orderId": "o1", "orderNumber": "ORD-20260102-ABCDE",
    "status": "Pending", "subtotal": 150, "tax": 0, "shipping": 0, "totalAmount": 150, "currency": "USD",
}  # fmt: skip
ORDER = {
    "orderId": "o1", "orderNumber": "ORD-20260102-ABCDE", "customerId": "ada-id",
    "items": [{"productId": "lamp", "name": "Lamp", "quantity": 1, "unitPrice": 150}],
    "subtotal": 150, "tax": 0, "shipping": 0, "totalAmount": 150, "currency": "USD", "status": "Pending",
    "paymentStatus": "none", "fulfilmentStatus": "none", "outcome": None, "createdAt": TIME, "updatedAt": TIME,
    "version": 1, "position": 41,
}  # fmt: skip
BASKET = {
    "items": [{"productId": "lamp", "quantity": 1}],
    "shippingAddress": {"name": "Ada", "line1": "1 Main St", "city": "Springfield", "country": "US"},
}

PUBLIC = ("/auth/login", "/auth/register", "/auth/refresh", "/auth/verify-email", "/auth/password-reset", "/health")

Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"type": f"urn:aioutlet:problem:{code}", "title": code, "status": status, "code": code, "detail": "so it is"}
    return httpx.Response(
        status, content=orjson.dumps(body), headers={"content-type": "application/problem+json"} | headers
    )


class FakeShop:
    """Answers as the command and the query API do; `answers` overrides, by method and path."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: dict[tuple[str, str], Answer | httpx.Response | dict[str, Any] | list[Any]] = {
            ("GET", "/users/me"): PROFILE,
            ("GET", "/products/lamp"): PRODUCT,
            ("GET", "/inventory/lamp"): {"productId": "lamp", "available": 5, "onHand": 9},
        }
        self.verified = True
        self._numbers = count(1)
        self._access: set[str] = set()
        self._refresh: set[str] = set()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        where = request.method, request.url.path
        if where in {("POST", "/auth/login"), ("POST", "/auth/register")} and where not in self.answers:
            return httpx.Response(201 if "register" in where[1] else 200, json=self.open() | ACCEPTED)
        if where == ("POST", "/auth/refresh") and where not in self.answers:
            return self.refreshed(orjson.loads(request.content)["refreshToken"])
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        is_public = where[1].startswith(PUBLIC) and not where[1].endswith("/resend")
        if not is_public and token not in {*self._access, GUEST} and not token.startswith(f"{GUEST}-guest-"):
            return problem(401, "unauthorised")
        match self.answers.get(where):
            case None:
                return problem(404, "not_found")
            case httpx.Response() as response:
                return httpx.Response(response.status_code, content=response.content, headers=response.headers)
            case dict() | list() as body:
                return httpx.Response(200, json=body)
            case answer:
                return await answer(request)

    def open(self) -> dict[str, Any]:
        """Open a session, or go on with it."""
        number = next(self._numbers)
        access = jwt.encode({"sub": ADA["userId"], "n": number}, SECRET, algorithm="HS256")
        refresh = f"refresh-{number}-{'x' * 30}"
        self._access.add(access)
        self._refresh.add(refresh)
        return {
            "accessToken": access, "expiresIn": 600, "refreshToken": refresh, "refreshExpiresIn": 2_592_000,
            "sessionId": "session-1", "user": {**ADA, "emailVerified": self.verified},
        }  # fmt: skip

    def refreshed(self, token: str) -> httpx.Response:
        if token not in self._refresh:
            return problem(401, "session_ended")
        self._refresh.remove(token)
        return httpx.Response(200, json=self.open())

    def expire(self) -> None:
        """Let every access token run out."""
        self._access.clear()

    def revoke(self) -> None:
        """End every session."""
        self._access.clear()
        self._refresh.clear()

    def sent(self, method: str, path: str) -> list[httpx.Request]:
        return [each for each in self.requests if (each.method, each.url.path) == (method, path)]

    @property
    def secrets(self) -> set[str]:
        """Every token there is."""
        return self._access | self._refresh


def build_door(client: HttpClient, origin: str = LOCAL, **options: Any) -> FastAPI:
    """The BFF over a client that speaks to a shop."""
    given: dict[str, Any] = {
        "command_url": COMMANDS, "query_url": QUERIES, "origin": public_origin(origin), "csrf_secret": SECRET,
        "guest_token": lambda: GUEST,
        "token_of_guest": lambda guest_id: f"{GUEST}-{guest_id}",
    } | options  # fmt: skip
    return build_app(BffOptions(**given), client)


@asynccontextmanager
async def door_of(shop: FakeShop, origin: str = LOCAL, **options: Any) -> AsyncIterator[FastAPI]:
    """The BFF before a shop."""
    async with client_over(httpx.MockTransport(shop.answer)) as client:
        yield build_door(client, origin, **options)


class Browser(httpx.AsyncClient):
    """Keeps cookies, names its origin, and sends the CSRF token that it finds in its cookie."""

    def __init__(self, app: FastAPI, origin: str = LOCAL, **client: Any) -> None:
        super().__init__(transport=httpx.ASGITransport(app, **client), base_url=origin)
        self.origin = origin

    @property
    def prefix(self) -> str:
        return "__Host-" if self.origin.startswith("https") else ""

    def kept(self, cookie: str) -> str | None:
        return self.cookies.get(f"{self.prefix}{cookie}")

    @property
    def page(self) -> dict[str, str]:
        """The headers of a page of the shop's own."""
        return {"Origin": self.origin, "X-CSRF-Token": self.kept("aioutlet_csrf") or ""}

    async def log_in(self) -> httpx.Response:
        answer = await self.post("/bff/auth/login", json=LOGIN, headers=self.page)
        assert answer.status_code == 200, answer.text
        return answer
