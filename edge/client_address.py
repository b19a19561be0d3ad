"""The network address of a request's client, seen through our own proxies."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LOCAL = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
FORWARDED = b"x-forwarded-for"
SITE_BITS = 64
"""The part of an IPv6 address that a provider gives to one site, which chooses the rest at will."""


class TrustedProxies:
    """The networks of our own proxies and services, whose `X-Forwarded-For` is believed."""

    def __init__(self, networks: Iterable[Network] = LOCAL) -> None:
        self._networks = tuple(networks)

    def client_address(self, scope: Scope) -> Address | None:
        """Return the last address on the way here that is not one of ours; None where there is none to be read."""
        peer = scope.get("client")
        address = parse_address(peer[0]) if peer else None
        if address is None or not self._are_ours(address):
            return address
        for earlier in _forwarded(scope):
            if (parsed := parse_address(earlier)) is None:
                break
            address = parsed
            if not self._are_ours(address):
                break
        return address

    def _are_ours(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def client_network(scope: Scope) -> str | None:
    """Return the client by which requests are counted and limited: an IPv4 address, or an IPv6 network of 64 bits."""
    proxies: TrustedProxies = scope["app"].state.proxies
    address = proxies.client_address(scope)
    return network_of(address) if address else None


def network_of(address: Address) -> str:
    """Return an IPv4 address as it is, and the network of an IPv6 address."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), SITE_BITS), strict=False))


def parse_address(text: str) -> Address | None:
    """Return the address that a text is; an IPv4 address that is mapped into IPv6 is the IPv4 address."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _forwarded(scope: Scope) -> Iterator[str]:
    """Yield the addresses of `X-Forwarded-For`, the nearest first."""
    values = [str(value, "latin-1") for name, value in scope["headers"] if name == FORWARDED]
    return reversed(",".join(values).split(",")) if values else iter(())
