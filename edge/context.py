"""The context of a request: its correlation id, its request id and its trace (W3C Trace Context)."""

import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass

from uuid_utils import uuid7

CORRELATION = b"x-correlation-id"
REQUEST = b"x-request-id"
TRACEPARENT = b"traceparent"
PROBLEM_CODE = "aioutlet.problem_code"
"""The key of the code of a request's problem document in its scope."""
NOT_COUNTED = "aioutlet.not_counted"
"""A key in the scope of a request whose denial is not counted here: the service behind has counted it, or a visitor
only looked at a page that needs a session."""
_HEADERS = frozenset((CORRELATION, REQUEST, TRACEPARENT))
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?")
_SAMPLED = "01"


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The ids of one request; `traceparent` is this service's span within the caller's trace."""

    correlation_id: str
    request_id: str
    traceparent: str


CURRENT: ContextVar[RequestContext | None] = ContextVar("edge_request", default=None)
"""The request being answered, if there is one; the log and the recorded events take its ids."""


def fresh_id() -> str:
    """Return a new UUIDv7 as a string."""
    return str(uuid7())


def context_from_headers(headers: Iterable[tuple[bytes, bytes]]) -> RequestContext:
    """Return the context of a request with these headers; a missing or malformed id is replaced by a new one."""
    ids = {name: value.decode("latin-1") for name, value in headers if name in _HEADERS}
    request_id = _valid_id(ids.get(REQUEST)) or fresh_id()
    return RequestContext(
        correlation_id=_valid_id(ids.get(CORRELATION)) or request_id,
        request_id=request_id,
        traceparent=_continue_trace(ids.get(TRACEPARENT)),
    )


def _valid_id(value: str | None) -> str | None:
    return value if value and _ID.fullmatch(value) else None


def _continue_trace(parent: str | None) -> str:
    """Return a new span in the caller's trace, or in a new trace."""
    digits = secrets.token_hex(24)
    valid = _TRACEPARENT.fullmatch(parent) if parent else None
    trace, flags = valid.group(1, 2) if valid else (digits[:32], _SAMPLED)
    return f"00-{trace}-{digits[32:]}-{flags}"
