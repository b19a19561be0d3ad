"""A deadline for the answer: whatever a request waits for, its caller is told in time."""

import asyncio
from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.problems import problem_of
from schemas.errors import Unavailable

BODY_HEADERS = frozenset((b"content-length", b"transfer-encoding"))
TICK = 0.1
"""Seconds between two looks for requests that are overdue."""


class AnswerDeadline:
    """Answers 503 in the place of an application that has not begun to answer in time.

    The time begins when the request has come as a whole: how long a client may take is the server's to limit. It is
    looked at every `TICK`; with `asyncio.timeout` each request would set timers, which takes three times as long.
    """

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        """Wrap `app`, which has `seconds` to begin its answer."""
        self._app = app
        self._seconds = seconds
        self._deadlines: dict[_TimedRequest, float] = {}
        self._is_ticking = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _TimedRequest(self, receive, send)
        try:
            if BODY_HEADERS.isdisjoint([name for name, _ in scope["headers"]]):
                self.start(request)
                await self._app(scope, receive, request.send)
            else:
                await self._app(scope, request.receive, request.send)
        except asyncio.CancelledError:
            if not request.absorb_cancellation():
                raise
            await problem_of(Unavailable("the answer could not be found in time"))(scope, receive, send)
        finally:
            self.end(request)
            request.absorb_cancellation()

    def start(self, request: "_TimedRequest") -> None:
        """Begin the time of a request."""
        loop = asyncio.get_running_loop()
        self._deadlines[request] = loop.time() + self._seconds
        if not self._is_ticking:
            self._is_ticking = True
            loop.call_later(min(TICK, self._seconds), self._tick)

    def end(self, request: "_TimedRequest") -> None:
        """End it: the answer has begun, or nobody waits for it any more."""
        self._deadlines.pop(request, None)

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for request, deadline in list(self._deadlines.items()):
            if deadline > now:
                break  # those behind it began later
            self.end(request)
            request.cancel()
        self._is_ticking = bool(self._deadlines)
        if self._is_ticking:
            loop.call_later(min(TICK, self._seconds), self._tick)


class _TimedRequest:
    """One request, and the task that works on it."""

    __slots__ = ("_cancelling", "_deadlines", "_is_complete", "_is_overdue", "_receive", "_send", "_task")

    def __init__(self, deadlines: AnswerDeadline, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task  # noqa: S101 - an application is called by a task
        self._deadlines = deadlines
        self._receive = receive
        self._send = send
        self._task = task
        self._cancelling = task.cancelling()
        self._is_complete = self._is_overdue = False

    async def receive(self) -> Message:
        message = await self._receive()
        if not self._is_complete and not message.get("more_body"):
            self._is_complete = True
            self._deadlines.start(self)
        return message

    def send(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self._deadlines.end(self)
        return self._send(message)

    def cancel(self) -> None:
        self._is_overdue = True
        self._task.cancel()

    def absorb_cancellation(self) -> bool:
        """Take back our own cancellation, as `asyncio.timeout` does; whether there was one, and no other."""
        is_overdue, self._is_overdue = self._is_overdue, False
        return is_overdue and self._task.uncancel() <= self._cancelling
