"""What every test at a door is given."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from projectors.document_io import Database
from schemas.documents import Document
from tests.integration.doors.counter import LAMP, MUG, Counter, open_counter
from tests.integration.doors.reader import Reader


@pytest.fixture
async def bare() -> AsyncIterator[Counter]:
    """A command API whose log is empty."""
    async with open_counter() as counter:
        yield counter


@pytest.fixture
async def counter(bare: Counter) -> Counter:
    """A command API that sells a lamp and a mug."""
    await bare.stock(LAMP, MUG)
    return bare


@pytest.fixture
async def reader(mongodb: Database) -> AsyncIterator[Reader]:
    """A query API over documents that are there."""
    reader = Reader(mongodb)
    async with reader.client:
        yield reader


@pytest.fixture
async def placed(counter: Counter, reader: Reader) -> dict[str, Any]:
    """An order in the log that the reader looks into."""
    answer: dict[str, Any] = (await counter.place("k")).json()
    reader.look_into(counter.store)
    return answer


@pytest.fixture
async def blind() -> AsyncIterator[Reader]:
    """A query API whose documents are away."""
    uri = (
        "mongodb://127.0.0.1:1/?directConnection=true&serverSelectionTimeoutMS=20&connectTimeoutMS=20&retryReads=false"
    )
    async with AsyncMongoClient[Document](uri) as client:
        reader = Reader(client.nowhere)
        async with reader.client:
            yield reader
