"""What every operation may answer besides its success, and the headers of all answers, as parts of OpenAPI."""

from http import HTTPStatus
from typing import Any

from edge.problems import MEDIA_TYPE
from schemas.errors import TooManyRequests, Unauthorised, Unavailable

PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "code", "detail", "correlationId"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "correlationId": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "in", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("field", "in", "code", "detail")},
            },
        },
    },
}
_TEXT = {"type": "string", "minLength": 1}
HEADERS = {
    "X-Correlation-ID": {"description": "That of the request, or a new one", "required": True, "schema": _TEXT},
    "X-Request-ID": {"description": "That of the request, or a new one", "required": True, "schema": _TEXT},
    "WWW-Authenticate": {"description": "RFC 9110, 11.6.1", "required": True, "schema": _TEXT},
    "Retry-After": {"description": "Seconds", "required": True, "schema": {"type": "integer", "minimum": 1}},
}
ALWAYS = ("X-Correlation-ID", "X-Request-ID")
REFUSALS = {
    str(Unauthorised.status): ("Unauthorised", ("WWW-Authenticate",)),
    str(TooManyRequests.status): ("TooManyRequests", ("Retry-After",)),
    str(Unavailable.status): ("Unavailable", ("Retry-After",)),
    "default": ("Refused", ()),
}
"""The name of the answer of each status, and the headers that it has besides those of all answers."""


def answer_components() -> dict[str, dict[str, Any]]:
    """Return the components that `describe_answers` refers to."""
    responses = {
        name: {
            "description": "Refused" if status == "default" else HTTPStatus(int(status)).phrase,
            "headers": _references(*headers),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, (name, headers) in REFUSALS.items()
    }
    return {"headers": HEADERS, "responses": responses, "schemas": {"Problem": PROBLEM}}


def describe_answers(operation: dict[str, Any]) -> None:
    """Add to an operation the headers of its success, and its refusals."""
    responses = operation["responses"]
    responses.pop(str(HTTPStatus.UNPROCESSABLE_ENTITY.value), None)  # the framework's own, which nobody sends
    for answer in responses.values():
        answer.setdefault("headers", {}).update(_references())
    for status, (name, _) in REFUSALS.items():
        responses[status] = {"$ref": f"#/components/responses/{name}"}


def _references(*headers: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*ALWAYS, *headers)}
