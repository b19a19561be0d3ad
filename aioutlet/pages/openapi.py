"""The OpenAPI documents of the HTTP APIs."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from pymongo import AsyncMongoClient

import bff.main
import command_api.main
import query_api.main
from bff.http_client import open_client
from bff.origin import public_origin
from command_api.accounts.accounts import Accounts
from domain.config import released_values
from domain.fulfilment.policy import POLICY
from edge.context import fresh_id
from edge.rate_limits import RateLimiter
from event_store.memory import memory_store
from identity.memory import memory_identity_store
from identity.parts import build_parts
from identity.passwords import PasswordHasher
from schemas.documents import Document

_NO_SECRET = "only documents are built with this secret"
_NOWHERE = "http://localhost"
_NO_KEY = bytes(32)


def openapi_documents() -> dict[str, dict[str, Any]]:
    """Return the document of each API; builds the apps without port or database."""
    return asyncio.run(_build_documents())


async def _build_documents() -> dict[str, dict[str, Any]]:
    store, secrets, client = memory_store(), memory_identity_store(), AsyncMongoClient[Document](connect=False)
    try:
        identity = await build_parts(
            secrets, master_key=_NO_KEY, token_secret=_NO_SECRET, clock=lambda: datetime.now(UTC), new_id=fresh_id
        )
        accounts = Accounts(identity, PasswordHasher(), RateLimiter(None))
        commands = command_api.main.build_app(store, accounts=accounts)
        queries = query_api.main.build_app(
            client["none"],
            verifier=identity.verifier,
            opener=identity.sealer,
            partitions=1,
            released=released_values(POLICY),
        )
        options = bff.main.BffOptions(
            command_url="",
            query_url="",
            origin=public_origin(_NOWHERE),
            csrf_secret=_NO_SECRET,
            guest_token=str,
            token_of_guest=str,
        )
        async with open_client() as http:
            web = bff.main.build_app(options, http)
        return {"bff": web.openapi(), "command_api": commands.openapi(), "query_api": queries.openapi()}
    finally:
        await store.close()
        await secrets.close()
        await client.close()
