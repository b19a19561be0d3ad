"""The network client of a request, sealed for the person it acts for."""

from datetime import datetime

from starlette.requests import Request

from edge.client_address import TrustedProxies, network_of
from identity.sealing import Sealer, strangers
from schemas.envelope import Client

MAX_USER_AGENT = 300
"""Characters."""


async def sealed_client(request: Request, sealer: Sealer, subject: str, at: datetime) -> Client:
    """Return the address and user agent of a request at this time, sealed with the key of `subject`."""
    of_month = strangers(at)
    await sealer.prepare([subject, of_month])
    proxies: TrustedProxies = request.app.state.proxies
    address = proxies.client_address(request.scope)
    agent = request.headers.get("user-agent", "")[:MAX_USER_AGENT]
    return Client(
        ip=sealer.seal(subject, str(address)) if address else None,
        user_agent=sealer.seal(subject, agent) if agent else None,
        ip_index=sealer.index(of_month, network_of(address)) if address else None,
    )
