"""The limit of a request's body: checked by its `Content-Length`, and again while the body is read."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.problems import problem_of
from schemas.errors import TooLarge


class BodyLimit:
    """Refuses a body of more than `max_body` bytes, or of what `larger_bodies` allows its path."""

    def __init__(self, app: ASGIApp, *, max_body: int, larger_bodies: Mapping[str, int]) -> None:
        """Wrap `app`; the limits are in bytes."""
        self._app = app
        self._max_body = max_body
        self._larger_bodies = larger_bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request whose body is within the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger_bodies.get(scope["path"], self._max_body)
        if _content_length(scope) > limit:
            await problem_of(_too_large(limit))(scope, receive, send)
            return
        await self._app(scope, _LimitedBody(receive, limit).receive, send)


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


def _content_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"a body here has at most {limit} bytes", limit=limit)
