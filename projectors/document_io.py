"""Reads and writes the documents of a collection, many in a round trip.

A write carries its document's position, and replaces only a document with a lower one. So a redelivery, a rebuild, and
a second writer that has not yet heard of its replacement are harmless.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import pymongo
from pymongo import ReplaceOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from projectors.folding import Folded
from schemas.documents import Document

Database = AsyncDatabase[Document]
Collection = AsyncCollection[Document]
Save = Callable[[Collection, Folded], Awaitable[None]]
"""`save`, or a batched form of it."""

DEADLINE = 20.0
"""Seconds for a round trip. Nobody waits for an answer; a server that is only slow must not be asked all over again."""
WHOLE_DEADLINE = 3_600.0
"""Seconds for what is done to whole collections, which the server gives up then: on a large one it may take minutes."""
CHUNK = 500
"""Documents per round trip: enough to be fast, few enough that a query need not wait long behind it."""
DUPLICATE_KEY = 11000


async def load(collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
    """Return the stored documents among these ids."""
    found: dict[str, Document] = {}
    for chunk in _chunks(keys):
        with pymongo.timeout(DEADLINE):
            async for document in collection.find({"_id": {"$in": list(chunk)}}):
                found[document["_id"]] = document
    return found


async def save(collection: Collection, folded: Folded) -> None:
    """Write each document unless the stored one has the same or a higher position."""
    for chunk in _chunks(list(folded.documents)):
        duplicates = await _bulk_write(collection, [_guarded_write(folded, key, upsert=True) for key in chunk])
        # Another writer inserted these first: if its document is older, this one replaces it now.
        await _bulk_write(collection, [_guarded_write(folded, chunk[index], upsert=False) for index in duplicates])


def _guarded_write(folded: Folded, key: str, *, upsert: bool) -> ReplaceOne[Document]:
    guard = {"_id": key, "position": {"$lt": folded.positions[key]}}
    return ReplaceOne(guard, folded.documents[key], upsert=upsert)


async def _bulk_write(collection: Collection, writes: Sequence[ReplaceOne[Document]]) -> list[int]:
    """Execute all writes; return the indexes of those that met a duplicate key."""
    if not writes:
        return []
    try:
        with pymongo.timeout(DEADLINE):
            await collection.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        failures: list[Mapping[str, Any]] = error.details["writeErrors"]
        if any(failure["code"] != DUPLICATE_KEY for failure in failures):
            raise
        return [failure["index"] for failure in failures]
    return []


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
