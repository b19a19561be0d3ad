"""One request as the HTTP server hands it to an application, with whatever bytes a client may send."""

import asyncio
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from tests.leaving import leaving

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the wire; `target` is the path as it is sent, percent-encoded."""

    method: str
    target: bytes
    query: bytes
    headers: Headers
    body: bytes

    def __str__(self) -> str:
        where = self.target + (b"?" + self.query if self.query else b"")
        return f"{self.method} {where!r} {list(self.headers)} {self.body!r}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: Headers
    body: bytes
    elapsed: float

    def values(self, name: str) -> list[str]:
        """All values of a header, by its name in lower case."""
        return [value.decode("latin-1") for each, value in self.headers if each.decode("latin-1").lower() == name]


async def ask(app: ASGIApp, request: Request) -> Answer:
    """Send a request and read the whole answer."""
    incoming: list[Message] = [{"type": "http.request", "body": request.body, "more_body": False}]
    outgoing: list[Message] = []
    started = perf_counter()

    async def receive() -> Message:
        if not incoming:
            await asyncio.Event().wait()  # this client stays until it is answered
        return incoming.pop()

    async def send(message: Message) -> None:
        outgoing.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
        "method": request.method, "path": unquote(request.target.decode("ascii")), "raw_path": request.target,
        "query_string": request.query, "headers": _with_length(request), "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await leaving(app)(scope, receive, send)
    start, *rest = outgoing
    body = b"".join(message.get("body", b"") for message in rest)
    return Answer(start["status"], tuple(start.get("headers", ())), body, perf_counter() - started)


def _with_length(request: Request) -> list[tuple[bytes, bytes]]:
    stated = any(name == b"content-length" for name, _ in request.headers)
    length = [] if stated or not request.body else [(b"content-length", str(len(request.body)).encode())]
    return [*request.headers, *length]
