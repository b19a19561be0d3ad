"""Opens the BFF, in both wirings."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from time import monotonic

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from aioutlet.components import trusted_proxies
from aioutlet.denial_reporter import issue_system_token, reporting
from aioutlet.settings import Settings
from aioutlet.view_reporter import reporting_views
from bff.http_client import open_client
from bff.mailbox import ReadMails
from bff.main import BffOptions, build_app
from bff.origin import public_origin
from bff.product_views import ViewCounter
from edge.denials import DenialCounter
from identity.tokens import TokenIssuer
from schemas.actor_type import ActorType

GUEST = ActorType.GUEST.value
LIFETIME = timedelta(minutes=5)
"""How long a token is good for with which it reads what everybody may."""
KEEP = 60.0
"""Seconds for which it is used: to sign one for each of a page's parts would take longer than to ask for them."""


class KeptToken:
    """Issues a token when the last one is older than `KEEP`."""

    def __init__(self, issue: Callable[[], str], *, timer: Callable[[], float] = monotonic) -> None:
        """`timer` tells the age of a token, in seconds."""
        self._issue = issue
        self._timer = timer
        self._token, self._issued_at = "", float("-inf")

    def __call__(self) -> str:
        """Return the token."""
        now = self._timer()
        if now - self._issued_at > KEEP:
            self._token, self._issued_at = self._issue(), now
        return self._token


@asynccontextmanager
async def open_bff(
    settings: Settings,
    secret: str,
    *,
    command_url: str,
    query_url: str,
    read_mails: ReadMails | None = None,
    shows_events: bool = False,
    registry: CollectorRegistry | None = None,
) -> AsyncIterator[FastAPI]:
    """The application, while its connections to both APIs are open; `secret` is that which signs tokens for scripts."""
    registry, denials, issuer = registry or CollectorRegistry(), DenialCounter(), TokenIssuer(secret)
    views = ViewCounter()
    options = BffOptions(
        command_url=command_url,
        query_url=query_url,
        stock_url=settings.stock_url,
        reviews_url=settings.reviews_url,
        origin=public_origin(settings.public_origin),
        csrf_secret=secret,
        guest_token=KeptToken(partial(issuer.issue, "bff", (GUEST,), GUEST, LIFETIME)),
        token_of_guest=partial(issuer.issue, roles=(), actor_type=GUEST, lifetime=LIFETIME),
        guest_age=int(settings.guest_cart),
        read_mails=read_mails,
        shows_events=shows_events,
        denials=denials,
        views=views,
        proxies=trusted_proxies(settings),
        registry=registry,
    )
    issue_token = partial(issue_system_token, issuer, "bff")
    async with (
        open_client() as client,
        reporting(denials, command_url, issue_token, registry),
        reporting_views(views, command_url, issue_token, registry),
    ):
        yield build_app(options, client)
