"""Whatever a browser sends, the answer is one that the OpenAPI document knows, and never a fault of ours."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from aioutlet.pages.openapi import openapi_documents
from bff.upstream import open_client
from tests.unit.bff.shop import (
    ACCEPTED,
    LOCAL,
    LOGIN,
    ORDER,
    PLACED,
    PRODUCT,
    PROFILE,
    TIME,
    Browser,
    FakeShop,
    build_door,
)
from tests.unit.bff.test_mailbox import MAILBOX

CASES = 50
"""For each operation."""
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
PAGE = {"total": 1, "skip": 0, "limit": 20, "next": None}
WHOLE_ORDER = ORDER | {
    "shippingAddress": {"name": "Ada", "line1": "1 Main St", "country": "US"},
    "billingAddress": None,
    "timeline": [{"at": TIME, "type": "order.created", "title": "Order received", "details": {"attempt": 1}}],
}
ANSWERS: list[tuple[str, Any]] = [
    (r"GET /users/me/export", {"profile": PROFILE}),
    (r"GET /(users/me|admin/users/.+)", PROFILE),
    (r"GET /admin/users", {"items": [PROFILE], "total": 1, "nextCursor": None}),
    (r"GET /products/departments", [{"department": "Home", "total": 1, "categories": []}]),
    (r"GET /products", PAGE | {"items": [PRODUCT]}),
    (r"GET /products/.+", PRODUCT),
    (r"GET /inventory/.+", {"available": 5}),
    (r"GET /orders", PAGE | {"items": [ORDER]}),
    (r"GET /orders/.+", WHOLE_ORDER),
    (r"POST /orders", PLACED),
    (r"(POST|PUT|PATCH|DELETE) .+", ACCEPTED | {"userId": "u1", "orderId": "o1", "addressId": "a1"}),
]
SIGNING_IN = ("/auth/login", "/auth/register", "/auth/refresh")


class GenerousShop(FakeShop):
    """Grants everything."""

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path in SIGNING_IN:
            return httpx.Response(200, json=self.open())
        asked = f"{request.method} {request.url.path}"
        return httpx.Response(200, json=next(body for pattern, body in ANSWERS if re.fullmatch(pattern, asked)))


@pytest.fixture(scope="module")
def door() -> Iterator[FastAPI]:
    client = open_client(httpx.MockTransport(GenerousShop().answer))
    yield build_door(client, mailbox=MAILBOX)
    asyncio.run(client.aclose())


@pytest.fixture(scope="module")
def page(door: FastAPI) -> dict[str, str]:
    """The headers of a page of the shop, logged in."""

    async def log_in() -> dict[str, str]:
        async with Browser(door) as browser:
            await browser.post("/bff/auth/login", json=LOGIN)
            kept = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
            return browser.page | {"Cookie": kept, "Idempotency-Key": "key"}

    return asyncio.run(log_in())


@pytest.fixture(scope="module")
def document(door: FastAPI) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", door)


def operations() -> list[str]:
    paths = openapi_documents()["bff"]["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", operations())
def test_every_answer_is_known(document: Any, page: dict[str, str], name: str) -> None:
    statuses = set()

    @given(case=document.find_operation_by_label(name).as_strategy())
    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def check(case: schemathesis.Case[Any]) -> None:
        answer = case.call(base_url=LOCAL, headers=page)
        case.validate_response(answer, checks=list(CHECKS))
        statuses.add(answer.status_code)

    check()
    assert statuses & {200, 201, 202}, statuses
