"""Which headers of the browser's request go on to the services."""

from typing import NamedTuple

from starlette.requests import Request

from edge.client_address import TrustedProxies
from edge.context import CURRENT, context_from_headers

IDEMPOTENCY_KEY, MIN_POSITION, LAST_EVENT_ID = "idempotency-key", "x-min-position", "last-event-id"
MAX_USER_AGENT = 512
"""Characters."""


Headers = dict[bytes, bytes]


class Forwarded(NamedTuple):
    """The headers of the calls that are made for one request: of all, of its command, of its query, of its stream."""

    always: Headers
    command: Headers
    query: Headers
    stream: Headers


def forwarded_headers(request: Request) -> Forwarded:
    """Return the headers that go on to the services."""
    context = CURRENT.get() or context_from_headers(request.headers.raw)
    headers = {
        "x-correlation-id": context.correlation_id,
        "x-request-id": context.request_id,
        "traceparent": context.traceparent,
        "x-forwarded-for": _client_address(request),
        "user-agent": request.headers.get("user-agent", "")[:MAX_USER_AGENT],
    }
    always = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    query = always | _sent(request, MIN_POSITION)
    return Forwarded(always, always | _sent(request, IDEMPOTENCY_KEY), query, query | _sent(request, LAST_EVENT_ID))


def _sent(request: Request, name: str) -> Headers:
    value = request.headers.get(name)
    return {} if value is None else {name.encode(): value.encode("latin-1")}


def _client_address(request: Request) -> str:
    proxies: TrustedProxies = request.app.state.proxies
    return str(proxies.client_address(request.scope) or "")
