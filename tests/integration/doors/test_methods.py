"""HEAD is GET without its body, OPTIONS and 405 say what a path takes: on every path of both doors."""

import httpx
import pytest

from aioutlet.http_server import listening
from command_api.routers import auth
from edge.app import PUBLIC
from tests.integration.doors.counter import ANN, BOB, EVE, Counter, problem
from tests.integration.doors.people import joined
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_who_may_ask import ids

pytestmark = pytest.mark.usefixtures("short_silences")

OPEN_PATHS = auth.PUBLIC
"""Paths of the command API that need no token."""
STREAMED = {
    "/users/me/export",
    "/admin/users/{user_id}/export",
    "/admin/catalogue",
    "/admin/events",
    "/admin/log/live",
    "/analytics/replay",
    "/analytics/streams/{stream}",
}
"""Paths whose answers begin before their length is known."""
CHANGING = {"x-request-id", "x-correlation-id"}
"""Headers that are others in every answer."""


@pytest.fixture(params=["counter", "reader"])
def door(request: pytest.FixtureRequest) -> Counter | Reader:
    found: Counter | Reader = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def filled(counter: Counter, reader: Reader) -> Reader:
    """A query API with a lamp, its stock, an order `it`, and the accounts of who asks."""
    await counter.done("POST", "/inventory/receipts", 201, json={"items": [{"productId": "lamp", "quantity": 1}]})
    await counter.place("k")
    await counter.happened(*joined("ann"), *joined("bob"))
    await reader.sees(await counter.log())
    return reader


def methods_of(door: Counter | Reader) -> dict[str, set[str]]:
    """What the OpenAPI document says that each path takes."""
    paths = {
        path: {method.upper() for method in operations} for path, operations in door.app.openapi()["paths"].items()
    }
    return paths | {path: {"GET"} for path in PUBLIC}


def somewhere(path: str) -> str:
    return path.format(**ids("some") | {"product_id": "lamp", "user_id": "ann", "owner_id": "ann"})


def lasting(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in CHANGING}


@pytest.mark.parametrize("headers", [ANN, BOB, {}], ids=["admin", "customer", "nobody"])
async def test_head_answers_as_get_with_its_headers_and_no_body(
    door: Counter | Reader, filled: Reader, headers: dict[str, str]
) -> None:
    for path, methods in methods_of(door).items():
        if "GET" not in methods or path == "/metrics":
            continue
        got, head = [await door.client.request(each, somewhere(path), headers=headers) for each in ("GET", "HEAD")]
        assert (head.status_code, lasting(head), head.content) == (got.status_code, lasting(got), b""), path
        is_streamed = path in STREAMED and got.is_success
        assert int(head.headers["content-length"]) == len(got.content) if not is_streamed else got.content, path


async def test_head_of_the_metrics_is_answered_although_they_have_changed(door: Counter | Reader) -> None:
    answer = await door.client.head("/metrics")
    assert (answer.status_code, answer.content) == (200, b"")
    figures = (await door.client.get("/metrics")).text
    assert 'aioutlet_http_requests_total{method="HEAD",route="/metrics",status="200"} 1.0' in figures


@pytest.mark.parametrize(
    ("path", "status"),
    [("/products/lamp", 200), ("/products/nothing", 404), ("/products?sort=no", 422), ("/nothing", 404)],
)
async def test_head_is_refused_as_get_is(filled: Reader, path: str, status: int) -> None:
    got, head = [await filled.client.request(method, path, headers=BOB) for method in ("GET", "HEAD")]
    assert (head.status_code, got.status_code, head.content) == (status, status, b"")
    assert (head.headers["content-type"], head.headers["content-length"]) == (
        got.headers["content-type"],
        got.headers["content-length"],
    )


async def test_head_of_an_order_is_for_whom_it_concerns(counter: Counter, filled: Reader) -> None:
    order_id = (await counter.place("k")).json()["orderId"]
    for headers, status in ((BOB, 200), (ANN, 200), (EVE, 404), ({}, 401)):
        got, head = [
            await filled.client.request(method, f"/orders/{order_id}", headers=headers) for method in ("GET", "HEAD")
        ]
        assert (got.status_code, head.status_code, head.content) == (status, status, b"")
        assert head.headers["content-length"] == got.headers["content-length"]


async def test_head_waits_for_a_position_as_get_does(filled: Reader) -> None:
    filled.watcher.answers = False
    answer = await filled.client.head("/products", headers=BOB | {"X-Min-Position": "product-lamp@99"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_head_of_a_command_is_not_allowed_and_does_nothing(counter: Counter) -> None:
    head = await counter.store.head()
    for path in ("/orders", "/products", "/products/import", "/inventory/receipts"):
        answer = await counter.client.head(path, headers=ANN)
        assert (answer.status_code, answer.content) == (405, b"")
        assert "HEAD" not in answer.headers["allow"].split(", ")
    assert await counter.recorded(after=head) == []


async def test_options_and_405_say_what_each_path_takes(door: Counter | Reader) -> None:
    for path, methods in methods_of(door).items():
        takes = methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        options = await door.client.options(somewhere(path), headers=ANN)
        assert (options.status_code, options.content) == (204, b"")
        untaken = next(each for each in ("DELETE", "PUT", "POST") if each not in methods)
        refused = await door.client.request(untaken, somewhere(path), headers=ANN)
        problem(refused, 405, "method_not_allowed")
        for answer in (options, refused):
            # A path of words may be an id as well, and then takes what a path with an id takes.
            said = set(answer.headers["allow"].split(", "))
            assert takes <= said <= takes | {"PATCH", "GET", "HEAD"}, path
        if "{" in path:
            assert said == takes, path


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD"])
async def test_no_method_opens_what_needs_a_token(door: Counter | Reader, method: str) -> None:
    for path in set(methods_of(door)) - PUBLIC - OPEN_PATHS:
        assert (await door.client.request(method, somewhere(path))).status_code == 401
    assert (await door.client.request(method, "/health/live")).status_code < 300


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD"])
async def test_where_no_route_leads_no_method_is_allowed(door: Counter | Reader, method: str) -> None:
    answer = await door.client.request(method, "/nothing/at/all", headers=ANN)
    assert (answer.status_code, "allow" in answer.headers) == (404, False)


async def test_a_real_server_keeps_the_connection_after_each(filled: Reader) -> None:
    async with (
        listening(filled.app, host="127.0.0.1", port=0, setting="PORT") as url,
        httpx.AsyncClient(base_url=url, limits=httpx.Limits(max_connections=1)) as client,
    ):
        for _ in range(2):
            got = await client.get("/products/lamp", headers=BOB)
            head = await client.head("/products/lamp", headers=BOB)
            options = await client.options("/products/lamp", headers=BOB)
            assert (head.status_code, head.content, options.status_code) == (200, b"", 204)
            assert head.headers["content-length"] == got.headers["content-length"]
            assert options.headers["allow"] == "GET, HEAD, OPTIONS"
        any_path = await client.request("OPTIONS", "/", headers=BOB, extensions={"target": b"*"})
        assert (any_path.status_code, any_path.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
