"""What browsers and caches may keep: catalogue answers for seconds, and nothing that is somebody's own.

An answer that may be kept has an `ETag`, a strong one: a hash of the body, and of its coding where it is compressed.
"""

from collections.abc import Iterable
from hashlib import blake2b
from http import HTTPStatus
from typing import Any

from fastapi import Depends
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRESH, STALE = 5, 25
"""Seconds for which an answer is shown as it is kept, and for which meanwhile a newer one is asked for."""
PUBLIC = f"public, max-age={FRESH}, stale-while-revalidate={STALE}"
REVALIDATED = "private, no-cache"
"""May be kept, and is asked for again with its `ETag` each time."""
NOT_KEPT = "private, no-store"
VARIES_BY = "X-Min-Position"
CODINGS = ("br", "gzip", "zstd")
HASH_BYTES = 16


async def _mark(response: Response) -> None:
    response.headers["Cache-Control"] = PUBLIC
    response.headers["Vary"] = VARIES_BY


async def _mark_revalidated(response: Response) -> None:
    response.headers["Cache-Control"] = REVALIDATED
    response.headers["Vary"] = VARIES_BY


PUBLICLY_CACHED: Any = Depends(_mark)
"""The dependency of a route whose answer is the same for everybody."""
REVALIDATED_EACH_TIME: Any = Depends(_mark_revalidated)
"""The dependency of a route whose answer everybody may see, and in which a person looks for what they just changed."""


class EntityTags:
    """Gives an answer that may be kept its `ETag`, and 304 in its place to who has it already."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`, behind what compresses."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Tagging(Headers(scope=scope).get("if-none-match", ""), send).send)


class _Tagging:
    """The way back: holds the head of an answer until its body is known."""

    def __init__(self, known: str, send: Send) -> None:
        self._known = known
        self._send = send
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _may_be_kept(message):
            self._start = message
        elif self._start is not None and message["type"] == "http.response.body":
            await self._tag(self._start, message)
            self._start = None
        else:
            await self._send(message)

    async def _tag(self, start: Message, body: Message) -> None:
        if body.get("more_body"):  # an answer in pieces has no hash before its end
            await self._send(start)
            await self._send(body)
            return
        tag = f'"{blake2b(body.get("body", b""), digest_size=HASH_BYTES).hexdigest()}"'
        headers = MutableHeaders(raw=list(start["headers"]))
        same = _find(tag, self._known)
        headers["ETag"] = same or tag
        if same is None:
            await self._send({**start, "headers": headers.raw})
            await self._send(body)
            return
        for name in ("content-length", "content-type"):
            del headers[name]
        await self._send({**start, "status": HTTPStatus.NOT_MODIFIED.value, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": b""})


class CodingTags:
    """Names the coding of a compressed answer in its `ETag`: it is another representation."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before what compresses."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                coding, tag = headers.get("content-encoding"), headers.get("etag")
                if coding and tag:
                    headers["ETag"] = with_coding(tag, coding)
            await send(message)

        await self._app(scope, receive, send_tagged)


def with_coding(tag: str, coding: str) -> str:
    """Return the tag of the same body under a coding."""
    return f'{tag[:-1]}-{coding}"'


def _may_be_kept(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    control = headers.get("cache-control", "no-store")
    return start["status"] == HTTPStatus.OK and "no-store" not in control and "etag" not in headers


def _find(tag: str, known: str) -> str | None:
    """Return the tag by which the client knows this body, in whatever coding, if it does (RFC 9110, 13.1.2)."""
    tags = {tag, *(with_coding(tag, coding) for coding in CODINGS)}
    return tag if known.strip() == "*" else next((each for each in _strong(known.split(",")) if each in tags), None)


def _strong(tags: Iterable[str]) -> Iterable[str]:
    """Yield tags without the mark of weak ones, which a cache on the way may have set."""
    return (tag.strip().removeprefix("W/") for tag in tags)
