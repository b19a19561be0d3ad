"""What every line of one request shares: its correlation id, its own id and its trace (W3C Trace Context)."""

import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass

from uuid_utils import uuid7

CORRELATION = b"x-correlation-id"
REQUEST = b"x-request-id"
TRACEPARENT = b"traceparent"
_WANTED = frozenset((CORRELATION, REQUEST, TRACEPARENT))
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?")
_SAMPLED = "01"


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The three names of one request; `traceparent` is our own span within the caller's trace."""

    correlation_id: str
    request_id: str
    traceparent: str


CURRENT: ContextVar[RequestContext | None] = ContextVar("edge_request", default=None)
"""The request being answered, if there is one: read by the log, and by whoever records what it caused."""


def fresh_id() -> str:
    """A new UUIDv7 string."""
    return str(uuid7())


def context_from_headers(headers: Iterable[tuple[bytes, bytes]]) -> RequestContext:
    """The context of a request with these headers; what the caller left out, or garbled, is drawn anew."""
    given = {name: value.decode("latin-1") for name, value in headers if name in _WANTED}
    request_id = _sane(given.get(REQUEST)) or fresh_id()
    return RequestContext(
        correlation_id=_sane(given.get(CORRELATION)) or request_id,
        request_id=request_id,
        traceparent=_continue_trace(given.get(TRACEPARENT)),
    )


def _sane(value: str | None) -> str | None:
    return value if value and _SANE.fullmatch(value) else None


def _continue_trace(parent: str | None) -> str:
    """A span of ours in the caller's trace, or in a new one."""
    drawn = secrets.token_hex(24)
    known = _TRACEPARENT.fullmatch(parent) if parent else None
    trace, flags = known.group(1, 2) if known else (drawn[:32], _SAMPLED)
    return f"00-{trace}-{drawn[32:]}-{flags}"
