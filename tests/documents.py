"""A document server for a test, reached by the real driver: the embedded shop's own, or others a suite asks for."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from aioutlet.document_process import DocumentServer
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.writer import ensure_indexes
from schemas.documents import Document

MONGODB = os.environ.get("MONGODB_URL")
EMBEDDED, NX, JAVA = "embedded_documents_uri", "nx_documents_uri", "java_documents_uri"

REAL = [pytest.param(MONGODB, id="mongodb")]
SERVERS = [EMBEDDED, JAVA, pytest.param(NX, marks=pytest.mark.exhaustive)]
"""The embedded one is `nx-27017` too: without what the shop adds to it, it is asked by `make test-all` alone."""
on_every_server = pytest.mark.parametrize("documents_uri", REAL if MONGODB else SERVERS, indirect=True)
"""Of a suite: once on each server there is, or on the one real MongoDB that was asked for."""


async def server_pid(client: AsyncMongoClient[Any]) -> int:
    """The process of the document server at the other end."""
    return int((await client.admin.command("serverStatus"))["pid"])


@pytest.fixture(scope="session")
def embedded_documents_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded shop's server; all its databases are one, so who leaves one drops it."""
    server = DocumentServer(tmp_path_factory.mktemp("documents") / "documents.db")
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        yield runner.run(server.__aenter__())
        runner.run(server.__aexit__(None, None, None))


@pytest.fixture
def documents_uri(request: pytest.FixtureRequest) -> str:
    server: str = getattr(request, "param", EMBEDDED)
    return server if server == MONGODB else str(request.getfixturevalue(server))


@pytest.fixture
async def mongodb(documents_uri: str) -> AsyncIterator[Database]:
    """A database of the test's own: servers are shared."""
    async with AsyncMongoClient[Document](documents_uri) as client:
        name = f"test_{uuid.uuid4().hex}"
        await ensure_indexes(client[name], MODELS)
        yield client[name]
        await client.drop_database(name)
