"""One update for every event and document: `python -m bench.sides.projector_peer LOG DOCUMENTS BATCH [unordered]`.

The updates are all at hand: nothing is read, decoded or folded.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import uuid4

from pymongo import AsyncMongoClient, UpdateOne

from aioutlet import components as parts
from aioutlet.gc_tuning import tune_gc
from bench.document_changes import DocumentChange, document_changes
from bench.sampling import Sample, WorkNotDone
from bench.sides.projector_ours import whole
from bench.workers import serve, start_worker
from projectors.models.registry import MODELS
from projectors.writer import ensure_indexes
from schemas.documents import Document

VIEWS = sorted({model.view.name for model in MODELS})


class Update(NamedTuple):
    """The update of one document of a view."""

    view: str
    key: str
    operation: UpdateOne


class Side:
    """Each run fills a database of its own with the documents of all read models."""

    def __init__(
        self, updates: Sequence[Update], client: AsyncMongoClient[Document], batch: int, ordered: bool
    ) -> None:
        self._updates = updates
        self._client = client
        self._batch = batch
        self._ordered = ordered

    async def work(self, seconds: float) -> Sample:
        """Write until the time is up or the updates are, and see that the documents are there."""
        name, done, touched = f"bench_{uuid4().hex}", 0, 0
        database = self._client[name]
        await ensure_indexes(database, MODELS)
        begun = time.perf_counter()
        while time.perf_counter() < begun + seconds and done < len(self._updates):
            batch = self._updates[done : done + self._batch]
            for view, operations in _by_view(batch).items():
                written = await database[view].bulk_write(operations, ordered=self._ordered)
                touched += written.matched_count + written.upserted_count
            done += len(batch)
        documents = len({(update.view, update.key) for update in self._updates[:done]})
        found = sum([await database[view].count_documents({}) for view in VIEWS])
        took = time.perf_counter() - begun
        if (found, touched) != (documents, done):
            raise WorkNotDone(f"{found} documents by {touched} updates, not {documents} by {done}")
        await self._client.drop_database(name)
        return Sample(done, took)


def _by_view(updates: Sequence[Update]) -> Mapping[str, list[UpdateOne]]:
    found: dict[str, list[UpdateOne]] = defaultdict(list)
    for update in updates:
        found[update.view].append(update.operation)
    return found


def _update(change: DocumentChange) -> Update:
    """One event's change of one document: fields are set, what a list gained is pushed."""
    before, after = change.before or {}, change.after
    grown = {
        name: held[len(before[name]) :]
        for name, held in after.items()
        if isinstance(held, list) and isinstance(before.get(name), list) and held[: len(before[name])] == before[name]
    }
    kept = {name for name, held in after.items() if name in before and before[name] == held}
    changed = {name: held for name, held in after.items() if name not in kept and name not in grown and name != "_id"}
    operations = {
        "$set": changed,
        "$push": {name: {"$each": [*gained]} for name, gained in grown.items() if gained},
        "$unset": dict.fromkeys(before.keys() - after.keys(), ""),
    }
    operation = UpdateOne({"_id": change.key}, {name: what for name, what in operations.items() if what}, upsert=True)
    return Update(change.view, change.key, operation)


async def main(log: str, documents: str, batch: str, *unordered: str) -> None:
    """Serve until nobody asks."""
    async with parts.open_event_store(log) as store, AsyncMongoClient[Document](documents) as client:
        side = Side([*map(_update, document_changes(await whole(store)))], client, int(batch), not unordered)
        tune_gc()
        await serve(side.work)


if __name__ == "__main__":
    start_worker(main)
