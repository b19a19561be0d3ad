"""Server-sent events (HTML, 9.2): their bytes, the answer that carries them, and how many may be open in a process."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager
from time import perf_counter
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from edge.methods import IS_HEAD
from schemas.errors import TooManyRequests, Unavailable

MEDIA_TYPE = "text/event-stream"
LAST_EVENT_ID = "Last-Event-ID"
HEARTBEAT = b": the stream is open\n\n"
HEARTBEAT_AFTER = 10.0
"""Seconds of silence after which a comment is sent, and looked whether the session is still open."""
RETRY_AFTER = 1_000
"""Milliseconds after which a browser connects again."""
OPEN_SINCE = "aioutlet.open_since"
"""The key in a request's scope of when its stream was opened, by `perf_counter`."""
PER_OWNER, IN_ALL = 8, 500
"""Streams that are open at once."""
DESCRIPTION: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "description": "Each event",
                    "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
                }
            }
        },
    },
    204: {"description": "Everything was told: do not connect again"},
}
"""The `responses` of a route that answers with a stream."""


def event_bytes(name: str, content: bytes, *, event_id: str) -> bytes:
    """Return one event; `content` is one line, as JSON is."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (event_id.encode(), name.encode(), content)


def first_bytes() -> bytes:
    """Return what every stream begins with."""
    return b"retry: %d\n\n" % RETRY_AFTER


class OpenStreams:
    """The streams that are open in a process, until it stops: so many of one owner, and so many in all."""

    def __init__(self, *, per_owner: int = PER_OWNER, in_all: int = IN_ALL) -> None:
        self._per_owner = per_owner
        self._in_all = in_all
        self._owners: Counter[str] = Counter()
        self.closing = asyncio.Event()

    def __len__(self) -> int:
        """The number of open streams."""
        return self._owners.total()

    @contextmanager
    def admitted(self, owner: str) -> Iterator[None]:
        """Count a stream of `owner`, a session or a subject, while the context is open.

        Raises:
            TooManyRequests: The owner has as many open as one may.
            Unavailable: The process has as many open as it can, or is stopping.
        """
        if self.closing.is_set() or len(self) >= self._in_all:
            raise Unavailable("no more streams can be opened here; ask again shortly")
        if self._owners[owner] >= self._per_owner:
            raise TooManyRequests(f"{self._per_owner} streams are open already: close one", retry_after=1)
        self._owners[owner] += 1
        try:
            yield
        finally:
            self._owners[owner] -= 1
            if not self._owners[owner]:
                del self._owners[owner]

    def close(self) -> None:
        """End all streams, and open no more: the server that serves them is about to stop."""
        self.closing.set()

    @contextmanager
    def closing_first(self) -> Iterator[None]:
        """End all streams when the context is left: a server that stops waits for what it answers."""
        try:
            yield
        finally:
            self.close()


class EventStream(Response):
    """Sends pieces as they come, until they end, the client leaves or the process stops."""

    media_type = MEDIA_TYPE

    def __init__(self, pieces: AsyncGenerator[bytes], streams: OpenStreams, resources: AsyncExitStack) -> None:
        """Take what yields the pieces, and `resources`, which are given back when the stream has ended."""
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._pieces = pieces
        self._closing = streams.closing
        self._resources = resources

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope[OPEN_SINCE] = perf_counter()
        async with self._resources:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if IS_HEAD not in scope:
                await self._send_pieces(receive, send)
            await send({"type": "http.response.body", "body": b""})

    async def _send_pieces(self, receive: Receive, send: Send) -> None:
        """Send them; whatever of these three ends first ends the others."""
        sending = asyncio.create_task(self._send(send))
        tasks = (sending, asyncio.create_task(_left(receive)), asyncio.create_task(self._closing.wait()))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if not sending.cancelled():
            sending.result()

    async def _send(self, send: Send) -> None:
        async with aclosing(self._pieces) as pieces:
            async for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
