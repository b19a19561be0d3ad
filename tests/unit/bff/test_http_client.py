"""The client of the services, over real connections to a server that answers as a test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientTimeout

from bff import http_client
from bff.http_client import STREAM_TIMEOUT, TIMEOUT, HttpClient, NoAnswer, open_client
from edge.app import ANSWER_WITHIN

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
PROMPT = ClientTimeout(total=0.05)


class Server:
    """Answers every request with the same bytes; `cuts` ends each connection after its answer."""

    def __init__(self, answer: bytes, *, cuts: bool = False) -> None:
        self._answer = answer
        self._cuts = cuts
        self.heads: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(self._answer)
                await writer.drain()
                if self._cuts:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[str]:
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    async with listener:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with open_client() as client:
        yield client


def names_of(head: bytes) -> set[bytes]:
    return {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:] if line}


async def test_it_sends_what_it_is_given_and_nothing_of_its_own(client: HttpClient) -> None:
    server = Server(OK + b"\r\n{}")
    async with serving(server) as url:
        await client.ask("GET", f"{url}/a%20b?q=x%2By+z", {b"x-one": b"1"})
        await client.ask("POST", url, {b"content-type": b"application/json"}, b"{}")
    got, posted = server.heads
    assert got.startswith(b"GET /a%20b?q=x%2By+z HTTP/1.1\r\n")
    assert names_of(got) == {b"host", b"x-one"}
    assert names_of(posted) == {b"host", b"content-type", b"content-length"}


@pytest.mark.parametrize(("given", "sent"), [("é".encode(), "é".encode()), ("é".encode("latin-1"), "é".encode())])
async def test_a_header_goes_on_as_utf_8(client: HttpClient, given: bytes, sent: bytes) -> None:
    server = Server(OK + b"\r\n{}")
    async with serving(server) as url:
        await client.ask("GET", url, {b"user-agent": given})
    assert b"\r\nuser-agent: " + sent + b"\r\n" in server.heads[0]


async def test_connections_are_used_again_and_cookies_are_not(client: HttpClient) -> None:
    server = Server(OK + b"Set-Cookie: a=b\r\n\r\n{}")
    async with serving(server) as url:
        for _ in range(3):
            assert (await client.ask("GET", url, {})).content == b"{}"
    assert server.connections == 1
    assert not any(b"cookie" in names_of(head) for head in server.heads)


async def test_a_redirect_is_an_answer(client: HttpClient) -> None:
    server = Server(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
    async with serving(server) as url:
        answer = await client.ask("GET", url, {})
    assert (answer.status, answer.headers["location"], len(server.heads)) == (302, "/elsewhere", 1)


@pytest.mark.parametrize("answer", [b"", b"no HTTP at all\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"])
async def test_what_is_cut_off_or_no_http_is_no_answer(client: HttpClient, answer: bytes) -> None:
    async with serving(Server(answer, cuts=True)) as url:
        with pytest.raises(NoAnswer):
            await client.ask("POST", url, {}, b"{}")


async def test_nobody_there_is_no_answer(client: HttpClient) -> None:
    async with serving(Server(b"")) as url:
        pass
    with pytest.raises(NoAnswer):
        await client.ask("GET", url, {})
    with pytest.raises(NoAnswer):
        async with client.open(url, {}):
            pass


async def test_who_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "TIMEOUT", PROMPT)
    async with serving(Server(b"")) as url, open_client() as client:
        with pytest.raises(NoAnswer):
            await client.ask("GET", url, {})


async def test_a_stream_is_read_piece_by_piece_until_it_is_cut(client: HttpClient) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with serving(Server(head + b"2\r\nab\r\n", cuts=True)) as url, client.open(url, {}) as answer:
        pieces = answer.pieces()
        assert (answer.status, await anext(pieces)) == (200, b"ab")
        with pytest.raises(NoAnswer):
            await anext(pieces)


def test_no_wait_is_longer_than_the_promise_of_an_answer() -> None:
    assert TIMEOUT.total is not None
    assert TIMEOUT.total < ANSWER_WITHIN
    assert STREAM_TIMEOUT.connect is not None
    assert STREAM_TIMEOUT.connect < ANSWER_WITHIN
