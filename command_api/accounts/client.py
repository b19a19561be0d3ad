"""The network client of a request, sealed for the person it acts for."""

from starlette.requests import Request

from edge.client_address import TrustedProxies
from identity.sealing import Sealer
from schemas.envelope import Client

MAX_USER_AGENT = 300
"""Characters."""


async def sealed_client(request: Request, sealer: Sealer, subject: str) -> Client:
    """Return the address and user agent of a request, sealed with the key of `subject`."""
    await sealer.prepare([subject])
    proxies: TrustedProxies = request.app.state.proxies
    address = proxies.client_address(request.scope)
    agent = request.headers.get("user-agent", "")[:MAX_USER_AGENT]
    return Client(
        ip=sealer.seal(subject, str(address)) if address else None,
        user_agent=sealer.seal(subject, agent) if agent else None,
    )
