"""Makes requests of plans: with ids that exist, bodies that are accepted, and what proves who asks."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import orjson
from requests import PreparedRequest
from requests import Request as Described

from tests.integration.openapi.asgi import Request
from tests.integration.openapi.bodies import BODIES, LINES_OF_JSON, Sender, command_of
from tests.integration.openapi.callers import Caller, find_id, fitting_ids
from tests.integration.openapi.cases import Operation, Plan
from tests.integration.openapi.shop import ORIGIN, Shop

Headers = dict[bytes, bytes]
KEYED = frozenset({"POST /orders", "POST /bff/orders", "POST /products/-views"})
"""Operations that need an Idempotency-Key."""
ASKED = {
    "/analytics/as-of/aggregate": b"stream=product-lamp",
    "/analytics/as-of/document": b"view=products&id=lamp",
    "/analytics/as-of/causes": b"correlationId=of-others",
}
"""The least that operations with parameters of which one is needed are asked."""
UNSENT = (b"content-length", b"accept-encoding", b"connection", b"x-schemathesis-testcaseid")
"""What the library or its client adds."""


async def request_of(shop: Shop, operation: Operation, plan: Plan, caller: Caller) -> Request:
    """Return the request of a plan, as things stand now."""
    described = Described(**plan.case.as_transport_kwargs(base_url=ORIGIN)).prepare()
    target, _, query = described.path_url.partition("?")
    headers, body = await _headers_and_body(shop, operation, plan, caller, described)
    proof = caller.headers(operation.method.upper(), is_browser=_is_browsers(operation))
    return Request(
        operation.method.upper(),
        await _target(shop, operation, plan, caller) or target.encode(),
        query.encode() if plan.query is None else plan.query or ASKED.get(operation.path.removeprefix("/bff"), b""),
        tuple((headers | dict(proof) | dict(plan.headers)).items()),
        body,
    )


async def _headers_and_body(
    shop: Shop, operation: Operation, plan: Plan, caller: Caller, described: PreparedRequest
) -> tuple[Headers, bytes]:
    if plan.body == "generated":
        headers = {name.lower().encode(): _bytes(value) for name, value in described.headers.items()}
        return {name: headers[name] for name in headers if name not in UNSENT}, _bytes(_body_of(described))
    headers = {b"idempotency-key": uuid4().hex.encode()} if operation.label in KEYED else {}
    make = BODIES.get(command_of(operation.label))
    if make is None:
        return headers, b""
    body = await make(Sender(shop, caller.person))
    sent = _bent(body, plan.value) if plan.body == "bent" else body
    form = b"application/x-ndjson" if command_of(operation.label) in LINES_OF_JSON else b"application/json"
    return headers | {b"content-type": form}, orjson.dumps(sent)


async def _target(shop: Shop, operation: Operation, plan: Plan, caller: Caller) -> bytes | None:
    """Return the path with a hostile segment, or with ids that exist; None for that of the case."""
    if plan.segment is None and not plan.knows_ids:
        return None
    path, fitting = operation.path.encode(), await fitting_ids(shop, caller, operation.path)
    for parameter in operation.path_parameters:
        known = quote(fitting.get(parameter.name) or await find_id(shop, caller, parameter.name), safe="").encode()
        path = path.replace(b"{%s}" % parameter.name.encode(), plan.segment or known)
    return path


def _is_browsers(operation: Operation) -> bool:
    return bool(operation.path.startswith("/bff/"))


def _body_of(described: PreparedRequest) -> str | bytes:
    body = described.body or b""
    assert isinstance(body, str | bytes), "a case has a body that is streamed"
    return body


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _bent(body: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """Return a body with one field, or one of the fields in it, replaced."""
    names = sorted(body)
    name = names[len(repr(value)) % len(names)]
    inner = body[name]
    return {**body, name: _bent(inner, value) if isinstance(inner, dict) and isinstance(value, str | int) else value}
