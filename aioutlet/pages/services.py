"""The OpenAPI documents of the services, asked of the services themselves."""

import asyncio
from typing import Any

from pymongo import AsyncMongoClient

import command_api.main
import query_api.main
from event_store.memory import memory_store
from identity.sealing import Sealer
from identity.tokens import TokenVerifier
from schemas.documents import Document

_NO_SECRET = "this builds documents, it serves nobody"
_NO_KEY = bytes(32)


def openapi_documents() -> dict[str, dict[str, Any]]:
    """Service -> its document; no port is opened and no database asked."""
    return asyncio.run(_documents())


async def _documents() -> dict[str, dict[str, Any]]:
    verifier, sealer = TokenVerifier(_NO_SECRET), Sealer(_NO_KEY)
    store, client = memory_store(), AsyncMongoClient[Document](connect=False)
    try:
        commands = command_api.main.build_app(store, verifier=verifier, sealer=sealer)
        queries = query_api.main.build_app(client["none"], verifier=verifier, opener=sealer, partitions=1)
        return {"command_api": commands.openapi(), "query_api": queries.openapi()}
    finally:
        await store.close()
        await client.close()
