"""Errors as RFC 9457 problem documents, with a code and the correlation id."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from edge.context import CURRENT, PROBLEM_CODE
from edge.methods import allowed_methods
from schemas.error_codes import code_of
from schemas.errors import AIOutletError, Invalid, Malformed, TooManyRequests, Unauthorised

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "1"
"""Seconds after which to try again after a 503."""
MAX_ERRORS = 50

CODES: Mapping[int, str] = {
    400: "malformed",
    401: "unauthorised",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
}
"""The codes of errors that the framework raises, by status."""

log = structlog.get_logger(__name__)


class ProblemResponse(Response):
    """A problem document; the scope of its request then has its code."""

    media_type = MEDIA_TYPE

    def __init__(self, code: str, body: bytes, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(body, status, headers)
        self._code = code

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the document."""
        scope[PROBLEM_CODE] = self._code
        await super().__call__(scope, receive, send)


def problem(
    status: int, code: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any
) -> Response:
    """Return a problem document; `extra` become members beside the standard ones, in camelCase."""
    context = CURRENT.get()
    document = {to_camel(name): value for name, value in extra.items()} | {
        "type": f"urn:aioutlet:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "correlationId": context.correlation_id if context else None,
    }
    body = orjson.dumps(document, default=_to_json, option=orjson.OPT_NON_STR_KEYS)
    return ProblemResponse(code, body, status, _default_headers(status) | dict(headers or {}))


def problem_of(error: AIOutletError) -> Response:
    """Return the document of an error; one of status 500, or the cause of a 503, is logged and left out."""
    if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("failed", error=error.code, exc_info=error)
        return unexpected()
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE and error.__cause__:
        log.warning("unavailable", cause=code_of(error))
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooManyRequests) else {}
    return problem(error.status, error.code, error.title, error.detail, headers=headers, **_members(error.extra))


def unexpected() -> Response:
    """Return the document of an error that nobody expected."""
    return problem(500, CODES[500], "A fault of ours", "It was noted; try again, or tell us the correlation id.")


async def handle_error(_: Request, error: Exception) -> Response:
    """Answer an error that a route or the domain raised."""
    assert isinstance(error, AIOutletError)  # noqa: S101 - the framework's signature is wider than its promise
    return problem_of(error)


async def handle_http_exception(request: Request, error: Exception) -> Response:
    """Answer an error that the framework raised: no such route, no such method, too large a body."""
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    phrase = HTTPStatus(error.status_code).phrase
    code = CODES.get(error.status_code, phrase.lower().replace(" ", "_"))
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = allowed_methods(request.scope)  # the framework names those of one route only
    return problem(error.status_code, code, phrase, str(error.detail), headers=headers)


async def handle_invalid_request(_: Request, error: Exception) -> Response:
    """Answer a request that does not fit its route; the answer repeats none of its values."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    errors = error.errors()
    if any(each["type"] == "json_invalid" for each in errors):
        return problem_of(Malformed("the body is not JSON"))
    described = [_describe(each) for each in errors[:MAX_ERRORS]]
    first = ", ".join(each["field"] for each in described[:3])
    return problem_of(Invalid(f"{len(errors)} invalid: {first}", errors=described))


def field_error(field: str, code: str, detail: str, *, where: str = "body") -> dict[str, str]:
    """Return one entry of the `errors` of an `Invalid`, as those of a request that does not fit its route."""
    return {"field": field, "in": where, "code": code, "detail": detail}


def _describe(error: Mapping[str, Any]) -> dict[str, str]:
    where, *path = map(str, error["loc"])
    return field_error(".".join(path) or where, str(error["type"]), str(error["msg"]), where=where)


def _members(extra: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in extra.items() if name not in {"headers", "status", "code", "title", "detail"}
    }


def _default_headers(status: int) -> dict[str, str]:
    match status:
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return {"Retry-After": RETRY_AFTER}
        case Unauthorised.status:
            return {"WWW-Authenticate": "Bearer"}
        case _:
            return {}


def _to_json(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} does not belong in a problem document")
