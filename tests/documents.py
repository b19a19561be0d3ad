"""A document server for a test, reached by the real driver: the embedded shop's own, or others a suite asks for."""

import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from aioutlet.document_process import DocumentServer
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.writer import ensure_indexes
from schemas.documents import Document

MONGODB = os.environ.get("MONGODB_URL")
EMBEDDED, NX, JAVA = "embedded", "nx_documents_uri", "java_documents_uri"

REAL = [pytest.param(MONGODB, id="mongodb")]
on_every_server = pytest.mark.parametrize("documents_uri", REAL if MONGODB else [EMBEDDED, NX, JAVA], indirect=True)
"""Of a suite: once on each server there is, or on the one real MongoDB that was asked for."""


async def server_pid(client: AsyncMongoClient[Any]) -> int:
    """The process of the document server at the other end."""
    return int((await client.admin.command("serverStatus"))["pid"])


@pytest.fixture
async def documents_uri(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    server = getattr(request, "param", EMBEDDED)
    if server == EMBEDDED:
        async with DocumentServer(tmp_path / "documents.db") as uri:
            yield uri
    else:
        yield server if server == MONGODB else request.getfixturevalue(server)


@pytest.fixture
async def mongodb(documents_uri: str) -> AsyncIterator[Database]:
    """A database of the test's own: servers are shared."""
    async with AsyncMongoClient[Document](documents_uri) as client:
        name = f"test_{uuid.uuid4().hex}"
        await ensure_indexes(client[name], MODELS)
        yield client[name]
        await client.drop_database(name)
