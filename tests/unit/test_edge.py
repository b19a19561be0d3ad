import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import Field, StringConstraints, TypeAdapter

from edge.app import PUBLIC, ServiceOptions, bearer_tokens, build_service
from edge.auth import CurrentActor, requires
from edge.body_size import largest_value
from edge.health import Liveness, Readiness
from edge.logging import configure
from identity.tokens import TokenIssuer, TokenVerifier
from schemas.errors import Poison, Refused, Stale
from schemas.message import Command, Money, Quantity, Text
from tests.doors import bearer, client_of
from tests.log_lines import captured_log

SECRET = "a secret of the tests, long enough"
PROBLEM = "application/problem+json"


class Note(Command):
    text: Annotated[str, StringConstraints(min_length=1, max_length=10)]
    pieces: Quantity = 1


class Book(Command):
    pages: Annotated[tuple[Text, ...], Field(max_length=3)]


router = APIRouter()


@router.post("/notes")
async def write(note: Note, actor: CurrentActor) -> dict[str, Any]:
    return {"text": note.text, "by": actor.id}


@router.put("/books/{book_id}", dependencies=[requires("admin")])
async def write_much(book_id: str, book: Book) -> dict[str, int]:
    return {"length": sum(map(len, book.pages))}


@router.get("/notes/{note_id}", dependencies=[requires("admin")])
async def read(note_id: str) -> dict[str, str]:
    match note_id:
        case "refused":
            raise Refused("not this one", product_ids=["p1"], price=Money(amount=1, currency="USD"))
        case "stale":
            raise Stale("still behind")
        case "poison":
            raise Poison("the secret bytes are 0xdeadbeef")
        case "broken":
            raise ZeroDivisionError("the secret is 42")
        case _:
            return {"noteId": note_id}


async def works() -> None:
    return None


async def fails() -> None:
    raise ConnectionError("no")


async def hangs() -> None:
    await asyncio.Event().wait()


