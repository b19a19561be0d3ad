"""The HTTP client of all services: aiohttp, which takes a sixth of the time that httpx does."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import NamedTuple, Protocol

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

CONNECTIONS = 200
STREAMS = 1_000
"""Connections for answers that do not end."""
IDLE = 30.0
"""Seconds for which a connection is kept; the services close theirs after 60."""
TIMEOUT = ClientTimeout(total=4.0, connect=1.0)
"""Seconds. The deadline of our own answer is 4.5."""
STREAM_TIMEOUT = ClientTimeout(total=None, connect=1.0, sock_read=60.0)
"""Seconds. A stream that says nothing for so long has ended: heartbeats come more often."""
NOT_ADDED = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")
"""Headers that the client would add by itself."""

Headers = Mapping[bytes, bytes]


class NoAnswer(Exception):
    """A service did not answer, or not as a whole; its words may be in the cause."""


class Answer(NamedTuple):
    """What a service answered; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class OpenAnswer(Protocol):
    """An answer of which more may come."""

    @property
    def status(self) -> int:
        """The status."""

    async def whole(self) -> Answer:
        """Wait for its end, and return all of it; or raise `NoAnswer`."""

    def pieces(self) -> AsyncIterator[bytes]:
        """Yield its body as it comes; raise `NoAnswer` where it is cut off."""


class HttpClient(Protocol):
    """Sends requests to services, keeps no cookies and follows no redirects."""

    async def ask(self, method: str, url: str, headers: Headers, content: bytes | None = None) -> Answer:
        """Return the whole answer within `TIMEOUT`, or raise `NoAnswer`."""

    def open(self, url: str, headers: Headers) -> AbstractAsyncContextManager[OpenAnswer]:
        """Get what does not end; the request ends with the context. Raises `NoAnswer`."""


class AiohttpClient:
    """Over two pools of connections, so that open streams leave the other requests theirs."""

    def __init__(self, requests: ClientSession, streams: ClientSession) -> None:
        self._requests = requests
        self._streams = streams

    async def ask(self, method: str, url: str, headers: Headers, content: bytes | None = None) -> Answer:
        """As `HttpClient.ask`."""
        with _translated():
            async with self._requests.request(
                method, URL(url, encoded=True), headers=_texts(headers), data=content, allow_redirects=False
            ) as answer:
                return await _whole(answer)

    @asynccontextmanager
    async def open(self, url: str, headers: Headers) -> AsyncIterator[OpenAnswer]:
        """As `HttpClient.open`."""
        with _translated():
            answer = await self._streams.get(URL(url, encoded=True), headers=_texts(headers), allow_redirects=False)
        try:
            yield _OpenAnswer(answer)
        finally:
            answer.close()


class _OpenAnswer:
    def __init__(self, answer: ClientResponse) -> None:
        self._answer = answer
        self.status = answer.status

    async def whole(self) -> Answer:
        with _translated():
            return await _whole(self._answer)

    async def pieces(self) -> AsyncIterator[bytes]:
        with _translated():
            async for piece in self._answer.content.iter_any():
                yield piece


@asynccontextmanager
async def open_client() -> AsyncIterator[HttpClient]:
    """The client of all services, while the context is open."""
    async with _session(CONNECTIONS, TIMEOUT) as requests, _session(STREAMS, STREAM_TIMEOUT) as streams:
        yield AiohttpClient(requests, streams)


def _session(connections: int, timeout: ClientTimeout) -> ClientSession:
    return ClientSession(
        connector=TCPConnector(limit=connections, keepalive_timeout=IDLE),
        cookie_jar=DummyCookieJar(),
        timeout=timeout,
        skip_auto_headers=NOT_ADDED,
        auto_decompress=False,
    )


async def _whole(answer: ClientResponse) -> Answer:
    return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, await answer.read())


def _texts(headers: Headers) -> dict[str, str]:
    return {name.decode("ascii"): _text(value) for name, value in headers.items()}


def _text(value: bytes) -> str:
    """The text whose UTF-8, which the client sends, is `value`; of what is no UTF-8 a text of the same characters."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (ClientError, TimeoutError, OSError) as error:
        raise NoAnswer from error
