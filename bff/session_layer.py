"""The layer that knows the browser's session: it refuses what is forged, and what needs a session and has none."""

from collections.abc import Iterator
from http import HTTPMethod
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bff.browser_session import SCOPE_KEY, BrowserSession
from bff.caching import NOT_KEPT
from bff.cookies import Cookies
from bff.csrf import HEADER, CsrfTokens
from bff.origin import PublicOrigin, origin_of
from edge.app import PUBLIC
from edge.context import NOT_COUNTED
from edge.methods import route_template
from edge.problems import problem_of
from schemas.errors import AIOutletError, CsrfFailed, OriginRefused, Unauthorised

SAFE = frozenset({HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS, HTTPMethod.TRACE})
FORGED = (CsrfFailed, OriginRefused)
NO_SESSION: dict[str, Any] = {"security": []}
"""The `openapi_extra` of a route that needs no session; every other does."""

log = structlog.get_logger(__name__)


class SessionLayer:
    """Reads the cookies before anything else is done, and sets them on whatever is answered."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        origin: PublicOrigin,
        csrf: CsrfTokens,
    ) -> None:
        """Stand before `app`."""
        self._app = app
        self._origin = origin
        self._cookies = Cookies(origin.is_secure)
        self._csrf = csrf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] in PUBLIC:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        session = BrowserSession(self._cookies, self._csrf, self._cookies.read(headers))
        scope[SCOPE_KEY] = session
        send = _setting_cookies(session, send)
        try:
            self._check(scope, headers, session)
        except AIOutletError as refusal:
            _note(scope, refusal)
            await problem_of(refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope, headers: Headers, session: BrowserSession) -> None:
        if scope["method"] not in SAFE:
            self._check_origin(headers)
            if session.exists and not session.is_submitted(headers.get(HEADER, "")):
                raise CsrfFailed(f"send the CSRF token of the session as {HEADER}")
        if not session.exists and not _is_public(scope):
            raise Unauthorised("a session is needed: log in")

    def _check_origin(self, headers: Headers) -> None:
        """Refuse a page of another origin; who names none is no page, for browsers name it with every unsafe method."""
        referer = headers.get("referer")
        origin = headers.get("origin") or (origin_of(referer) if referer else None)
        if origin is not None and not self._origin.allows(origin, headers.get("host", "")):
            raise OriginRefused("only the shop's own pages may do this")


def _note(scope: Scope, refusal: AIOutletError) -> None:
    """Log what was refused as forged; leave a visitor who only looks, and has no session, out of what is counted."""
    if isinstance(refusal, FORGED):
        log.warning("request refused", code=refusal.code, method=scope["method"], route=route_template(scope))
    elif scope["method"] in SAFE:
        scope[NOT_COUNTED] = True


def _setting_cookies(session: BrowserSession, send: Send) -> Send:
    async def send_with_cookies(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            for cookie in session.set_cookies():
                headers.append("set-cookie", cookie)
                headers["cache-control"] = NOT_KEPT
            message["headers"] = headers.raw
        await send(message)

    return send_with_cookies


def _is_public(scope: Scope) -> bool:
    """Whether the path of a request is that of a route that needs no session."""
    return any((getattr(route, "openapi_extra", None) or {}).get("security") == [] for route in _routes_of(scope))


def _routes_of(scope: Scope) -> Iterator[BaseRoute]:
    """Yield the routes whose path is that of the request, whatever their methods."""
    return (route for route in scope["app"].routes if route.matches(scope)[0] is not Match.NONE)
