"""The layer that knows the browser's session: it refuses what is forged, and what needs a session and has none."""

from collections.abc import Callable
from http import HTTPMethod
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bff.browser_session import SCOPE_KEY, BrowserSession
from bff.cookies import Cookies
from bff.csrf import HEADER, CsrfTokens
from bff.denials import Denial
from bff.forwarding import MAX_USER_AGENT, client_address
from bff.origin import PublicOrigin, origin_of
from edge.app import PUBLIC
from edge.problems import problem_of
from schemas.errors import AIOutletError, CsrfFailed, OriginRefused, Unauthorised

SAFE = frozenset({HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS, HTTPMethod.TRACE})
FORGED = (CsrfFailed, OriginRefused)
NO_SESSION: dict[str, Any] = {"security": []}
"""The `openapi_extra` of a route that needs no session; every other does."""
UNMATCHED = "unmatched"


class SessionLayer:
    """Reads the cookies before anything else is done, and sets them on whatever is answered."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        origin: PublicOrigin,
        csrf: CsrfTokens,
        deny: Callable[[Denial], None],
        proxies: int,
    ) -> None:
        """Stand before `app`; `deny` is called with each request that is refused as forged."""
        self._app = app
        self._origin = origin
        self._cookies = Cookies(origin.is_secure)
        self._csrf = csrf
        self._deny = deny
        self._proxies = proxies

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
            if isinstance(refusal, FORGED):
                self._deny(self._denial(refusal.code, scope, session))
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

    def _denial(self, code: str, scope: Scope, session: BrowserSession) -> Denial:
        request = Request(scope)
        return Denial(
            code=code,
            method=scope["method"],
            route=_route_of(scope),
            address=client_address(request, proxies=self._proxies),
            user_agent=request.headers.get("user-agent", "")[:MAX_USER_AGENT],
            session_id=session.id or None,
        )


def _setting_cookies(session: BrowserSession, send: Send) -> Send:
    async def send_with_cookies(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            for cookie in session.set_cookies():
                headers.append("set-cookie", cookie)
            message["headers"] = headers.raw
        await send(message)

    return send_with_cookies


def _is_public(scope: Scope) -> bool:
    """Whether the path of a request is that of a route that needs no session."""
    return any((getattr(route, "openapi_extra", None) or {}).get("security") == [] for route in _routes_of(scope))


def _route_of(scope: Scope) -> str:
    """Return the template of a request's route, and name it for the log and the metrics."""
    route = next(iter(_routes_of(scope)), None)
    if route is None:
        return UNMATCHED
    scope["route"] = route
    return str(getattr(route, "path", UNMATCHED))


def _routes_of(scope: Scope) -> list[BaseRoute]:
    """Return the routes whose path is that of the request, those of its method first."""
    matches = [(route.matches(scope)[0], route) for route in scope["app"].routes]
    found = [each for each in matches if each[0] is not Match.NONE]
    return [route for _, route in sorted(found, key=lambda each: -each[0].value)]
