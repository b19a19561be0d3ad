"""The limit of a request's body: checked by its `Content-Length`, and again while the body is read."""

from collections.abc import Awaitable, Sequence

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.auth import ACTOR, check_role, roles_of
from edge.body_size import largest_body
from edge.problems import problem_of
from schemas.errors import Forbidden, TooLarge


class BodyLimit:
    """Refuses a body that is larger than its route ever needs.

    Every route accepts `max_body` bytes; one that declares more accepts as much as that can take, from callers with a
    role that it serves.
    """

    def __init__(self, app: ASGIApp, *, max_body: int) -> None:
        """Wrap `app`; the limit is in bytes."""
        self._app = app
        self._max_body = max_body
        self._largest: dict[tuple[str, str], int] = {}

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass on a request whose body is within the limit."""
        if scope["type"] != "http":
            return self._app(scope, receive, send)
        try:
            limited = _LimitedBody(receive, self._checked_limit(scope))
        except (Forbidden, TooLarge) as error:
            return problem_of(error)(scope, receive, send)
        return self._app(scope, limited.receive, send)

    def _checked_limit(self, scope: Scope) -> int:
        """Return the limit of a request in bytes; of one that says to have a small body no route is looked up."""
        length = _content_length(scope)
        if length is not None and length <= self._max_body:
            return self._max_body
        limit = self._max_body
        if route := _route_of(scope["app"].routes, scope):
            limit = max(limit, self._largest_body(route, scope["method"]))
            if limit > self._max_body and (allowed := roles_of(route)):
                check_role(scope[ACTOR], allowed)
        if length is not None and length > limit:
            raise _too_large(limit)
        return limit

    def _largest_body(self, route: APIRoute, method: str) -> int:
        key = method, route.path
        if key not in self._largest:
            self._largest[key] = largest_body(route)
        return self._largest[key]


class _LimitedBody:
    __slots__ = ("_limit", "_receive", "_remaining")

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._remaining = limit

    async def receive(self) -> Message:
        message = await self._receive()
        self._remaining -= len(message.get("body", b""))
        if self._remaining < 0:
            # FastAPI passes on only this class of error from reading a body.
            raise HTTPException(TooLarge.status, _too_large(self._limit).detail)
        return message


def _content_length(scope: Scope) -> int | None:
    """The length that a request states; None if it states none."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else None
    return None


def _route_of(routes: Sequence[BaseRoute], scope: Scope) -> APIRoute | None:
    route = next((route for route in routes if route.matches(scope)[0] is Match.FULL), None)
    return route if isinstance(route, APIRoute) else None


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"a body here has at most {limit} bytes", limit=limit)
