"""How much a request may say: refused by its `Content-Length`, or at the first byte too many."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.problems import problem_of
from schemas.errors import TooLarge


class BodyLimit:
    """Reads no more than `max_body` bytes, or what `larger_bodies` allows a path instead."""

    def __init__(self, app: ASGIApp, *, max_body: int, larger_bodies: Mapping[str, int]) -> None:
        """Stand before `app`; the limits are in bytes."""
        self._app = app
        self._max_body = max_body
        self._larger_bodies = larger_bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on whose body is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger_bodies.get(scope["path"], self._max_body)
        if _announced(scope) > limit:
            await problem_of(_too_large(limit))(scope, receive, send)
            return
        await self._app(scope, _Counted(receive, limit).receive, send)


class _Counted:
    __slots__ = ("_left", "_limit", "_receive")

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._left = limit

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            # Only this class passes through the framework's reading of the body unchanged.
            raise HTTPException(TooLarge.status, _too_large(self._limit).detail)
        return message


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"a body here has at most {limit} bytes", limit=limit)
