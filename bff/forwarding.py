"""Which headers of the browser's request go on to the services."""

from ipaddress import ip_address
from typing import NamedTuple

from starlette.requests import Request

from edge.context import CURRENT, context_from_headers

IDEMPOTENCY_KEY, MIN_POSITION = "idempotency-key", "x-min-position"
MAX_USER_AGENT = 512
"""Characters."""


Headers = dict[bytes, bytes]


class Forwarded(NamedTuple):
    """The headers of the calls that are made for one request: of all, of its command, of its query."""

    always: Headers
    command: Headers
    query: Headers


def forwarded_headers(request: Request, *, proxies: int) -> Forwarded:
    """Return the headers that go on to the services."""
    context = CURRENT.get() or context_from_headers(request.headers.raw)
    headers = {
        "x-correlation-id": context.correlation_id,
        "x-request-id": context.request_id,
        "traceparent": context.traceparent,
        "x-forwarded-for": client_address(request, proxies=proxies),
        "user-agent": request.headers.get("user-agent", "")[:MAX_USER_AGENT],
    }
    always = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    return Forwarded(always, always | _sent(request, IDEMPOTENCY_KEY), always | _sent(request, MIN_POSITION))


def _sent(request: Request, name: str) -> Headers:
    value = request.headers.get(name)
    return {} if value is None else {name.encode(): value.encode("latin-1")}


def client_address(request: Request, *, proxies: int) -> str:
    """Return the client's address, as the outermost of our own `proxies` saw it; what it claims itself is ignored."""
    peer = request.client.host if request.client else ""
    claimed = ",".join(request.headers.getlist("x-forwarded-for")).split(",") if proxies else []
    seen = [*(each.strip() for each in claimed), peer]
    address = seen[max(0, len(seen) - 1 - proxies)]
    return address if _is_address(address) else peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
