"""The log read as bytes, and the final documents inserted: `python -m bench.sides.rebuild_peer LOG DOCUMENTS`.

The documents are at hand: nothing is decoded, folded or counted.
"""

import sys
import time
from collections.abc import Mapping, Sequence
from uuid import uuid4

from pymongo import AsyncMongoClient

from aioutlet import components as parts
from aioutlet.gc_tuning import tune_gc
from bench.sampling import Sample, WorkNotDone
from bench.sides.rebuild_ours import REBUILT
from bench.whole_orders import PARTITIONS
from bench.workers import serve, start_worker
from edge.logging import configure
from event_store.store import EventStore
from projectors.document_io import Database
from projectors.rebuild.builder import Builder
from projectors.writer import ensure_indexes
from schemas.documents import TALLIES, TOTALS, Document

PAGE = 5_000
CHUNK = 2_000
NAMES = (*(model.view.name for model in REBUILT), TALLIES, TOTALS)


class Side:
    """Each run reads the whole log, and fills a database of its own with the documents of all read models."""

    def __init__(
        self, store: EventStore, client: AsyncMongoClient[Document], documents: Mapping[str, Sequence[Document]]
    ) -> None:
        self._store = store
        self._client = client
        self._documents = documents

    async def work(self, _seconds: float) -> Sample:
        """Read and insert all of it, however long that takes, and see that it is there."""
        name, head = f"bench_{uuid4().hex}", await self._store.head()
        database = self._client[name]
        await ensure_indexes(database, REBUILT)
        begun, position, read = time.perf_counter(), 0, 0
        while page := await self._store.log(position, limit=PAGE):
            position, read = page[-1].position, read + len(page)
        for collection, documents in self._documents.items():
            for start in range(0, len(documents), CHUNK):
                await database[collection].insert_many(documents[start : start + CHUNK], ordered=False)
        took = time.perf_counter() - begun
        found = {name: await database[name].count_documents({}) for name in self._documents}
        if read != head or found != {name: len(documents) for name, documents in self._documents.items()}:
            raise WorkNotDone(f"{read} events of {head}, {found} documents")
        await self._client.drop_database(name)
        return Sample(head, took)


async def _final(store: EventStore, database: Database) -> Mapping[str, Sequence[Document]]:
    """Return the documents of all read models, by their collections."""
    await Builder(REBUILT, database, store, partitions=PARTITIONS).run()
    return {name: found for name in NAMES if (found := await database[name].find(batch_size=CHUNK).to_list())}


async def main(log: str, documents: str) -> None:
    """Serve until nobody asks."""
    configure("WARNING", stream=sys.stderr)
    async with parts.open_event_store(log) as store, AsyncMongoClient[Document](documents) as client:
        name = f"bench_{uuid4().hex}"
        final = await _final(store, client[name])
        await client.drop_database(name)
        tune_gc()
        await serve(Side(store, client, final).work)


if __name__ == "__main__":
    start_worker(main)
