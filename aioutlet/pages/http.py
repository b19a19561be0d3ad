"""Builds the reference pages of HTTP endpoints: one for the services, one for what browsers reach."""

from collections.abc import Iterator
from typing import Any

from aioutlet.pages.json_schema import Schema, describe, values_section
from aioutlet.pages.markdown import code, page, sentence, table
from aioutlet.pages.openapi import openapi_documents
from edge.event_streams import MEDIA_TYPE as STREAM

LEAD = """\
Every endpoint of the services; [what browsers reach](bff.md) has a page of its own. Each `GET` answers `HEAD` too, with
the same headers and no body; `OPTIONS`, and every 405, say in `Allow` what a path takes. All but `/health/live`,
`/health/ready`, `/metrics` and `/openapi.json` need `Authorization: Bearer` with a token from `aioutlet token`, unless
"No credential is needed" stands there. Bodies are JSON in camelCase; an unknown field is refused. A refusal is a
problem document with one of the [error codes](errors.md). What an id means is said in [ids](ids.md), how large a
request may be in [sizes](sizes.md)."""

HEADERS = """\
## Headers

| header | on | is |
| --- | --- | --- |
| `Idempotency-Key` | commands | 1 to 128 letters, digits, `.`, `_`, `:`, `-`, or in quotes any printable ASCII; a \
repeat gets the first answer, with `Idempotent-Replayed: true`; `POST /orders` needs one ([ids](ids.md)) |
| `X-Min-Position` | queries | `<streamId>@<position>` of a command's answer: wait until the query can see it |
| `X-Correlation-ID`, `X-Request-ID` | all | accepted and echoed; created if absent |
| `traceparent` | all | W3C trace context, carried on into the log |
| `Retry-After` | 429, 503 | seconds |

For what a reader may rely on, see [Consistency](../explanation/consistency.md)."""

SERVICES = {
    "command_api": "Commands: `command_api`, port 8000",
    "query_api": "Queries: `query_api`, port 8001",
}


BROWSERS = """\
The BFF, `bff`, port 4000: every endpoint for the shop's own pages. A session is in cookies, which no script can
read: `aioutlet_access`, as long as its token lives, and `aioutlet_refresh`. Where the public origin
(`AIOUTLET_PUBLIC_ORIGIN`) is https, their names begin with `__Host-`. An access token that has run out is refreshed
silently, and the answer sets new cookies. All but what says "No credential is needed" needs a session: without one it
is 401 [`unauthorised`](errors.md), with one that is over `session_ended`. Bodies are JSON in camelCase; an unknown
field is refused. Refusals are those of [the services](http.md), which are passed on; a service that does not answer is
503. The same as an OpenAPI document: [`openapi-bff.json`](openapi-bff.json)."""

BROWSERS_HEADERS = """\
## Headers

| header | on | is |
| --- | --- | --- |
| `X-CSRF-Token` | whatever changes something, once there is a session | the value of the cookie `aioutlet_csrf`, \
which is also in the answer to a login; else 403 `csrf_failed` |
| `Origin`, else `Referer` | whatever changes something, where one is sent | that of the shop's own pages; else 403 \
`origin_refused` |
| `Idempotency-Key`, `X-Min-Position`, `X-Correlation-ID`, `X-Request-ID`, `traceparent` | | passed on; see \
[the services](http.md#headers) |

What a browser has just changed it sees in its next queries without `X-Min-Position`: for half a minute the cookie
`aioutlet_written` says where it was recorded."""


def bff_page() -> str:
    """Return the page of the endpoints for browsers and their values."""
    document = openapi_documents()["bff"]
    values = values_section(dict(sorted(document["components"]["schemas"].items())))
    return page("HTTP for browsers", BROWSERS, BROWSERS_HEADERS, "## Endpoints", *_endpoints(document), values)


def http_page() -> str:
    """Return the page of the services' endpoints and their values."""
    documents = {name: document for name, document in openapi_documents().items() if name in SERVICES}
    parts = [f"## {SERVICES[name]}\n\n" + "\n\n".join(_endpoints(document)) for name, document in documents.items()]
    values: dict[str, Schema] = {}
    for document in documents.values():
        values |= document["components"]["schemas"]
    return page("HTTP", LEAD, HEADERS, *parts, values_section(dict(sorted(values.items()))))


def _endpoints(document: dict[str, Any]) -> Iterator[str]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield "\n\n".join(_endpoint(f"{method.upper()} {path}", operation))


def _endpoint(name: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"### `{name}`"
    yield sentence(operation.get("description")) + (
        " No credential is needed." if operation.get("security") == [] else ""
    )
    parameters = [each for each in operation.get("parameters", ()) if each["in"] != "header"]
    if parameters:
        yield table(("parameter", "in", "is"), map(_parameter, parameters))
    if body := operation.get("requestBody"):
        yield f"Body: {_content(body)}."
    yield "; ".join(f"{status}: {_answer(status, answer)}" for status, answer in _successes(operation)) + "."


def _parameter(parameter: dict[str, Any]) -> tuple[str, str, str]:
    required = " (required)" if parameter.get("required") and parameter["in"] != "path" else ""
    return code(parameter["name"]), parameter["in"], describe(_without_null(parameter["schema"])) + required


def _without_null(schema: Schema) -> Schema:
    """Drop the null that only says that a parameter is optional."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    return {**schema, "anyOf": choices} if choices else schema


def _successes(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            yield status, answer


def _answer(status: str, answer: dict[str, Any]) -> str:
    if status == "204":
        return "nothing"
    return "server-sent events" if STREAM in answer.get("content", {}) else _content(answer)


def _content(part: dict[str, Any]) -> str:
    schemas = [media["schema"] for media in part.get("content", {}).values() if media.get("schema")]
    return " or ".join(map(describe, schemas)) or "JSON"
