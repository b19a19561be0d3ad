"""The cookies of a browser: their names, how they are read and how they are set."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

ACCESS, REFRESH = "aioutlet_access", "aioutlet_refresh"
CSRF = "aioutlet_csrf"
"""The only one that scripts may read."""
WRITTEN = "aioutlet_written"
GUEST = "aioutlet_guest"
"""The id of a visitor who has a cart and no session."""
HOST_PREFIX = "__Host-"
"""A browser keeps such a cookie from its own host over https only, so that no other host can plant one."""

_VALUE = re.compile(r"[!-~]{1,4096}")
"""What we set, and no line break that would end another header."""


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and sets cookies by the rules of the public origin."""

    is_secure: bool

    def name(self, cookie: str) -> str:
        """Return the name under which the browser keeps a cookie."""
        return f"{HOST_PREFIX}{cookie}" if self.is_secure else cookie

    def read(self, headers: Headers) -> Mapping[str, str]:
        """Return the cookies of a request, by the names above."""
        sent = cookie_parser("; ".join(headers.getlist("cookie")))
        found = {name: sent.get(self.name(name), "") for name in (ACCESS, REFRESH, CSRF, WRITTEN, GUEST)}
        return {name: value for name, value in found.items() if _VALUE.fullmatch(value)}

    def write(self, cookie: str, value: str, max_age: int) -> str:
        """Return a `Set-Cookie` that lasts `max_age` seconds."""
        parts = [f"{self.name(cookie)}={value}", f"Max-Age={max_age}", "Path=/", "SameSite=Lax"]
        if cookie != CSRF:
            parts.append("HttpOnly")
        if self.is_secure:
            parts.append("Secure")
        return "; ".join(parts)

    def clear(self, cookie: str) -> str:
        """Return a `Set-Cookie` that removes a cookie."""
        return self.write(cookie, "", 0)
