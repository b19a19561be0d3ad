"""What both doors share: names of requests, health, figures, and the framework's own refusals."""

import asyncio
import re

import httpx
import pytest

from tests.integration.doors.counter import ANN, BOB, Counter, basket, key, problem
from tests.integration.doors.reader import Reader

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TRACE = "0af7651916cd43dd8448eb211c80319c"
HOSTILE: list[str | bytes] = [
    "",
    " ",
    "a b",
    "x" * 129,
    "<script>",
    'c"1',
    "-a",
    "c-1\t",
    "ü".encode(),
    b"\xff\xfe",
    "c,1",
    "${jndi:x}",
]


@pytest.fixture(params=["counter", "reader"])
def door(request: pytest.FixtureRequest) -> httpx.AsyncClient:
    side: Counter | Reader = request.getfixturevalue(request.param)
    return side.client


async def test_the_names_a_request_brings_are_echoed(door: httpx.AsyncClient) -> None:
    said = {"X-Correlation-ID": "basket:42", "X-Request-ID": "try.1"}
    for path in ("/orders", "/nothing", "/health/live", "/metrics"):
        answer = await door.get(path, headers=ANN | said)
        assert (answer.headers["x-correlation-id"], answer.headers["x-request-id"]) == ("basket:42", "try.1")


async def test_even_who_is_sent_away_is_told_the_name_of_the_request(door: httpx.AsyncClient) -> None:
    refusal = problem(await door.get("/orders", headers={"X-Correlation-ID": "c-1"}), 401, "unauthorised")
    assert refusal["correlationId"] == "c-1"


async def test_a_request_without_names_is_given_some(door: httpx.AsyncClient) -> None:
    one, two = [await door.get("/health/live") for _ in range(2)]
    assert UUID7.fullmatch(one.headers["x-request-id"])
    assert one.headers["x-correlation-id"] == one.headers["x-request-id"]
    assert one.headers["x-request-id"] != two.headers["x-request-id"]


async def test_without_a_correlation_of_its_own_a_request_is_its_own_beginning(door: httpx.AsyncClient) -> None:
    answer = await door.get("/health/live", headers={"X-Request-ID": "try.1"})
    assert (answer.headers["x-correlation-id"], answer.headers["x-request-id"]) == ("try.1", "try.1")


@pytest.mark.parametrize("name", ["X-Correlation-ID", "X-Request-ID"])
async def test_hostile_names_are_replaced_and_never_echoed(door: httpx.AsyncClient, name: str) -> None:
    for value in HOSTILE:
        raw = value if isinstance(value, bytes) else value.encode()
        answer = await door.get("/nothing", headers=[(name.encode(), raw)])
        assert UUID7.fullmatch(answer.headers[name]), value
        assert problem(answer, 401, "unauthorised")["correlationId"] == answer.headers["x-correlation-id"]


@pytest.mark.parametrize(
    "garbled", ["", "nonsense", f"00-{'0' * 32}-b7ad6b7169203331-01", f"ff-{TRACE}-b7ad6b7169203331-01", TRACE]
)
async def test_a_garbled_trace_is_begun_anew_in_the_log(counter: Counter, garbled: str) -> None:
    await counter.place("k", headers={"traceparent": garbled})
    traces = {envelope.traceparent for envelope in await counter.log(after=2)}
    [trace] = traces
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", trace or "")
    assert TRACE not in (trace or "")


async def test_a_service_lives_and_is_ready(counter: Counter, reader: Reader) -> None:
    for door, part in ((counter.client, "eventStore"), (reader.client, "documents")):
        assert (await door.get("/health/live")).json() == {"status": "live"}
        answer = await door.get("/health/ready")
        assert (answer.status_code, answer.json()) == (200, {"status": "ready", "checks": {part: "up"}})


async def test_the_command_api_is_not_ready_without_its_store_but_lives(counter: Counter) -> None:
    await counter.store.close()
    refusal = problem(await counter.says("GET", "/health/ready"), 503, "unavailable")
    assert refusal["checks"] == {"eventStore": "down"}
    assert "eventStore" in refusal["detail"]
    assert (await counter.says("GET", "/health/live")).status_code == 200


