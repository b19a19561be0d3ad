"""The methods that every route has besides its own: `HEAD` where there is `GET`, and `OPTIONS` (RFC 9110, 9.3)."""

from collections.abc import Awaitable, Iterator

from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.context import PROBLEM_CODE

UNMATCHED = "unmatched"
"""In the place of a template, where no route leads."""
IS_HEAD = "aioutlet.is_head"
"""The key in the scope of a request that only asks for the head of an answer."""
COPIED_BACK = ("route", PROBLEM_CODE)
"""What is known of a request when it is answered."""


class CommonMethods:
    """Answers `HEAD` as `GET`, without the body, and `OPTIONS` with the methods of the path."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request; other methods are passed on."""
        match scope.get("method"):
            case "HEAD":
                return self._head(scope, receive, send)
            case "OPTIONS" if allowed := allowed_methods(scope):
                scope["route"] = next(_routes_of(scope))  # for the log and the metrics
                return Response(None, 204, {"Allow": allowed})(scope, receive, send)
            case _:
                return self._app(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        get = {
            **scope,
            "method": "GET",
            IS_HEAD: True,
        }  # a copy: the server, too, looks whether it was asked for the body

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        try:
            await self._app(get, receive, send_head)
        finally:
            scope.update({name: get[name] for name in COPIED_BACK if name in get})


def route_template(scope: Scope) -> str:
    """Return the template of a request's path, also where the request was refused before its route was looked for."""
    route = scope.get("route") or (next(_routes_of(scope), None) if scope["path"] != "*" else None)
    return str(getattr(route, "path", UNMATCHED))


def allowed_methods(scope: Scope) -> str:
    """Return the value of `Allow` for the path of a request; empty where no route leads."""
    methods = {method for route in _routes_of(scope) for method in getattr(route, "methods", None) or ()}
    if "GET" in methods:
        methods.add("HEAD")
    if methods:
        methods.add("OPTIONS")
    return ", ".join(sorted(methods))


def _routes_of(scope: Scope) -> Iterator[BaseRoute]:
    """Yield the routes whose path is that of the request, whatever their methods; for `*` all (RFC 9110, 9.3.7)."""
    is_any = scope["path"] == "*"
    return (route for route in scope["app"].routes if is_any or route.matches(scope)[0] is not Match.NONE)
