"""A deadline for the answer: whatever a request waits for, its caller is told in time."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.problems import problem_of
from schemas.errors import Unavailable

BODY_HEADERS = (b"content-length", b"transfer-encoding")


class AnswerDeadline:
    """Answers 503 in the place of an application that has not begun to answer in time.

    The time begins when the request has come as a whole: how long a client may take is the server's to limit.
    """

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        """Wrap `app`, which has `seconds` to begin its answer."""
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline = asyncio.timeout(None if _has_body(scope) else self._seconds)
        request = _TimedRequest(deadline, self._seconds, receive, send)
        try:
            async with deadline:
                await self._app(scope, request.receive, request.send)
        except TimeoutError:
            if not deadline.expired():
                raise
            await problem_of(Unavailable("the answer could not be found in time"))(scope, receive, send)


class _TimedRequest:
    """Starts the deadline when the body is complete, and ends it when the answer begins."""

    __slots__ = ("_deadline", "_receive", "_seconds", "_send")

    def __init__(self, deadline: asyncio.Timeout, seconds: float, receive: Receive, send: Send) -> None:
        self._deadline = deadline
        self._seconds = seconds
        self._receive = receive
        self._send = send

    async def receive(self) -> Message:
        message = await self._receive()
        if self._deadline.when() is None and not message.get("more_body"):
            self._deadline.reschedule(asyncio.get_running_loop().time() + self._seconds)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._deadline.reschedule(None)
        await self._send(message)


def _has_body(scope: Scope) -> bool:
    return any(name in BODY_HEADERS for name, _ in scope["headers"])
