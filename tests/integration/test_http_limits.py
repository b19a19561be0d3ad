"""What a stranger can do to an HTTP server over a bare socket, and what the server makes of it."""

import asyncio
import json
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import NamedTuple

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from aioutlet.http_protocol import MAX_HEAD, HttpLimits
from aioutlet.http_server import listening

HERE = "127.0.0.1"
SHORT = 0.3
"""Seconds."""
PROMPT = 5.0
"""Seconds in which everything here must have happened."""
LIMITS = HttpLimits(connections=20, header_timeout=SHORT, body_timeout=SHORT, idle_timeout=SHORT)
GET = b"GET / HTTP/1.1\r\nHost: shop\r\n"
POST = b"POST / HTTP/1.1\r\nHost: shop\r\n"


class App:
    """Answers with the length of the body, once it is let; counts its requests."""

    def __init__(self) -> None:
        self.requests = 0
        self.bodies: list[int] = []
        self.arrived = asyncio.Semaphore(0)
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += 1
        self.arrived.release()
        body = await Request(scope, receive).body()
        self.bodies.append(len(body))
        await self.may_answer.wait()
        await PlainTextResponse(f"{len(body)} bytes")(scope, receive, send)


class Shop(NamedTuple):
    app: App
    port: int
    url: str

    @asynccontextmanager
    async def connection(self, *, sending: bytes = b"") -> AsyncIterator["Stranger"]:
        reader, writer = await asyncio.open_connection(HERE, self.port)
        with closing(writer):
            writer.write(sending)
            yield Stranger(reader, writer)


class Stranger(NamedTuple):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self) -> tuple[int, dict[str, object]]:
        """The next answer: its status, and its problem document if it is one."""
        async with asyncio.timeout(PROMPT):
            head = await self.reader.readuntil(b"\r\n\r\n")
            [length] = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            body = await self.reader.readexactly(length)
        is_problem = b"application/problem+json" in head
        return int(head.split()[1]), json.loads(body) if is_problem else {"text": body.decode()}

    async def is_silent(self, seconds: float) -> bool:
        """Whether the server neither says anything nor closes in this time."""
        try:
            async with asyncio.timeout(seconds):
                await self.reader.readexactly(1)
        except TimeoutError:
            return True
        return False

    async def end(self) -> bytes:
        """What comes until the server closes the connection."""
        async with asyncio.timeout(PROMPT):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


@asynccontextmanager
async def opened(limits: HttpLimits = LIMITS, *, answering: ASGIApp | None = None) -> AsyncIterator[Shop]:
    """A server, with another application than `App` if one is given."""
    app = App()
    async with listening(answering or app, host=HERE, port=0, setting="X", limits=limits) as url:
        yield Shop(app, httpx.URL(url).port or 0, url)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with opened() as shop:
        yield shop


def padding(size: int) -> bytes:
    return b"X-Padding: %b\r\n" % (b"a" * size)


HEADS = {
    "one header": GET + padding(MAX_HEAD) + b"\r\n",
    "one header that does not end": GET + b"X-Padding: " + b"a" * (MAX_HEAD + 8_192),
    "many headers": GET + padding(100) * 1_000,
    "many names": GET + b"".join(b"X-%d: a\r\n" % number for number in range(10_000)),
    "a name that does not end": GET + b"X" * (MAX_HEAD + 8_192),
    "the URL": b"GET /%b HTTP/1.1\r\n\r\n" % (b"a" * MAX_HEAD),
    "a URL that does not end": b"GET /" + b"a" * (MAX_HEAD + 8_192),
    "a query": b"GET /?q=%b HTTP/1.1\r\n\r\n" % (b"a" * MAX_HEAD),
    "a head before a body": POST + b"Content-Length: 5\r\n" + padding(MAX_HEAD) + b"\r\nhello",
    "trailers": POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + padding(1_000) * 100,
    "a trailer that does not end": POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"a" * (2 * MAX_HEAD),
    "the extension of a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n5;" + b"a" * (2 * MAX_HEAD),
}


@pytest.mark.parametrize("name", HEADS)
async def test_too_large_a_head_is_refused_and_the_connection_closed(shop: Shop, name: str) -> None:
    async with shop.connection(sending=HEADS[name]) as stranger:
        status, problem = await stranger.answer()
        assert (status, problem["code"], problem["limit"]) == (431, "head_too_large", MAX_HEAD)
        assert await stranger.end() == b""
    assert shop.app.bodies == []


@pytest.mark.parametrize("size", [1, 1_000, 4_096, 8_000, 60_000, MAX_HEAD - 100])
async def test_a_head_within_the_limit_is_served(shop: Shop, size: int) -> None:
    async with shop.connection(sending=GET + padding(size) + b"\r\n") as stranger:
        assert await stranger.answer() == (200, {"text": "0 bytes"})


