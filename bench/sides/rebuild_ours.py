"""All read models built anew by a process for each core: `python -m bench.sides.rebuild_ours LOG DOCUMENTS`."""

import sys
import time
from collections.abc import Sequence
from uuid import uuid4

from pymongo import AsyncMongoClient

from aioutlet import components as parts
from aioutlet.rebuilds import processes
from aioutlet.rebuilds.task import BuildTask
from bench.sampling import Sample, WorkNotDone
from bench.whole_orders import PARTITIONS
from bench.workers import serve, start_worker
from edge.logging import configure
from event_store.store import EventStore
from projectors.models.orders import ORDERS
from projectors.models.registry import MODELS
from projectors.rebuild.builder import Progress
from projectors.rebuild.pointers import save_pointers, with_version
from projectors.writer import ensure_indexes
from schemas.documents import Document

REBUILT = [with_version(model, 1) for model in MODELS]
POINTERS: list[Document] = [{"_id": model.view.title, "form": model.view.form, "current": 1} for model in MODELS]


def ignore(_phase: str, _versions: Sequence[str], _progress: Progress) -> None:
    """Nobody looks."""


class Side:
    """Each run builds the whole log into a database of its own, and switches to it."""

    def __init__(self, store: EventStore, client: AsyncMongoClient[Document], log: str, documents: str) -> None:
        self._store = store
        self._client = client
        self._log = log
        self._documents = documents

    async def work(self, _seconds: float) -> Sample:
        """Build all of it, however long that takes, and see that the orders are there."""
        name, head = f"bench_{uuid4().hex}", await self._store.head()
        database = self._client[name]
        await ensure_indexes(database, REBUILT)
        task = BuildTask(self._log, self._documents, name, PARTITIONS, [model.view.name for model in REBUILT])
        begun = time.perf_counter()
        await processes.build(task, self._store, ignore)
        await save_pointers(database, POINTERS)
        took = time.perf_counter() - begun
        placed = len(await self._store.log(0, limit=head, types=["order.created"]))
        found = await database[with_version(ORDERS, 1).view.name].count_documents({})
        if found != placed:
            raise WorkNotDone(f"{found} documents of {placed} orders")
        await self._client.drop_database(name)
        return Sample(head, took)


async def main(log: str, documents: str) -> None:
    """Serve until nobody asks."""
    configure("WARNING", stream=sys.stderr)
    async with parts.open_event_store(log) as store, AsyncMongoClient[Document](documents) as client:
        await serve(Side(store, client, log, documents).work)


if __name__ == "__main__":
    start_worker(main)
