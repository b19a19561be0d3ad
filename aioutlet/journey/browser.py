"""One household's browser at the BFF: it keeps cookies and sends the CSRF token, and shares its connections."""

from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from http.cookies import SimpleCookie
from typing import Any

import httpx

from bff.cookies import CSRF
from bff.csrf import HEADER


def open_client(bff: str, transport: httpx.AsyncBaseTransport, *, timeout: float) -> httpx.AsyncClient:
    """Return the client of many browsers: it keeps no cookies itself; `timeout` in seconds."""
    client = httpx.AsyncClient(base_url=bff, transport=transport, timeout=timeout)
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return client


class Browser:
    """Asks over a client that keeps no cookies itself, and comes from an address of its own."""

    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        """Use a client of `open_client`, which others use too; the BFF must take this machine for a proxy."""
        self._client = client
        self._address = address
        self._cookies: dict[str, str] = {}

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None
    ) -> httpx.Response:
        """Return whatever is answered; `key` is the Idempotency-Key.

        Raises:
            httpx.TransportError: Nothing is answered.
        """
        headers = {"X-Forwarded-For": self._address}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if token := self._cookies.get(CSRF):
            headers[HEADER] = token
        if key:
            headers["Idempotency-Key"] = key
        answer = await self._client.request(method, path, json=body, headers=headers)
        self._keep(answer)
        return answer

    def _keep(self, answer: httpx.Response) -> None:
        for header in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(header).items():
                if morsel["max-age"] == "0":
                    self._cookies.pop(name, None)
                else:
                    self._cookies[name] = morsel.value