async def test_forty_megabytes_of_headers_take_no_memory_and_nobodys_time(shop: Shop) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    part = b"".join(b"X-%d: %b\r\n" % (number, b"a" * 100) for number in range(600))
    async with shop.connection(sending=GET) as stranger, httpx.AsyncClient(base_url=shop.url) as web:
        try:
            for _ in range(40_000_000 // len(part)):
                stranger.writer.write(part)
                await stranger.writer.drain()
        except ConnectionError:
            pass
        assert (await web.get("/", timeout=PROMPT)).text == "0 bytes"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KB


async def test_the_limit_is_one_of_each_request_not_of_a_connection(shop: Shop) -> None:
    request = GET + padding(10_000) + b"\r\n"
    async with shop.connection() as stranger:
        for _ in range(10):
            stranger.writer.write(request)
            assert await stranger.answer() == (200, {"text": "0 bytes"})


async def test_requests_sent_without_waiting_are_answered_in_their_order(shop: Shop) -> None:
    requests = [POST + b"Content-Length: %d\r\n\r\n" % size + b"a" * size for size in range(0, 40_000, 1_000)]
    async with shop.connection(sending=b"".join(requests)) as stranger:
        for size in range(0, 40_000, 1_000):
            assert await stranger.answer() == (200, {"text": f"{size} bytes"})


async def test_a_request_before_one_that_is_refused_still_gets_its_answer(shop: Shop) -> None:
    async with shop.connection(sending=GET + b"\r\n" + HEADS["many headers"]) as stranger:
        assert await stranger.answer() == (200, {"text": "0 bytes"})
        assert await stranger.end() == b""
    assert shop.app.requests == 1


@pytest.mark.parametrize(
    "sent", [b"hello\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET / \r\n\r\n\r\n"]
)
async def test_what_is_not_http_is_refused_with_a_problem_document(shop: Shop, sent: bytes) -> None:
    async with shop.connection(sending=sent) as stranger:
        status, problem = await stranger.answer()
        assert (status, problem["code"]) == (400, "malformed")
        assert await stranger.end() == b""


HALVES = {
    "nothing": b"",
    "blank lines": b"\r\n\r\n",
    "half a request line": b"GET / HT",
    "half a head": GET,
    "half a header": GET + b"X-Half: ",
    "no body": POST + b"Content-Length: 5\r\n\r\n",
    "half a body": POST + b"Content-Length: 5\r\n\r\nhel",
    "half a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
    "chunks without an end": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "half a trailer": POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ",
    "a second half": GET + b"\r\n" + GET,
    "half after an upgrade": GET + b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\nPRI",
}


@pytest.mark.parametrize("name", HALVES)
async def test_half_a_request_is_not_kept(shop: Shop, name: str) -> None:
    async with shop.connection(sending=HALVES[name]) as stranger:
        said = await stranger.end()
    if name.startswith("half a ") or "body" in name or "chunks" in name:
        assert said.startswith(b"HTTP/1.1 408 ")
        assert b"request_timeout" in said


@pytest.mark.parametrize("name", ["half a head", "blank lines", "chunks without an end", "half after an upgrade"])
async def test_a_client_that_drips_is_closed_as_well(shop: Shop, name: str) -> None:
    drop = {"half a head": b"a", "chunks without an end": b"1\r\na\r\n"}.get(name, b"\r\n")
    async with shop.connection(sending=HALVES[name]) as stranger:
        end = asyncio.create_task(stranger.end())
        while not end.done():
            stranger.writer.write(drop)
            await asyncio.wait([end], timeout=SHORT / 5)
            if shop.app.bodies and name == "chunks without an end":
                break
        await end


async def test_an_idle_connection_is_closed(shop: Shop) -> None:
    async with shop.connection(sending=GET + b"\r\n") as stranger:
        assert (await stranger.answer())[0] == 200
        assert await stranger.end() == b""


async def test_a_slow_but_honest_client_gets_through(shop: Shop) -> None:
    """Each piece is in time, the whole body takes several times the limit of a silent client."""
    pieces, piece = 20, b"a" * 100
    async with shop.connection(sending=POST + b"Content-Length: %d\r\n\r\n" % (pieces * len(piece))) as stranger:
        for _ in range(pieces):
            assert await stranger.is_silent(SHORT / 4)
            stranger.writer.write(piece)
        assert await stranger.answer() == (200, {"text": "2000 bytes"})


async def test_a_slow_answer_is_not_the_clients_fault(shop: Shop) -> None:
    shop.app.may_answer.clear()
    async with shop.connection(sending=POST + b"Content-Length: 5\r\n\r\nhello") as stranger:
        assert await stranger.is_silent(3 * SHORT)
        shop.app.may_answer.set()
        assert await stranger.answer() == (200, {"text": "5 bytes"})


async def test_the_rest_of_a_body_that_was_refused_is_not_waited_for() -> None:
    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("no", 413)(scope, receive, send)

    async with (
        opened(HttpLimits(), answering=refuse) as shop,
        shop.connection(sending=POST + b"Transfer-Encoding: chunked\r\n\r\n") as stranger,
    ):
        assert (await stranger.answer())[0] == 413
        end = asyncio.create_task(stranger.end())
        while not end.done():
            stranger.writer.write(b"1000\r\n%b\r\n" % (b"a" * 4_096))
            await asyncio.wait([end], timeout=0.05)


@pytest.mark.parametrize("more", [b"", GET, GET + b"\r\n", POST + b"Content-Length: 5\r\n\r\nhel"])
async def test_a_client_that_does_not_read_is_closed_whatever_else_it_sends(more: bytes) -> None:
    is_over = asyncio.Event()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(500):  # more than the system buffers
            await send({"type": "http.response.body", "body": b"a" * 65_536, "more_body": True})
        await send({"type": "http.response.body"})
        is_over.set()

    async with (
        opened(answering=answer) as shop,
        shop.connection(sending=GET + b"\r\n" + more),
        asyncio.timeout(PROMPT),
    ):
        await is_over.wait()


async def test_a_client_that_reads_slowly_gets_all() -> None:
    size, piece, pieces = 20_000_000, 1_000_000, 8
    answer = PlainTextResponse("a" * size)
    async with opened(answering=answer) as shop, shop.connection(sending=GET + b"\r\n") as stranger:
        await stranger.reader.readuntil(b"\r\n\r\n")
        for _ in range(pieces):
            await stranger.reader.readexactly(piece)
            await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=SHORT / 4)
        assert len(await stranger.reader.readexactly(size - pieces * piece)) == size - pieces * piece


