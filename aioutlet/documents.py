"""The client of the documents' server, and the probe that says whether documents can be written."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pymongo
from pymongo import AsyncMongoClient

from projectors.document_io import Database
from schemas.documents import Document

DEADLINE = 4.0
"""Seconds in which the server must be found, and in which it must answer.

They are the sockets' (`timeoutMS` for whole operations costs a tenth of the queries a process answers). A query that
needs both, or asks twice, is cut off by `edge.answer_deadline`.
"""
DATABASE = "aioutlet"
"""What the embedded shop's is called."""
CONNECTING = 1_000
"""Connections that a client may open at once: more than its pool has, so that no operation waits to open one.

Those that waited, behind the two that PyMongo allows, took an end of the server for a new one, and shut every new
connection for minutes (decision 0063).
"""
CLOSE = 1.0
"""Seconds the client of the documents may take to close."""
PROBES = "probes"
"""The collection of what probes write."""
PROBE_BYTES = 16_384
"""As large as a busy order: a full disk may still have room for less."""


def document_client(uri: str) -> AsyncMongoClient[Document]:
    """Return a client whose every operation has a deadline, unless the URI names others.

    The projectors' are longer, see `projectors.document_io`.
    """
    deadlines = ("socketTimeoutMS", "serverSelectionTimeoutMS", "connectTimeoutMS")
    options: dict[str, Any] = dict.fromkeys(deadlines, int(DEADLINE * 1_000)) | {"maxConnecting": CONNECTING}
    return AsyncMongoClient[Document](uri, **{name: value for name, value in options.items() if f"{name}=" not in uri})


@asynccontextmanager
async def opened_database(uri: str) -> AsyncIterator[Database]:
    """The embedded shop's database on the server at a URI, while the context is open."""
    client = document_client(uri)
    try:
        yield client[DATABASE]
    finally:
        with pymongo.timeout(CLOSE):  # it tells the server, which may not have stayed up
            await client.close()


async def probe_writes(database: Database) -> None:
    """Write a document of usual size, or raise what hinders it."""
    document = {"_id": "readiness", "content": secrets.token_hex(PROBE_BYTES // 2)}
    with pymongo.timeout(DEADLINE):
        await database[PROBES].replace_one({"_id": "readiness"}, document, upsert=True)
