"""Opens the web's door, in both wirings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from aioutlet.settings import Settings
from bff.denials import DenialRecorder, LoggedDenials
from bff.mailbox import Mailbox
from bff.main import BffOptions, build_app
from bff.origin import public_origin
from bff.upstream import open_client
from identity.tokens import TokenIssuer
from schemas.actor_type import ActorType

GUEST_LIFETIME = timedelta(minutes=5)


@asynccontextmanager
async def open_bff(
    settings: Settings,
    secret: str,
    *,
    command_url: str,
    query_url: str,
    mailbox: Mailbox | None = None,
    denials: DenialRecorder | None = None,
    registry: CollectorRegistry | None = None,
) -> AsyncIterator[FastAPI]:
    """The application, while its connections to both APIs are open; `secret` is that which signs access tokens."""
    guest = ActorType.GUEST.value
    options = BffOptions(
        command_url=command_url,
        query_url=query_url,
        origin=public_origin(settings.public_origin),
        csrf_secret=secret,
        guest_token=partial(TokenIssuer(secret).issue, "bff", (guest,), guest, GUEST_LIFETIME),
        mailbox=mailbox,
        denials=denials or LoggedDenials(),
        proxies=settings.proxies,
        registry=registry or CollectorRegistry(),
    )
    async with open_client() as client:
        yield build_app(options, client)
