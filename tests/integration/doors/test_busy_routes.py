"""The routes that read their request themselves take and refuse what the framework would, in its words."""

import httpx
import orjson
import pytest
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from edge.app import ServiceOptions, bearer_tokens, build_service
from edge.raw_route import RawRoute
from identity.tokens import TokenVerifier
from tests.accounts import SECRET
from tests.doors import client_of
from tests.integration.doors.counter import ANN, BOB, EVE, JSON, Counter, basket, key
from tests.integration.doors.reader import Reader

PLAIN = orjson.dumps(basket(("lamp", 2), ("mug", 1), totalAmount=None))
BODIES = {
    "plain": (PLAIN, 201, None),
    "spaced": (b" \n" + PLAIN.replace(b":", b" : ") + b"\t", 201, None),
    "with an address twice": (PLAIN.replace(b"{", b'{"shippingAddress":{"name":"x"},', 1), 201, None),
    "with a line twice": (PLAIN.replace(b'"quantity":2', b'"quantity":7,"quantity":2'), 201, None),
    "by its Python names": (PLAIN.replace(b"shippingAddress", b"shipping_address"), 201, None),
    "with another total": (orjson.dumps(basket(totalAmount=1)), 409, "total_differs"),
    "with a fraction": (PLAIN.replace(b'"quantity":2', b'"quantity":2.0'), 422, "invalid"),
    "with an exponent": (PLAIN.replace(b'"quantity":2', b'"quantity":2e0'), 422, "invalid"),
    "with a truth": (PLAIN.replace(b'"quantity":2', b'"quantity":true'), 422, "invalid"),
    "with a text": (PLAIN.replace(b'"quantity":2', b'"quantity":"2"'), 422, "invalid"),
    "with an unknown field": (PLAIN.replace(b"{", b'{"discount":1,', 1), 422, "invalid"),
    "with an unknown product": (orjson.dumps(basket(("boat", 1))), 404, "not_found"),
    "with half a character": (PLAIN.replace(b"Wilhelmina", b"\\ud800"), 422, "invalid"),
    "with an escaped character": (PLAIN.replace(b"Wilhelmina", b"W\\u0069lhelmina"), 201, None),
    "in UTF-16": (PLAIN.decode().encode("utf-16"), 201, None),
    "with a mark before it": (b"\xef\xbb\xbf" + PLAIN, 201, None),
    "without an end": (PLAIN[:-1], 400, "malformed"),
    "with not a number": (PLAIN.replace(b'"quantity":2', b'"quantity":NaN'), 422, "invalid"),
    "for somebody else": (orjson.dumps(basket(customerId="eve")), 403, "forbidden"),
    "empty": (b"", 422, "invalid"),
    "deep": (b"[" * 5_000 + b"]" * 5_000, 400, "malformed"),
}
HEADERS = {
    "plain": ({}, 201, None),
    "without a key": ({"Idempotency-Key": None}, 400, "idempotency_key_missing"),
    "with a key that is none": ({"Idempotency-Key": "a b"}, 422, "invalid"),
    "without a kind": ({"Content-Type": None}, 422, "invalid"),
    "with another kind": ({"Content-Type": "text/plain"}, 422, "invalid"),
    "with a character set": ({"Content-Type": "application/json; charset=utf-8"}, 201, None),
}


