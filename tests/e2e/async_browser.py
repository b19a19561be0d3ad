"""A browser at the BFF: it keeps cookies, sends the CSRF token, and can say where it comes from."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

ACCESS, REFRESH, CSRF = "aioutlet_access", "aioutlet_refresh", "aioutlet_csrf"
Answer = dict[str, Any]


class AsyncBrowser:
    """One browser of one person."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.tokens: set[str] = set()
        """Every access and refresh token it was ever given."""

    async def ask(
        self, method: str, path: str, body: Answer | None = None, *, headers: Mapping[str, str] = {}
    ) -> httpx.Response:
        """Send a request as a page of the shop does, and keep what comes."""
        csrf = {"X-CSRF-Token": token} if (token := self.client.cookies.get(CSRF)) else {}
        answer = await self.client.request(method, f"/bff{path}", json=body, headers={**csrf, **headers})
        self.tokens |= {value for name, value in self.client.cookies.items() if name in (ACCESS, REFRESH)}
        return answer

    async def get(self, path: str) -> Answer:
        """The answer to a request that must go well; likewise below."""
        return await self._well("GET", path, None)

    async def post(self, path: str, body: Answer | None = None, *, headers: Mapping[str, str] = {}) -> Answer:
        return await self._well("POST", path, body, headers)

    async def delete(self, path: str, body: Answer | None = None) -> Answer:
        return await self._well("DELETE", path, body)

    async def _well(self, method: str, path: str, body: Answer | None, headers: Mapping[str, str] = {}) -> Answer:
        answer = await self.ask(method, path, body, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        found: Answer = answer.json()
        return found


@asynccontextmanager
async def browsing(bff: str, *, agent: str = "Lynx/2.9.2", address: str | None = None) -> AsyncIterator[AsyncBrowser]:
    """A browser at this door, behind the one proxy that the shop knows of if it has an address."""
    headers = {"User-Agent": agent} | ({"X-Forwarded-For": address} if address else {})
    async with httpx.AsyncClient(base_url=bff, headers=headers, timeout=60) as client:
        yield AsyncBrowser(client)
