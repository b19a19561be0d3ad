"""A real document server per test: `nx-27017` in a thread, on a file of its own, reached by the real driver."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient

from aioutlet.documents import DocumentServer
from projectors.models import MODELS
from projectors.writing import Database, prepare
from schemas.documents import Document


@pytest.fixture
def documents_uri(tmp_path: Path) -> Iterator[str]:
    with DocumentServer(tmp_path / "documents.db") as uri:
        yield uri


@pytest.fixture
async def database(documents_uri: str) -> AsyncIterator[Database]:
    async with AsyncMongoClient[Document](documents_uri) as client:
        await prepare(client.shop, MODELS)
        yield client.shop
