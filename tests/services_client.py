"""The client of services over a transport of httpx: to an application within the process, or to a function."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookiejar import DefaultCookiePolicy

import httpx

from bff.http_client import Answer, Headers, HttpClient, NoAnswer, OpenAnswer


class TransportClient:
    """Sends what the shop's own client would send."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(self, method: str, url: str, headers: Headers, content: bytes | None = None) -> Answer:
        try:
            answer = await self._client.request(method, url, headers=dict(headers), content=content)
        except httpx.HTTPError as error:
            raise NoAnswer from error
        return Answer(answer.status_code, answer.headers, answer.content)

    @asynccontextmanager
    async def open(self, url: str, headers: Headers) -> AsyncIterator[OpenAnswer]:
        try:
            async with self._client.stream("GET", url, headers=dict(headers)) as answer:
                yield _Open(answer)
        except httpx.HTTPError as error:
            raise NoAnswer from error


class _Open:
    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer
        self.status = answer.status_code

    async def whole(self) -> Answer:
        return Answer(self.status, self._answer.headers, await self._answer.aread())

    async def pieces(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_bytes():
            yield piece


@asynccontextmanager
async def client_over(transport: httpx.AsyncBaseTransport) -> AsyncIterator[HttpClient]:
    """A client of services behind a transport, while the context is open."""
    async with httpx.AsyncClient(transport=transport) as client:
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
        yield TransportClient(client)
