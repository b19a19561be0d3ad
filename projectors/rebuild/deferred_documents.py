"""Keeps the documents of a rebuild in memory, and writes each once for many of its events.

Nobody else writes these collections, and nobody reads them before they are finished. So an id that was never written
need not be looked for, unless an earlier attempt has left documents, and its document is inserted; what is due is
written in the background, while the next events are read and folded. Where too many wait, those are written that have
not changed for longest: a busy product would be replaced each time. Checkpoints wait for the documents before them, so
they are written when all are.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from statistics import median

from projectors.batched_io import BatcherPerCollection
from projectors.document_cache import DocumentCache
from projectors.document_io import Collection, Database
from projectors.folding import Folded
from projectors.rebuild.paced_documents import PacedDocuments
from schemas.documents import CHECKPOINTS, ORIGINS, TALLIES, TOTALS, Document

CAPACITY = 20_000
"""Documents that are kept after they were written, so that they need not be read again."""
MOST = 80_000
"""Documents that wait to be written at most; half as many again are kept, those written last or now."""
WHOLE_EVERY = 8
"""Times of writing after which nothing is left waiting: a rebuild that is killed goes on from there."""
BEFORE, AFTER = (ORIGINS, TALLIES, TOTALS), CHECKPOINTS
"""What is written before the documents, in this order, and what after them; see `writer.write`."""


class DeferredDocuments(DocumentCache):
    """The documents of one rebuild, or of a part of it."""

    def __init__(self, database: Database, *, capacity: int = CAPACITY, most: int = MOST) -> None:
        super().__init__(capacity)
        self._database = database
        self._most = most
        self._paced = PacedDocuments()
        self._loads = BatcherPerCollection(self._load_all)
        self._stored: dict[str, set[str]] = defaultdict(set)
        self._begun: set[str] = set()
        """Views of which an earlier attempt has left documents."""
        self._waiting: dict[str, Folded] = defaultdict(Folded)
        self._latest: Mapping[str, Folded] = {}
        """What was written last, or is being written."""
        self._flush: asyncio.Task[None] | None = None
        self._flushes = 0

    async def prepare(self, views: Iterable[str]) -> None:
        """Find out what is stored of these views: an earlier attempt may have been killed.

        Which of its documents there are is asked as they are needed. To list the ids of a large collection takes long,
        and some servers answer nobody else meanwhile.
        """
        for view in views:
            if await self._database[view].estimated_document_count():
                self._begun.add(view)
            for name in (*BEFORE, AFTER):
                found = self._database[name].find({"view": view}, {"_id": 1})
                self._stored[name].update([each["_id"] async for each in found])

    async def load(self, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        name = collection.name
        waiting, latest, stored = self._waiting[name].documents, self._latest.get(name), self._stored[name]
        found, rest = dict[str, Document](), list[str]()
        for key in keys:
            if key in waiting:
                found[key] = waiting[key]
            elif latest is not None and key in latest.documents:
                found[key] = latest.documents[key]
            elif key in stored or name in self._begun:
                rest.append(key)
        if not rest:
            return found
        loaded = await super().load(collection, rest)
        stored.update(loaded)
        return found | loaded

    async def _load_all(self, collection: Collection, requests: Sequence[Sequence[str]]) -> dict[str, Document]:
        return await self._paced.load(collection, list(chain.from_iterable(requests)))

    async def save(self, collection: Collection, folded: Folded) -> None:
        """Have these documents written by the next flush, unless one with the same or a higher position waits."""
        waiting = self._waiting[collection.name]
        for key, position in folded.positions.items():
            if position > waiting.positions.get(key, 0):
                waiting.documents[key], waiting.positions[key] = folded.documents[key], position

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
        self._latest, self._waiting = due, defaultdict(Folded, rest)
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
        for view in _views(batch):
            await self._write_one(view, batch[view])
        if AFTER in batch:
            await self._write_one(AFTER, batch[AFTER])
        for name, folded in batch.items():
            self.put(self._database[name], folded.documents)

    async def _write_one(self, name: str, folded: Folded) -> None:
        collection, stored = self._database[name], self._stored[name]
        fresh = sorted(key for key in folded.documents if key not in stored)
        changed = [key for key in folded.documents if key in stored]
        changed += await self._paced.insert(collection, folded, fresh)
        stored.update(fresh)
        await self._paced.save(collection, folded, changed)


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
