"""The OpenAPI documents of the HTTP APIs."""

import asyncio
from typing import Any

from pymongo import AsyncMongoClient

import bff.main
import command_api.main
import query_api.main
from bff.origin import public_origin
from bff.upstream import open_client
from event_store.memory import memory_store
from identity.sealing import Sealer
from identity.tokens import TokenVerifier
from schemas.documents import Document

_NO_SECRET = "only documents are built with this secret"
_NOWHERE = "http://localhost"
_NO_KEY = bytes(32)


def openapi_documents() -> dict[str, dict[str, Any]]:
    """Return the document of each API; builds the apps without port or database."""
    return asyncio.run(_build_documents())


async def _build_documents() -> dict[str, dict[str, Any]]:
    verifier, sealer = TokenVerifier(_NO_SECRET), Sealer(_NO_KEY)
    store, client = memory_store(), AsyncMongoClient[Document](connect=False)
    try:
        commands = command_api.main.build_app(store, verifier=verifier, sealer=sealer)
        queries = query_api.main.build_app(client["none"], verifier=verifier, opener=sealer, partitions=1)
        options = bff.main.BffOptions(
            command_url="", query_url="", origin=public_origin(_NOWHERE), csrf_secret=_NO_SECRET, guest_token=str
        )
        async with open_client() as http:
            web = bff.main.build_app(options, http)
        return {"bff": web.openapi(), "command_api": commands.openapi(), "query_api": queries.openapi()}
    finally:
        await store.close()
        await client.close()
