"""Documents to and from their collections: one guarded write for each, many in a trip.

A document is fed by one partition, so its own `position` decides: a write that is not newer finds nothing to replace.
Redelivery, a rebuild and a second writer that has not yet heard it was replaced are therefore harmless.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from pymongo import DeleteOne, ReplaceOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from projectors.folding import Folded
from schemas.documents import Document

Collection = AsyncCollection[Document]
Write = ReplaceOne[Document] | DeleteOne
Saving = Callable[[Collection, Folded], Awaitable[None]]
"""`save`, or what does the same for many at once."""

CHUNK = 500
"""Documents per round trip: enough to be fast, few enough that a query need not wait long behind it."""
DUPLICATE_KEY = 11000


async def load(collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
    """The stored documents of these ids; those there are."""
    found: dict[str, Document] = {}
    for chunk in _chunks(keys):
        async for document in collection.find({"_id": {"$in": list(chunk)}}):
            found[document["_id"]] = document
    return found


async def save(collection: Collection, folded: Folded) -> None:
    """Write each document unless the stored one is as new."""
    for chunk in _chunks(list(folded.documents)):
        refused = await _bulk(collection, [_write(folded, key, upsert=True) for key in chunk])
        # Someone inserted it since we looked: if that was older, ours replaces it now.
        await _bulk(collection, [_write(folded, chunk[index], upsert=False) for index in refused])


def _write(folded: Folded, key: str, *, upsert: bool) -> Write:
    document, position = folded.documents[key], folded.positions[key]
    guard = {"_id": key, "position": {"$lt": position}}
    return ReplaceOne(guard, document, upsert=upsert) if document is not None else DeleteOne(guard)


async def _bulk(collection: Collection, writes: Sequence[Write]) -> list[int]:
    """Write them all; return the partitions of those an unseen newcomer stood in the way of."""
    if not writes:
        return []
    try:
        await collection.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        failures: list[Mapping[str, Any]] = error.details["writeErrors"]
        if any(failure["code"] != DUPLICATE_KEY for failure in failures):
            raise
        return [failure["index"] for failure in failures]
    return []


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
