"""A browser before the shop's door: it keeps cookies, names its origin and sends the CSRF token, and knows no more."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx

ACCESS, REFRESH, CSRF = "aioutlet_access", "aioutlet_refresh", "aioutlet_csrf"
CORRELATION = "X-Correlation-ID"
Answer = dict[str, Any]


def new_address() -> str:
    """A network address of one's own: a shop limits how often one registers."""
    return ".".join(map(str, (10, *uuid4().bytes[-3:])))


class Browser(AbstractAsyncContextManager["Browser"]):
    """Of one person; two requests of it that are under way at once are two tabs."""

    def __init__(
        self, url: str, transport: httpx.AsyncBaseTransport | None = None, *, address: str | None = None
    ) -> None:
        """Stand before the door at `url`, behind the one proxy that the shop knows of if it has an address."""
        headers = {"Origin": url} | ({"X-Forwarded-For": address} if address else {})
        self.client = httpx.AsyncClient(base_url=url, headers=headers, timeout=30, transport=transport)
        self.seen = set[str]()
        """Every token that was ever in its cookies."""
        self.correlation = ""
        """That of the last answer."""

    def cookie(self, name: str) -> str:
        """Its value; empty where there is none."""
        return self.client.cookies.get(name) or ""

    def take_cookies_of(self, other: "Browser") -> None:
        """Have what another has by now."""
        self.client.cookies.update(other.client.cookies)

    async def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Whatever the shop answers."""
        headers = {"X-CSRF-Token": self.cookie(CSRF)} | request.pop("headers", {})
        answer = await self.client.request(method, path, headers=headers, **request)
        self.correlation = answer.headers[CORRELATION]
        self.seen.update(self._tokens())
        return answer

    async def get(self, path: str, **request: Any) -> Answer:
        return await self.done("GET", path, **request)

    async def post(self, path: str, status: int = 200, **request: Any) -> Answer:
        return await self.done("POST", path, status, **request)

    async def done(self, method: str, path: str, status: int = 200, **request: Any) -> Answer:
        """The answer, which must have this status and name no token."""
        answer = await self.ask(method, path, **request)
        assert answer.status_code == status, answer.text
        assert not [token for token in self._secrets() if token in answer.text]
        body: Answer = answer.json()
        return body

    async def refused(self, status: int, code: str, method: str, path: str, **request: Any) -> None:
        """Ask for what must be refused, with this status and code."""
        answer = await self.ask(method, path, **request)
        assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text

    def _tokens(self) -> Iterator[str]:
        yield from self._secrets()
        yield from filter(None, (self.cookie(CSRF),))

    def _secrets(self) -> Iterator[str]:
        """The cookie of the refresh token begins with the id of its session, which is no secret."""
        yield from filter(None, (self.cookie(ACCESS), self.cookie(REFRESH).partition(".")[2]))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()
