"""Standing at an HTTP door without a network: a client of an app, and the header of who asks."""

import httpx
from starlette.types import ASGIApp

from identity.tokens import TokenIssuer
from tests.leaving import leaving


def client_of(app: ASGIApp) -> httpx.AsyncClient:
    """A client that speaks to `app` within the process."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(leaving(app)), base_url="http://test")


def bearer(issuer: TokenIssuer, subject: str, *roles: str) -> dict[str, str]:
    """The header of `subject` acting in `roles`, the first of which is what they are."""
    return {"Authorization": f"Bearer {issuer.issue(subject, roles, roles[0])}"}