async def test_without_its_store_the_command_api_says_so_to_whoever_asks(counter: Counter) -> None:
    await counter.store.close()
    answer = await counter.place("k")
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "1"


async def test_the_query_api_is_not_ready_without_its_documents_but_lives(blind: Reader) -> None:
    answer = await blind.asks("/health/ready")
    # The driver may still be looking for its server when our time is up.
    assert problem(answer, 503, "unavailable")["checks"]["documents"] in {"down", "no answer"}
    assert answer.headers["retry-after"] == "1"
    assert (await blind.asks("/health/live")).status_code == 200


async def test_without_its_documents_the_query_api_says_so_to_whoever_asks(blind: Reader) -> None:
    paths = ("/products", "/products/lamp", "/products/departments", "/inventory", "/inventory/lamp", "/orders/x")
    for answer in await asyncio.gather(*(blind.asks(path, headers=ANN) for path in (*paths, "/orders"))):
        assert "127.0.0.1" not in problem(answer, 503, "unavailable")["detail"]
        assert answer.headers["retry-after"] == "1"


async def test_figures_are_by_template_and_name_nobody(counter: Counter, reader: Reader) -> None:
    order_id = (await counter.place("k")).json()["orderId"]
    await counter.says("POST", f"/orders/{order_id}/cancel", headers=BOB)
    figures = (await counter.says("GET", "/metrics")).text
    assert 'aioutlet_http_requests_total{method="POST",route="/orders",status="201"} 1.0' in figures
    assert 'route="/orders/{order_id}/cancel",status="200"' in figures
    await reader.asks("/orders/secret-order", headers=ANN)
    figures += (await reader.asks("/metrics")).text
    assert 'route="/orders/{order_id}",status="404"' in figures
    assert order_id not in figures
    assert "secret-order" not in figures


async def test_figures_are_what_prometheus_reads(door: httpx.AsyncClient) -> None:
    answer = await door.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "# TYPE aioutlet_http_requests_total counter" in answer.text


async def test_every_operation_says_what_it_answers_and_how_it_refuses(door: httpx.AsyncClient) -> None:
    document = (await door.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.")
    assert document["security"] == [{"bearer": []}]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            statuses = set(operation["responses"])
            assert statuses & {"200", "201", "202"}, (method, path)
            assert operation["summary"], (method, path)
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/Refused"}, (method, path)
            refusal = document["components"]["responses"]["Refused"]["content"]
            assert refusal["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/orders/", "/products//", "/orders/x/y/z", "/docs", "/Orders", "/../etc/passwd"]
)
async def test_where_no_route_leads_nothing_is_found(door: httpx.AsyncClient, path: str) -> None:
    problem(await door.get(path, headers=ANN), 404, "not_found")


async def test_a_method_no_route_takes_is_told_which_one_does(counter: Counter, reader: Reader) -> None:
    for door, method, path, allowed in (
        (counter.client, "GET", "/orders", "OPTIONS, POST"),
        (counter.client, "DELETE", "/products/lamp", "OPTIONS, PATCH"),
        (counter.client, "POST", "/products/lamp/price", "OPTIONS, PUT"),
        (reader.client, "POST", "/orders", "GET, HEAD, OPTIONS"),
        (reader.client, "DELETE", "/orders/some", "GET, HEAD, OPTIONS"),
        (reader.client, "PUT", "/products", "GET, HEAD, OPTIONS"),
        (reader.client, "BREW", "/products", "GET, HEAD, OPTIONS"),
    ):
        answer = await door.request(method, path, headers=ANN)
        problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == allowed


async def test_a_refused_command_leaves_the_door_open_for_the_next(counter: Counter) -> None:
    for _ in range(3):
        await counter.refused(
            409, "total_differs", "POST", "/orders", json=basket(totalAmount=1), headers=BOB | key("k")
        )
    assert (await counter.place("k")).status_code == 201
