"""One update for every event: `python -m bench.sides.projector_peer LOG DOCUMENTS BATCH [unordered]`.

The updates are all at hand: nothing is read, decoded or folded.
"""

import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from pymongo import AsyncMongoClient, UpdateOne

from aioutlet import components as parts
from aioutlet.gc_tuning import tune_gc
from bench.sampling import Sample, WorkNotDone
from bench.sides.projector_ours import whole
from bench.workers import serve, start_worker
from projectors.models.orders import ORDERS
from projectors.models.registry import MODELS
from projectors.writer import ensure_indexes
from schemas.codec import Stored, decode
from schemas.documents import Document

Update = UpdateOne


class Side:
    """Each run fills a database of its own with the orders' documents."""

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
        await ensure_indexes(self._client[name], MODELS)
        collection = self._client[name][ORDERS.view.name]
        begun = time.perf_counter()
        while time.perf_counter() < begun + seconds and done < len(self._updates):
            batch = self._updates[done : done + self._batch]
            written = await collection.bulk_write(batch, ordered=self._ordered)
            touched += written.matched_count + written.upserted_count
            done += len(batch)
        orders = len({update._filter["_id"] for update in self._updates[:done]})
        found = await collection.count_documents({})
        took = time.perf_counter() - begun
        if (found, touched) != (orders, done):
            raise WorkNotDone(f"{found} documents by {touched} updates, not {orders} by {done}")
        await self._client.drop_database(name)
        return Sample(done, took)


def updates(log: Sequence[Stored]) -> list[Update]:
    """What each event changes in its order's document: fields are set, a line of the story is pushed."""
    documents: dict[str, Document] = {}
    found = []
    for stored in log:
        if stored.type in ORDERS.types:
            envelope = decode(stored)
            [(key, part)] = ORDERS.touches(envelope)
            before = documents.get(key)
            after = ORDERS.project(before, part, envelope)
            if after is not None:
                documents[key] = after
                found.append(UpdateOne({"_id": key}, _difference(before or {}, after), upsert=True))
    return found


def _difference(before: Document, after: Document) -> dict[str, Any]:
    changed = {name: held for name, held in after.items() if before.get(name) != held and name != "timeline"}
    lines = after["timeline"][len(before.get("timeline", ())) :]
    return {"$set": changed} | ({"$push": {"timeline": lines[0]}} if lines else {})


async def main(log: str, documents: str, batch: str, *unordered: str) -> None:
    """Serve until nobody asks."""
    async with parts.open_event_store(log) as store, AsyncMongoClient[Document](documents) as client:
        side = Side(updates(await whole(store)), client, int(batch), not unordered)
        tune_gc()
        await serve(side.work)


if __name__ == "__main__":
    start_worker(main)