@pytest.mark.parametrize("half", ["nothing", "half a head", "half a body"])
async def test_half_requests_shut_nobody_out(half: str) -> None:
    limits = HttpLimits(connections=20, header_timeout=60, body_timeout=60)
    async with opened(limits) as shop, httpx.AsyncClient(base_url=shop.url) as web:
        strangers = []
        for _ in range(300):
            reader, writer = await asyncio.open_connection(HERE, shop.port)
            writer.write(HALVES[half])
            strangers.append(Stranger(reader, writer))
        assert (await web.get("/", timeout=PROMPT)).text == "0 bytes"
        first = [await stranger.end() for stranger in strangers[:250]]
        assert all(not said or b"too_many_connections" in said for said in first)
        for stranger in strangers:
            stranger.writer.close()


async def test_when_all_connections_are_being_answered_the_next_is_told_so() -> None:
    async with opened(HttpLimits(connections=3)) as shop:
        shop.app.may_answer.clear()
        async with (
            shop.connection(sending=GET + b"\r\n") as one,
            shop.connection(sending=GET + b"\r\n") as two,
            shop.connection(sending=GET + b"\r\n") as three,
        ):
            for _ in range(3):
                await shop.app.arrived.acquire()
            async with shop.connection(sending=GET + b"\r\n") as four:
                status, problem = await four.answer()
                assert (status, problem["code"]) == (503, "too_many_connections")
            shop.app.may_answer.set()
            assert [(await each.answer())[0] for each in (one, two, three)] == [200] * 3
        async with shop.connection(sending=GET + b"\r\n") as five:
            assert (await five.answer())[0] == 200


async def test_a_process_that_may_open_few_files_holds_fewer_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (128, 128))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    async with opened(HttpLimits(header_timeout=60)) as shop, httpx.AsyncClient(base_url=shop.url) as web:
        strangers = [await asyncio.open_connection(HERE, shop.port) for _ in range(60)]
        for _, writer in strangers:
            writer.write(GET)
        assert (await web.get("/", timeout=PROMPT)).text == "0 bytes"
        for reader, _ in strangers[:10]:
            async with asyncio.timeout(PROMPT):
                await reader.read()
        for _, writer in strangers:
            writer.close()


async def test_the_head_of_an_answer_is_sent_although_its_body_is_not_there_yet() -> None:
    may_go_on = asyncio.Event()

    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await may_go_on.wait()
        await send({"type": "http.response.body", "body": b"body"})

    async with opened(answering=slowly) as shop, shop.connection(sending=GET + b"\r\n") as stranger:
        async with asyncio.timeout(PROMPT):
            head = await stranger.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        may_go_on.set()
        async with asyncio.timeout(PROMPT):
            assert await stranger.reader.readexactly(4) == b"body"
