"""The outermost layer of every service: names the request, counts it, logs it once, and lets no fault out."""

from collections.abc import Awaitable
from time import perf_counter

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.context import CURRENT, RequestContext, context_from_headers
from edge.denials import DenialCounter
from edge.event_streams import OPEN_SINCE
from edge.methods import UNMATCHED
from edge.metrics import HttpMetrics
from edge.problems import unexpected

GONE = 499
"""The status, never sent, of a request whose caller left before the answer."""
FAILED = 500
"""From this status on it is our fault, and a warning."""
QUIET = ("/health", "/metrics")
"""Asked every few seconds by machines: logged only when debugging."""

log = structlog.get_logger(__name__)


class RequestLogging:
    """One request in, one answer out, one line in the log; never a body, a token or an address."""

    def __init__(self, app: ASGIApp, *, metrics: HttpMetrics, denials: DenialCounter | None = None) -> None:
        """Stand before `app`; `denials` counts the answers that refuse a request."""
        self._app = app
        self._metrics = metrics
        self._denials = denials

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP passes by."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = context_from_headers(scope["headers"])
        token = CURRENT.set(context)
        answer = _Answer(send, context)
        started = perf_counter()
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            log.debug("the client left before its request had come")
        except Exception:  # the last place that can still answer
            log.exception("failed")
            if not answer.status:
                await unexpected()(scope, receive, answer.send)
        finally:
            self._note(scope, answer.status or GONE, started)
            CURRENT.reset(token)

    def _note(self, scope: Scope, status: int, started: float) -> None:
        method, route = scope["method"], getattr(scope.get("route"), "path", UNMATCHED)
        ended = perf_counter()
        # A stream is open for as long as it is listened to: what counts is how soon it was.
        self._metrics.observe(method, route, status, scope.get(OPEN_SINCE, ended) - started)
        if self._denials:
            self._denials.count_answer(scope, status)
        note = log.warning if status >= FAILED else log.debug if route.startswith(QUIET) else log.info
        note("request", method=method, route=route, status=status, duration_ms=round((ended - started) * 1_000, 3))


class _Answer:
    """The way back: adds the request's names to the headers and remembers the status."""

    __slots__ = ("_context", "_send", "status")

    def __init__(self, send: Send, context: RequestContext) -> None:
        self._send = send
        self._context = context
        self.status = 0

    def send(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [
                *message["headers"],
                (b"x-correlation-id", self._context.correlation_id.encode()),
                (b"x-request-id", self._context.request_id.encode()),
            ]
        return self._send(message)
