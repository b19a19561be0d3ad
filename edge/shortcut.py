"""The busiest routes without the framework's ceremony; whatever is not plain about a request is left to it.

A shortcut answers what it is sure its route would answer, and nothing else: a body of another kind or one that is not
valid, a role or a header that is missing, a parameter too many go the framework's way, which alone says what is wrong.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.auth import ACTOR
from edge.problems import problem_of
from schemas.envelope import Actor
from schemas.errors import AIOutletError

JSON = b"application/json"
CHUNKED = b"transfer-encoding"


class Asked(NamedTuple):
    """A plain request: `name` is the last part of its path, and no header comes twice."""

    name: str
    headers: Mapping[bytes, bytes]
    actor: Actor
    body: bytes


class Shortcut(NamedTuple):
    """How to answer `method` on `path`, which may end in one parameter; `attempt` says None where it is not plain.

    What the answer raises of our own errors is told as the framework's route would tell it.
    """

    method: str
    path: str
    attempt: Callable[[Asked], Awaitable[Response] | None]


class Shortcuts:
    """Stands between the other layers and the framework."""

    def __init__(self, app: ASGIApp, *, shortcuts: Sequence[Shortcut], kept: Sequence[str] = ()) -> None:
        """Stand before `app`; the paths in `kept` look like a shortcut's and are routes of their own."""
        self._app = app
        self._shortcuts = {(each.method, _shape(each.path)): each for each in shortcuts}
        self._kept = frozenset(kept)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on as it came."""
        shortcut, headers = self._shortcut(scope), dict(scope.get("headers", ()))
        # A body of unknown length is the framework's to refuse, and so is a header said twice.
        if shortcut is None or CHUNKED in headers or len(headers) < len(scope["headers"]):
            await self._app(scope, receive, send)
            return
        read = await _read(receive)
        asked = _asked(scope, headers, read)
        answer = shortcut.attempt(asked) if asked else None
        if answer is None:
            await self._app(scope, _Again(read, receive).receive, send)
            return
        scope["route"] = shortcut
        try:
            response = await answer
        except AIOutletError as error:
            response = problem_of(error)
        await response(scope, receive, send)

    def _shortcut(self, scope: Scope) -> Shortcut | None:
        if scope["type"] != "http" or scope["query_string"]:
            return None
        method, path = scope["method"], scope["path"]
        found = self._shortcuts.get((method, path))
        if found is None and path not in self._kept:
            found = self._shortcuts.get((method, path[: path.rfind("/") + 1]))
        return found


class _Again:
    """Says what was read already, then goes on."""

    def __init__(self, read: Sequence[Message], receive: Receive) -> None:
        self._read = list(reversed(read))
        self._receive = receive

    async def receive(self) -> Message:
        return self._read.pop() if self._read else await self._receive()


def _shape(path: str) -> str:
    return path.partition("{")[0]


async def _read(receive: Receive) -> list[Message]:
    read = [await receive()]
    while read[-1].get("more_body"):
        read.append(await receive())
    return read


def _asked(scope: Scope, headers: Mapping[bytes, bytes], read: Sequence[Message]) -> Asked | None:
    if read[-1]["type"] != "http.request":
        return None
    return Asked(_last(scope["path"]), headers, scope[ACTOR], b"".join(each.get("body", b"") for each in read))


def _last(path: str) -> str:
    return path[path.rfind("/") + 1 :]
