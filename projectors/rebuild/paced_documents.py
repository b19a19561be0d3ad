"""Reads and writes the documents of a rebuild a few at a time, so that no query of the shop waits long behind them.

One round trip is under way, and it takes about `ROUND_TRIP`, whatever the documents and the server are like. When all
views were written at once, thousands of documents each, every query to a log of 100,000 events waited for 3.4 s.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import pymongo
from pymongo.errors import BulkWriteError

from projectors import document_io
from projectors.document_io import DEADLINE, DUPLICATE_KEY, Collection
from projectors.folding import Folded
from schemas.documents import Document

ROUND_TRIP = 0.05
"""Seconds that a round trip is to take."""
FIRST, FEWEST, MOST = 100, 20, document_io.CHUNK
"""Documents of the first round trip to a collection, and of any."""
GROWTH = 2.0
"""A round trip has at most so many times the documents of the one before."""

T = TypeVar("T")


class PacedDocuments:
    """The collections of a server, one round trip after another; `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = asyncio.Lock()
        self._sizes: dict[tuple[str, str], int] = defaultdict(lambda: FIRST)

    async def load(self, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        """Return the stored documents among these ids."""
        parts = await self._each("load", collection, keys, lambda part: document_io.load(collection, part))
        return {key: document for part in parts for key, document in part.items()}

    async def insert(self, collection: Collection, folded: Folded, keys: Sequence[str]) -> list[str]:
        """Insert the documents of these ids; return the ids that are there already, whose documents stay."""
        parts = await self._each("insert", collection, keys, lambda part: _insert(collection, folded, part))
        return [key for part in parts for key in part]

    async def save(self, collection: Collection, folded: Folded, keys: Sequence[str]) -> None:
        """Write the documents of these ids unless the stored ones have the same or a higher position."""
        await self._each("save", collection, keys, lambda part: document_io.save(collection, _part_of(folded, part)))

    async def _each(
        self, kind: str, collection: Collection, keys: Sequence[str], send: Callable[[Sequence[str]], Awaitable[T]]
    ) -> list[T]:
        """Send the ids in parts, and return the answer to each part."""
        name, start, answers = (kind, collection.name), 0, list[T]()
        while start < len(keys):
            async with self._lock:
                part = keys[start : start + self._sizes[name]]
                begun = self._clock()
                answers.append(await send(part))
                self._sizes[name] = _next_size(self._sizes[name], len(part), self._clock() - begun)
            start += len(part)
        return answers


def _next_size(size: int, sent: int, seconds: float) -> int:
    """Return how many documents take about `ROUND_TRIP`, where so many took these seconds."""
    wanted = sent * ROUND_TRIP / seconds if seconds > 0 else MOST
    if sent < size:  # the rest of them says too little of a longer round trip
        wanted = min(wanted, size)
    return round(min(max(wanted, FEWEST), GROWTH * size, MOST))


async def _insert(collection: Collection, folded: Folded, keys: Sequence[str]) -> list[str]:
    try:
        with pymongo.timeout(DEADLINE):
            await collection.insert_many([folded.documents[key] for key in keys], ordered=False)
    except BulkWriteError as error:
        failures = error.details["writeErrors"]
        if any(failure["code"] != DUPLICATE_KEY for failure in failures):
            raise
        return [keys[failure["index"]] for failure in failures]
    return []


def _part_of(folded: Folded, keys: Sequence[str]) -> Folded:
    return Folded({key: folded.documents[key] for key in keys}, {key: folded.positions[key] for key in keys})