@pytest.fixture
def app() -> FastAPI:
    verifier = TokenVerifier(SECRET)
    return build_service(
        ServiceOptions(
            title="notes",
            routers=[router],
            authentication=bearer_tokens(verifier),
            probes={"log": works},
            max_body=300,
        )
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with captured_log("INFO", "notes") as lines:
        yield lines


def logged(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


ANN = bearer(TokenIssuer(SECRET), "ann", "admin")
BOB = bearer(TokenIssuer(SECRET), "bob", "customer")


async def test_a_route_gets_the_actor(client: httpx.AsyncClient) -> None:
    answer = await client.post("/notes", json={"text": "milk"}, headers=BOB)
    assert answer.json() == {"text": "milk", "by": "bob"}


async def test_every_route_needs_a_token_but_the_public_ones(app: FastAPI, client: httpx.AsyncClient) -> None:
    paths = set(app.openapi()["paths"]) | PUBLIC | {"/docs", "/redoc", "/no/such/thing"}
    open_to_all = {path for path in paths if (await client.get(path)).status_code != 401}
    assert open_to_all == {"/health/live", "/health/ready", "/metrics", "/openapi.json"}


async def test_a_service_may_have_public_paths_of_its_own() -> None:
    options = ServiceOptions(
        title="notes", routers=[router], authentication=bearer_tokens(TokenVerifier(SECRET), "/open"), probes={}
    )
    async with client_of(build_service(options)) as client:
        assert (await client.get("/open")).status_code == 404
        assert (await client.get("/open/more")).status_code == 401


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Bearer", "Bearer ", "Bearer nonsense", "Bearer " + "x" * 5_000])
async def test_a_request_without_a_valid_token_is_unauthorised(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get("/notes/1", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == PROBLEM


async def test_an_actor_without_the_role_is_forbidden(client: httpx.AsyncClient) -> None:
    answer = await client.get("/notes/1", headers=BOB)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_an_error_is_a_problem_document_with_its_members(client: httpx.AsyncClient) -> None:
    answer = await client.get("/notes/refused", headers=ANN | {"X-Correlation-ID": "c-1"})
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json() == {
        "type": "urn:aioutlet:problem:refused",
        "title": "The request breaks a rule of the shop",
        "status": 409,
        "code": "refused",
        "detail": "not this one",
        "correlationId": "c-1",
        "productIds": ["p1"],
        "price": {"amount": 1, "currency": "USD"},
    }


async def test_a_temporary_error_has_a_retry_after(client: httpx.AsyncClient) -> None:
    answer = await client.get("/notes/stale", headers=ANN)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


@pytest.mark.parametrize("fault", ["poison", "broken"])
async def test_an_unexpected_error_is_logged_and_its_detail_left_out(
    client: httpx.AsyncClient, lines: io.StringIO, fault: str
) -> None:
    answer = await client.get(f"/notes/{fault}", headers=ANN)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.headers["content-type"] == PROBLEM
    assert "secret" not in answer.text
    [fault_line] = [line for line in logged(lines) if line["level"] == "error"]
    assert "secret" in fault_line["exception"]
    assert fault_line["correlationId"] == answer.headers["x-correlation-id"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/nothing", 404, "not_found"), ("PUT", "/notes", 405, "method_not_allowed")],
)
async def test_errors_of_the_framework_are_problem_documents_too(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path, headers=ANN)
    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (status, code, status)
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("body", [b"{", b"nope", b'{"text": "a"', b"\xff\xfe", b"[" * 150])
async def test_what_is_not_json_is_malformed(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/notes", content=body, headers=BOB | {"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert answer.headers["content-type"] == PROBLEM


async def test_every_bad_field_is_named_and_never_repeated(client: httpx.AsyncClient) -> None:
    answer = await client.post("/notes", json={"pieces": "seven secrets", "colour": "red"}, headers=BOB)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    errors = {(error["in"], error["field"], error["code"]) for error in answer.json()["errors"]}
    assert errors == {
        ("body", "text", "missing"),
        ("body", "pieces", "int_type"),
        ("body", "colour", "extra_forbidden"),
    }
    assert "secrets" not in answer.text


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"7", b'{"text": "\\ud800"}', b'{"text": NaN}', b""])
async def test_json_that_does_not_fit_the_model_is_invalid(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/notes", content=body, headers=BOB | {"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_body_of_another_content_type_is_invalid(client: httpx.AsyncClient) -> None:
    answer = await client.post("/notes", content=b'{"text": "a"}', headers=BOB | {"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def stream(size: int) -> AsyncIterator[bytes]:
    yield b'{"text": "'
    for _ in range(size):
        yield b"x"
    yield b'"}'


@pytest.mark.parametrize("size", [400, 100_000])
async def test_a_body_with_too_large_a_content_length_is_refused(client: httpx.AsyncClient, size: int) -> None:
    answer = await client.post("/notes", json={"text": "x" * size}, headers=BOB)
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (413, "too_large", 300)
    assert answer.headers["content-type"] == PROBLEM


async def test_a_streamed_body_is_refused_at_the_limit(client: httpx.AsyncClient) -> None:
    headers = BOB | {"Content-Type": "application/json"}
    assert (await client.post("/notes", content=stream(10), headers=headers)).status_code == 200
    answer = await client.post("/notes", content=stream(400), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("page", ["x", "é", "界", "\U0001f4d6"])
@pytest.mark.parametrize("escaped", [True, False])
async def test_a_route_takes_the_largest_body_that_its_model_allows(
    client: httpx.AsyncClient, page: str, escaped: bool
) -> None:
    body = json.dumps({"pages": [page * 500] * 3}, ensure_ascii=escaped).encode()
    for content in (body, pieces_of(body)):
        answer = await client.put("/books/1", content=content, headers=ANN | {"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()) == (200, {"length": 1_500})


@pytest.mark.parametrize("in_pieces", [True, False])
async def test_and_no_larger_one(client: httpx.AsyncClient, in_pieces: bool) -> None:
    limit = (2 + 32) + (9 + 32) + (2 + 32) + 3 * (1 + 32 + 2 + 500 * 12)
    body = b'{"pages": []}'.ljust(limit + 1)
    content = pieces_of(body) if in_pieces else body
    answer = await client.put("/books/1", content=content, headers=ANN | {"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert str(limit) in answer.json()["detail"]
    answer = await client.put("/books/1", content=body[:-1], headers=ANN | {"Content-Type": "application/json"})
    assert answer.status_code == 200


async def test_a_large_body_is_not_read_from_who_may_not_send_it(client: httpx.AsyncClient) -> None:
    read = []

    async def pieces() -> AsyncIterator[bytes]:
        async for piece in pieces_of(json.dumps({"pages": ["x" * 500] * 3}).encode()):
            read.append(piece)
            yield piece

    answer = await client.put("/books/1", content=pieces(), headers=BOB | {"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"], read) == (403, "forbidden", [])


async def pieces_of(body: bytes) -> AsyncIterator[bytes]:
    """A body whose length is not stated."""
    for start in range(0, len(body), 100):
        yield body[start : start + 100]


class Boundless(Command):
    text: str


@pytest.mark.parametrize("model", [Boundless, Annotated[tuple[Note, ...], Field(min_length=1)]])
def test_a_body_without_a_greatest_length_is_a_fault_of_ours(model: Any) -> None:
    schema = TypeAdapter(model).json_schema()
    with pytest.raises(TypeError, match="without a greatest length"):
        largest_value(schema, schema.get("$defs", {}))


async def test_the_ids_of_a_request_are_in_the_answer_and_on_its_log_line(
    client: httpx.AsyncClient, lines: io.StringIO
) -> None:
    ids = {"X-Correlation-ID": "c-1", "X-Request-ID": "r-1"}
    answer = await client.post("/notes", json={"text": "private"}, headers=BOB | ids)
    assert (answer.headers["x-correlation-id"], answer.headers["x-request-id"]) == ("c-1", "r-1")
    [line] = logged(lines)
    assert (
        line.items()
        >= {
            "event": "request",
            "level": "info",
            "service": "notes",
            "method": "POST",
            "route": "/notes",
            "status": 200,
            "correlationId": "c-1",
            "requestId": "r-1",
        }.items()
    )
    assert line["duration_ms"] > 0
    assert "private" not in lines.getvalue()
    assert BOB["Authorization"] not in lines.getvalue()


async def test_a_refused_request_is_logged_once_by_its_template(client: httpx.AsyncClient, lines: io.StringIO) -> None:
    await client.get("/notes/refused", headers=ANN)
    [line] = logged(lines)
    assert (line["route"], line["status"]) == ("/notes/{note_id}", 409)


async def test_health_checks_make_no_noise(client: httpx.AsyncClient, lines: io.StringIO) -> None:
    await client.get("/health/live")
    await client.get("/metrics")
    assert logged(lines) == []


def test_a_librarys_log_lines_look_like_ours(lines: io.StringIO) -> None:
    logging.getLogger("somebody.else").warning("%s left", "ann")
    [line] = logged(lines)
    assert line.items() >= {"event": "ann left", "logger": "somebody.else", "level": "warning"}.items()


def test_an_unknown_level_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="LOUD"):
        configure("LOUD")


async def test_requests_are_counted_by_template(client: httpx.AsyncClient) -> None:
    for note_id in ("1", "2", "refused"):
        await client.get(f"/notes/{note_id}", headers=ANN)
    await client.get("/nowhere/1", headers=ANN)
    counted = (await client.get("/metrics")).text
    assert 'aioutlet_http_requests_total{method="GET",route="/notes/{note_id}",status="200"} 2.0' in counted
    assert 'aioutlet_http_requests_total{method="GET",route="/notes/{note_id}",status="409"} 1.0' in counted
    assert 'aioutlet_http_request_duration_seconds_count{method="GET",route="/notes/{note_id}"} 3.0' in counted
    assert 'route="unmatched",status="404"' in counted
    assert "/nowhere" not in counted


async def test_a_service_is_ready_when_all_its_parts_are(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "checks": {"log": "up"}})


async def test_a_service_is_not_ready_while_a_part_fails_or_hangs() -> None:
    app = FastAPI()
    readiness = Readiness({"log": works, "broker": fails, "documents": hangs}, timeout=0.01)
    app.add_api_route("/ready", readiness.ready)
    async with client_of(app) as client:
        answer = await client.get("/ready")
    assert (answer.status_code, answer.headers["content-type"]) == (503, PROBLEM)
    assert answer.json()["checks"] == {"log": "up", "broker": "down", "documents": "no answer"}


async def test_the_openapi_document_describes_the_token_and_the_problem_documents(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert document["security"] == [{"bearer": []}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    answers = document["components"]["responses"]
    assert all(PROBLEM in answer["content"] for answer in answers.values())
    for path in document["paths"].values():
        for operation in path.values():
            refusals = {status: operation["responses"][status]["$ref"] for status in ("401", "429", "503", "default")}
            names = ("Unauthorised", "TooManyRequests", "Unavailable", "Refused")
            assert [*refusals.values()] == [f"#/components/responses/{name}" for name in names]
            assert "422" not in operation["responses"]
            assert {"X-Correlation-ID", "X-Request-ID"} <= operation["responses"]["200"]["headers"].keys()


async def test_a_service_is_live_while_no_consumer_is_too_old() -> None:
    ages = {"saga": 0.0}
    app = FastAPI()
    app.add_api_route("/live", Liveness({"saga": lambda: ages["saga"]}, limit=30.0).live)
    async with client_of(app) as client:
        ages["saga"] = 30.0
        answer = await client.get("/live")
        assert (answer.status_code, answer.json()) == (200, {"status": "live", "commitAgeSeconds": {"saga": 30.0}})
        ages["saga"] = 31.0
        answer = await client.get("/live")
        assert (answer.status_code, answer.json()["commitAgeSeconds"]) == (503, {"saga": 31.0})
        assert "saga for 31 s" in answer.json()["detail"]
