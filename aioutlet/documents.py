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
CONNECTIONS = 100
"""How many a client opens at most, and may open at once.

PyMongo lets two be opened at a time, and others wait their turn. Where a server ends twice within a second, those that
wait hear of the first end when the second has been dealt with, and report it as a new one: from then on each connection
that opens is closed again (4.20), and nobody is answered. Where all may open at once, nobody waits.
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
    limits = ("maxPoolSize", "maxConnecting")
    options: dict[str, Any] = dict.fromkeys(deadlines, int(DEADLINE * 1_000)) | dict.fromkeys(limits, CONNECTIONS)
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
