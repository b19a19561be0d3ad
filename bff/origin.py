"""The public origin: where browsers reach the shop, and from where they may change something."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""The hosts to which plain http is no risk: nothing leaves the machine."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


@dataclass(frozen=True, slots=True)
class PublicOrigin:
    """An origin as browsers write it: scheme, host in lower case, and the port unless it is the scheme's own."""

    text: str

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the shop over https."""
        return self.text.startswith("https:")

    def allows(self, origin: str, host: str) -> bool:
        """Whether a page of `origin` may change something; `host` is the request's own `Host`.

        On this machine the shop has several names and, behind a development server, several ports: there a page may
        change something where it came from.
        """
        found = normal_origin(origin)
        if found == self.text:
            return True
        return (
            not self.is_secure and found is not None and is_loopback(found) and found == normal_origin(f"http://{host}")
        )


def public_origin(text: str) -> PublicOrigin:
    """Return the origin that a setting names.

    Raises:
        ValueError: It is no origin, or one over http that is not this machine's.
    """
    found = normal_origin(text.removesuffix("/"))
    if found is None:
        raise ValueError("an origin is scheme, host and port, such as https://shop.example.org")
    if found.startswith("http:") and not is_loopback(found):
        raise ValueError("an origin over http is for localhost, 127.0.0.1 or [::1] only; cookies need https")
    return PublicOrigin(found)


def normal_origin(text: str) -> str | None:
    """Return an origin as browsers write it; None if it is none, as `null` is."""
    try:
        url = urlsplit(text.lower())
        port = url.port
    except ValueError:
        return None
    host = url.netloc.rpartition(":")[0] if port is not None else url.netloc
    if url.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host) or url.path or url.query or url.fragment:
        return None
    return f"{url.scheme}://{host}" if port in (None, _DEFAULT_PORTS[url.scheme]) else f"{url.scheme}://{host}:{port}"


def origin_of(url: str) -> str:
    """Return the origin part of a URL, such as a `Referer`."""
    scheme, separator, rest = url.partition("://")
    return scheme + separator + re.split(r"[/?#]", rest, maxsplit=1)[0]


def is_loopback(origin: str) -> bool:
    """Whether a normal origin is this machine."""
    return host_of(origin) in LOOPBACK


def host_of(origin: str) -> str:
    """Return the host of a normal origin, without its port; an IPv6 address stays in brackets."""
    return re.sub(r":\d+$", "", origin.partition("://")[2])
