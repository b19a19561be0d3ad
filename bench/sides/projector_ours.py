"""The read models' feed over messages that have arrived: `python -m bench.sides.projector_ours LOG DOCUMENTS`."""

import asyncio
import sys
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from pymongo import AsyncMongoClient

from aioutlet import components as parts
from aioutlet.gc_tuning import tune_gc
from bench.document_changes import document_changes
from bench.looking import until
from bench.sampling import Sample, WorkNotDone
from bench.whole_orders import PARTITIONS
from bench.workers import serve, start_worker
from concurrency.background import background
from edge.logging import configure
from event_store.store import EventStore
from projectors.checkpoints import load_checkpoints
from projectors.consumer import ProjectionConsumer
from projectors.document_io import Database
from projectors.models.orders import ORDERS
from projectors.models.registry import MODELS
from projectors.projection import Projection
from projectors.writer import ensure_indexes
from schemas.codec import Stored
from schemas.documents import CHECKPOINTS, Document
from schemas.errors import Poison
from schemas.topics import TopicPartition
from schemas.wire import outgoing
from subscriptions.catch_up import CatchUpSubscription

READ_AT_ONCE = 10_000


class Arrived:
    """What a consumer would have fetched: the log's messages, so many at a time, by place; then nothing."""

    def __init__(self, records: Sequence[Any]) -> None:
        self._records = records
        self._given = 0

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Mapping[TopicPartition, Sequence[Any]]:
        """As the consumer's."""
        records = self._records[self._given : self._given + max_records]
        self._given += len(records)
        if not records:
            await asyncio.sleep(timeout_ms / 1_000)
        found: dict[TopicPartition, list[Any]] = defaultdict(list)
        for record in records:
            found[TopicPartition(record.topic, record.partition)].append(record)
        return found


class Side:
    """Each run fills a database of its own; what counts is what stands in it."""

    def __init__(self, store: EventStore, client: AsyncMongoClient[Document], log: Sequence[Stored]) -> None:
        self._store = store
        self._client = client
        self._records = [record for stored in log for record in _records(stored)]
        self._heads: dict[TopicPartition, int] = defaultdict(int)
        self._wanted: dict[TopicPartition, list[int]] = defaultdict(list)
        self._orders: dict[TopicPartition, list[int]] = defaultdict(list)
        for record in self._records:
            record.headers.append(("previous", b"%d" % self._heads[record.key]))
            self._heads[record.key] = record.position
            if record.type == "order.created":
                self._orders[record.key].append(record.position)
        for change in document_changes(log):
            self._wanted[change.partition].append(change.position)

    async def work(self, seconds: float) -> Sample:
        """Feed until the time is up or the messages are, and see that the documents are there."""
        name = f"bench_{uuid4().hex}"
        database = self._client[name]
        await ensure_indexes(database, MODELS)
        reached: dict[TopicPartition, int] = {}
        projection = Projection(
            MODELS, database, self._store, advance=lambda _, place, position: reached.update({place: position})
        )
        subscription = CatchUpSubscription(self._store, projection, partitions=PARTITIONS, on_poison=_stop)
        feed = ProjectionConsumer(Arrived(self._records), subscription, name="bench", on_poison=_stop)
        begun = time.perf_counter()

        async def look() -> Mapping[TopicPartition, int]:
            return dict(reached)

        async with background(feed.run()):
            last = await until(look, lambda seen: seen == self._heads, seconds=seconds)
            done = await self._checked(database, last)
            took = time.perf_counter() - begun
        await self._client.drop_database(name)
        return Sample(done, took)

    async def _checked(self, database: Database, reached: Mapping[TopicPartition, int]) -> int:
        """Changes of documents by events."""
        checkpoints = await load_checkpoints(database[CHECKPOINTS])
        told = {(mark.view, mark.partition): mark.at.position for mark in checkpoints}
        behind = [
            (model.view.name, place)
            for place, position in reached.items()
            for model in MODELS
            if place.topic == model.view.topic and told[model.view.name, place] < position
        ]
        orders = sum(bisect_right(self._orders[place], position) for place, position in reached.items())
        found = await database[ORDERS.view.name].count_documents({})
        if found < orders or behind:
            raise WorkNotDone(f"{found} documents of {orders} orders; behind: {behind}")
        return sum(bisect_right(self._wanted[place], position) for place, position in reached.items())


def _records(stored: Stored) -> list[Any]:
    return [
        SimpleNamespace(
            topic=message.partition.topic,
            partition=message.partition.partition,
            headers=list(message.headers),
            value=message.value,
            key=message.partition,
            position=stored.position,
            type=stored.type,
        )
        for message in outgoing(stored, PARTITIONS)
        if message.partition.topic in {model.view.topic for model in MODELS}
    ]


def _stop(poison: Poison) -> None:
    raise poison


async def main(log: str, documents: str) -> None:
    """Serve until nobody asks."""
    configure("WARNING", stream=sys.stderr)
    async with parts.open_event_store(log) as store, AsyncMongoClient[Document](documents) as client:
        side = Side(store, client, await whole(store))
        tune_gc()
        await serve(side.work)


async def whole(store: EventStore) -> list[Stored]:
    """The log."""
    head = await store.head()
    return [stored for start in range(0, head, READ_AT_ONCE) for stored in await store.log(start, limit=READ_AT_ONCE)]


if __name__ == "__main__":
    start_worker(main)