async def placed(counter: Counter, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return await counter.says("POST", "/orders", content=body, headers=headers)


@pytest.mark.parametrize(("body", "status", "code"), BODIES.values(), ids=BODIES)
async def test_a_body_is_read_as_by_every_other_route(
    counter: Counter, body: bytes, status: int, code: str | None
) -> None:
    answer = await placed(counter, body, BOB | key("k") | JSON)
    assert (answer.status_code, answer.json().get("code")) == (status, code)


@pytest.mark.parametrize(("changes", "status", "code"), HEADERS.values(), ids=HEADERS)
async def test_headers_are_read_as_by_every_other_route(
    counter: Counter, changes: dict[str, str | None], status: int, code: str | None
) -> None:
    headers = {name: value for name, value in (BOB | key("k") | JSON | changes).items() if value is not None}
    answer = await placed(counter, PLAIN, headers)
    assert (answer.status_code, answer.json().get("code")) == (status, code)


async def test_a_wrong_field_and_a_wrong_header_are_named(counter: Counter) -> None:
    body = await placed(counter, BODIES["with an unknown field"][0], BOB | key("k") | JSON)
    assert [(error["in"], error["field"], error["code"]) for error in body.json()["errors"]] == [
        ("body", "discount", "extra_forbidden")
    ]
    header = await placed(counter, PLAIN, BOB | {"Idempotency-Key": "a b"} | JSON)
    assert [(error["in"], error["field"], error["code"]) for error in header.json()["errors"]] == [
        ("header", "Idempotency-Key", "string_pattern_mismatch")
    ]


@pytest.mark.parametrize(
    ("who", "wanted", "status"),
    [
        (BOB, "here", 200),
        (ANN, "here", 200),
        (EVE, "here", 404),
        (BOB, "nowhere", 404),
        (BOB, "counts", 403),
        (ANN, "counts", 200),
        (BOB, "%2e", 404),
        (BOB, "", 404),
    ],
)
async def test_an_order_is_shown_to_whom_it_concerns(
    counter: Counter, reader: Reader, who: dict[str, str], wanted: str, status: int
) -> None:
    order_id = (await counter.place("k")).json()["orderId"]
    await reader.sees(await counter.log())
    answer = await reader.asks(f"/orders/{order_id if wanted == 'here' else wanted}", headers=who)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("order-{}@1", 200), ("order-{}@999", 503), ("product-lamp@1", 422), ("nonsense", 422), ("", 422)],
)
async def test_a_position_is_waited_for(counter: Counter, reader: Reader, wanted: str, status: int) -> None:
    order_id = (await counter.place("k")).json()["orderId"]
    await reader.sees(await counter.log())
    reader.watcher.answers = wanted.endswith("@1")
    answer = await reader.asks(f"/orders/{order_id}", headers=BOB | {"X-Min-Position": wanted.format(order_id)})
    assert answer.status_code == status


async def forbidden() -> None:
    """Nobody."""


def test_what_a_raw_route_would_leave_out_is_refused_when_it_is_made() -> None:
    guarded = APIRouter(route_class=RawRoute, dependencies=[Depends(forbidden)])
    with pytest.raises(TypeError, match="takes only the request"):
        guarded.get("/")(forbidden)
    bare = APIRouter(route_class=RawRoute)

    async def read(name: str) -> None:
        """Of a query parameter that nobody would check."""

    with pytest.raises(TypeError, match="read"):
        bare.get("/")(read)


class NotStored(Exception):
    """An error of the database that no route catches."""


async def test_raw_routes_match_in_their_order_and_meet_the_handlers_of_the_application() -> None:
    plain, raw = APIRouter(), APIRouter(route_class=RawRoute)

    @plain.get("/things/counts")
    async def count_things() -> int:
        return 3

    @raw.get("/things/{thing_id}")
    async def get_thing(request: Request) -> Response:
        if request.path_params["thing_id"] == "broken":
            raise NotStored
        return Response(request.path_params["thing_id"])

    async def handle_not_stored(_: Request, __: Exception) -> Response:
        return Response("asked in vain", 503)

    app = build_service(
        ServiceOptions(
            title="tested", routers=(plain, raw), authentication=bearer_tokens(TokenVerifier(SECRET)), probes={}
        )
    )
    app.add_exception_handler(NotStored, handle_not_stored)
    async with client_of(app) as client:
        answers = [await client.get(f"/things/{name}", headers=BOB) for name in ("counts", "lamp", "broken", "a/b")]
        refused = await client.post("/things/lamp", headers=BOB)
    assert [(each.status_code, each.text) for each in answers[:3]] == [
        (200, "3"),
        (200, "lamp"),
        (503, "asked in vain"),
    ]
    assert [answers[3].status_code, refused.status_code] == [404, 405]
    assert "/things/{thing_id}" in app.openapi()["paths"]


async def test_a_raw_route_of_a_fixed_path_is_met_by_its_method_alone_and_after_the_routes_before_it() -> None:
    plain, raw = APIRouter(), APIRouter(route_class=RawRoute)

    @plain.get("/things/{thing_id}")
    async def get_thing(thing_id: str) -> str:
        return thing_id

    @raw.get("/things/counts")
    async def never_asked(request: Request) -> Response:
        return Response("asked")

    @raw.post("/things")
    async def add_thing(request: Request) -> Response:
        return Response(f"added at {request.scope['route'].path} {request.path_params}")

    app = build_service(
        ServiceOptions(
            title="tested", routers=(plain, raw), authentication=bearer_tokens(TokenVerifier(SECRET)), probes={}
        )
    )
    async with client_of(app) as client:
        counts, added = await client.get("/things/counts", headers=BOB), await client.post("/things", headers=BOB)
        refused = [await client.get("/things", headers=BOB), await client.post("/things/", headers=BOB)]
    assert (counts.text, added.text) == ('"counts"', "added at /things {}")
    assert [each.status_code for each in refused] == [405, 404]
