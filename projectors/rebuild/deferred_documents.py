"""Keeps the documents of a rebuild in memory, and writes each once for many of its events.

Nobody else writes these collections, and nobody reads them before they are finished. So an id that was never written
need not be looked for, and its document is inserted; what is due is written in the background, while the next events
are read and folded. Where too many wait, those are written that have not changed for longest: a busy product would be
replaced each time. Checkpoints wait for the documents before them, so they are written when all are.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

import pymongo
from pymongo.errors import BulkWriteError

from concurrency.gather import gather_all
from projectors.document_cache import DocumentCache
from projectors.document_io import DEADLINE, DUPLICATE_KEY, Collection, Database, save
from projectors.folding import Folded
from schemas.documents import CHECKPOINTS, ORIGINS, TALLIES, TOTALS, Document

CAPACITY = 20_000
"""Documents that are kept after they were written, so that they need not be read again."""
MOST = 40_000
"""Documents that wait to be written at most, and half as many again while those before them are written."""
WHOLE_EVERY = 8
"""Times of writing after which nothing is left waiting: a rebuild that is killed goes on from there."""
CHUNK = 2_000
"""Documents per round trip: no query waits behind it for long, for a collection of its own."""
BEFORE, AFTER = (ORIGINS, TALLIES, TOTALS), CHECKPOINTS
"""What is written before the documents, in this order, and what after them; see `writer.write`."""


class DeferredDocuments(DocumentCache):
    """The documents of one rebuild, or of a part of it."""

    def __init__(self, database: Database, *, capacity: int = CAPACITY, most: int = MOST) -> None:
        super().__init__(capacity)
        self._database = database
        self._most = most
        self._stored: dict[str, set[str]] = defaultdict(set)
        self._waiting: dict[str, Folded] = defaultdict(Folded)
        self._in_flight: Mapping[str, Folded] = {}
        self._flush: asyncio.Task[None] | None = None
        self._flushes = 0

    async def prepare(self, views: Iterable[str]) -> None:
        """Find out which documents of these views are stored: an earlier attempt may have been killed."""
        for view in views:
            self._stored[view] = {each["_id"] async for each in self._database[view].find({}, {"_id": 1})}
            for name in (*BEFORE, AFTER):
                found = self._database[name].find({"view": view}, {"_id": 1})
                self._stored[name].update([each["_id"] async for each in found])

    async def load(self, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        name = collection.name
        waiting, in_flight, stored = self._waiting[name].documents, self._in_flight.get(name), self._stored[name]
        found, rest = dict[str, Document](), list[str]()
        for key in keys:
            if key in waiting:
                found[key] = waiting[key]
            elif in_flight is not None and key in in_flight.documents:
                found[key] = in_flight.documents[key]
            elif key in stored:
                rest.append(key)
        return found | await super().load(collection, rest) if rest else found

    async def save(self, collection: Collection, folded: Folded) -> None:
        """Have these documents written by the next flush."""
        waiting = self._waiting[collection.name]
        waiting.documents.update(folded.documents)
        waiting.positions.update(folded.positions)

    def forget(self, *collections: str) -> None:
        """Do nothing: nobody else has counted."""

    def clear(self) -> None:
        super().clear()
        self._waiting.clear()

    @property
    def is_full(self) -> bool:
        """Whether as many documents wait as may."""
        return sum(len(self._waiting[view].documents) for view in _views(self._waiting)) >= self._most

    async def begin_flush(self) -> None:
        """Write in the background what has not changed for longest, once what was begun before is written."""
        await self.finish_flush()
        self._flushes += 1
        if self._flushes % WHOLE_EVERY:
            self._begin(*_halves(self._waiting))
        else:
            self._begin(self._waiting, {})

    async def flush(self) -> None:
        """Write all that waits."""
        await self.finish_flush()
        self._begin(self._waiting, {})
        await self.finish_flush()

    def _begin(self, due: Mapping[str, Folded], rest: Mapping[str, Folded]) -> None:
        self._in_flight, self._waiting = due, defaultdict(Folded, rest)
        self._flush = asyncio.create_task(self._write(due))

    async def finish_flush(self) -> None:
        """Wait until what was begun is written."""
        if self._flush is not None:
            await self._flush
            self._flush = None

    async def _write(self, batch: Mapping[str, Folded]) -> None:
        for name in BEFORE:
            if name in batch:
                await self._write_one(name, batch[name])
        await gather_all(self._write_one(view, batch[view]) for view in _views(batch))
        if AFTER in batch:
            await self._write_one(AFTER, batch[AFTER])
        for name, folded in batch.items():
            self.put(self._database[name], folded.documents)
        self._in_flight = {}

    async def _write_one(self, name: str, folded: Folded) -> None:
        collection, stored = self._database[name], self._stored[name]
        fresh = [key for key in folded.documents if key not in stored]
        changed = [key for key in folded.documents if key in stored]
        changed += await _insert(collection, folded, fresh)
        stored.update(fresh)
        await save(
            collection,
            Folded({key: folded.documents[key] for key in changed}, {key: folded.positions[key] for key in changed}),
        )


def _views(batch: Mapping[str, Folded]) -> list[str]:
    return sorted(batch.keys() - {*BEFORE, AFTER})


def _halves(waiting: Mapping[str, Folded]) -> tuple[dict[str, Folded], dict[str, Folded]]:
    """Part what waits into the half that is written now, with all that goes before documents, and the rest."""
    views = _views(waiting)
    middle = median([position for view in views for position in waiting[view].positions.values()])
    due = {name: waiting[name] for name in BEFORE if name in waiting}
    rest = {AFTER: waiting[AFTER]} if AFTER in waiting else {}
    for view in views:
        due[view], rest[view] = Folded(), Folded()
        for key, position in waiting[view].positions.items():
            half = due[view] if position <= middle else rest[view]
            half.documents[key], half.positions[key] = waiting[view].documents[key], position
    return due, rest


async def _insert(collection: Collection, folded: Folded, keys: Sequence[str]) -> list[str]:
    """Insert documents; return the ids that are there already."""
    there: list[str] = []
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        try:
            with pymongo.timeout(DEADLINE):
                await collection.insert_many([folded.documents[key] for key in chunk], ordered=False)
        except BulkWriteError as error:
            failures = error.details["writeErrors"]
            if any(failure["code"] != DUPLICATE_KEY for failure in failures):
                raise
            there += [chunk[failure["index"]] for failure in failures]
    return there
