"""In what an answer differs from what its document says of it."""

from collections.abc import Iterator
from http import HTTPStatus

import orjson
from requests import PreparedRequest
from schemathesis import Case, Response
from schemathesis.checks import CheckFunction
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.integration.openapi.asgi import Answer, Request

CHECKS: list[CheckFunction] = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SERVER_ERROR = 500


def faults_of(case: Case, request: Request, answer: Answer) -> Iterator[str]:
    """Yield what is wrong with an answer to a request for the operation of `case`."""
    if answer.status >= SERVER_ERROR and not _is_stale(request, answer):
        yield f"status {answer.status}"
    try:
        case.validate_response(_as_response(request, answer), checks=CHECKS)
    except FailureGroup as failed:
        for each in failed.exceptions:
            yield f"{answer.status} {' '.join(str(each).split())[:400]}"


def _is_stale(request: Request, answer: Answer) -> bool:
    """Whether a query waited in vain for a position that a header named, as is documented."""
    named = any(name in {b"x-min-position", b"cookie"} for name, _ in request.headers)
    return named and answer.status == HTTPStatus.SERVICE_UNAVAILABLE and orjson.loads(answer.body)["code"] == "stale"


def _as_response(request: Request, answer: Answer) -> Response:
    asked = PreparedRequest()
    asked.method, asked.url, asked.headers = request.method, request.target.decode("ascii"), {}
    names = dict.fromkeys(name.decode("latin-1").lower() for name, _ in answer.headers)
    headers = {name: answer.values(name) for name in names}
    return Response(answer.status, headers, answer.body, asked, answer.elapsed, verify=False)
