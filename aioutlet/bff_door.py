"""Opens the web's door, in both wirings."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from aioutlet.components import trusted_proxies
from aioutlet.settings import Settings
from bff.denial_report import DenialReport
from bff.mailbox import Mailbox
from bff.main import BffOptions, build_app
from bff.origin import public_origin
from bff.upstream import Upstream, open_client
from concurrency.background import background
from edge.denial_recording import DenialRecording
from edge.denials import DenialCounter
from identity.tokens import TokenIssuer
from schemas.actor_type import ActorType

LIFETIME = timedelta(minutes=5)
"""How long the tokens are good for with which it speaks for itself."""


@asynccontextmanager
async def open_bff(
    settings: Settings,
    secret: str,
    *,
    command_url: str,
    query_url: str,
    mailbox: Mailbox | None = None,
    registry: CollectorRegistry | None = None,
) -> AsyncIterator[FastAPI]:
    """The application, while its connections to both APIs are open; `secret` is that which signs tokens for scripts."""
    registry, denials = registry or CollectorRegistry(), DenialCounter()
    options = BffOptions(
        command_url=command_url,
        query_url=query_url,
        origin=public_origin(settings.public_origin),
        csrf_secret=secret,
        guest_token=_tokens(secret, ActorType.GUEST),
        mailbox=mailbox,
        denials=denials,
        proxies=trusted_proxies(settings),
        registry=registry,
    )
    async with open_client() as client:
        report = DenialReport(Upstream(client, command_url), _tokens(secret, ActorType.SYSTEM))
        async with background(DenialRecording(denials, report.send, registry=registry).run()):
            yield build_app(options, client)


def _tokens(secret: str, role: ActorType) -> Callable[[], str]:
    issuer = TokenIssuer(secret)
    return lambda: issuer.issue("bff", (role.value,), role.value, LIFETIME)
