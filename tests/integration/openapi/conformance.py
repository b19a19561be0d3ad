"""In what an answer differs from what its document says of it."""

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict
from schemathesis import Case, Response
from schemathesis.checks import CheckFunction
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from aioutlet.pages.errors import errors
from edge.problems import CODES
from tests.integration.openapi.asgi import Answer, Request

CHECKS: list[CheckFunction] = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def faults_of(case: "Case[Any]", request: Request, answer: Answer, *, as_generated: bool) -> Iterator[str]:
    """Yield what is wrong with an answer to a request for the operation of `case`.

    Where the request is `as_generated`, no body that its document refuses may have been accepted.
    """
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not _is_stale(request, answer):
        yield f"status {answer.status}"
    if answer.status >= HTTPStatus.BAD_REQUEST:
        yield from _problem_faults(answer)
    try:
        checks = [*CHECKS, negative_data_rejection] if as_generated and _has_wrong_body(case) else CHECKS
        case.validate_response(_as_response(request, answer), checks=checks)
    except FailureGroup as failed:
        for each in failed.exceptions:
            yield f"{answer.status} {' '.join(str(each).split())[:400]}"


def _has_wrong_body(case: "Case[Any]") -> bool:
    """Whether the body does not fit its schema; parameters are text on the wire, where `null` is a fine id."""
    return case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY)


def _problem_faults(answer: Answer) -> Iterator[str]:
    """Yield in what a refusal is not one of those that the reference page of errors lists."""
    document = orjson.loads(answer.body)
    if document["status"] != answer.status or document["type"] != f"urn:aioutlet:problem:{document['code']}":
        yield f"{answer.status} is called {document['status']} {document['type']}"
    if (answer.status, document["code"]) not in _listed():
        yield f"{answer.status} {document['code']} is not listed"
    if [document["correlationId"]] != answer.values("x-correlation-id"):
        yield f"{answer.status} {document['code']} has another correlation id than its headers"


@cache
def _listed() -> frozenset[tuple[int, str]]:
    return frozenset({*CODES.items(), *((error.status, error.code) for error in errors())})


def _is_stale(request: Request, answer: Answer) -> bool:
    """Whether a query waited in vain for a position that its sender named, as is documented."""
    named = {name for name, _ in request.headers} & {b"x-min-position", b"cookie"}
    document: dict[str, Any] = orjson.loads(answer.body)
    return bool(named) and (answer.status, document["code"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "stale")


def _as_response(request: Request, answer: Answer) -> Response:
    asked = PreparedRequest()
    query = f"?{request.query.decode('latin-1')}" if request.query else ""
    asked.method, asked.url = request.method, f"http://localhost{request.target.decode('ascii')}{query}"
    asked.headers = CaseInsensitiveDict(
        {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
    )
    asked.body = request.body
    names = dict.fromkeys(name.decode("latin-1").lower() for name, _ in answer.headers)
    headers = {name: answer.values(name) for name in names}
    return Response(answer.status, headers, answer.body, asked, answer.elapsed, verify=False)
