"""Who follows which order: woken when its document has changed, at the cost of one read for all who follow any."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from pymongo.errors import PyMongoError

from query_api.context import QueryContext
from schemas.documents import ORDERS_VIEW, Document
from schemas.error_codes import code_of
from schemas.stream_names import order_stream
from schemas.topics import TopicPartition

WAIT: Final = 60.0
"""Seconds of one wait for a checkpoint, which is followed by the next."""
IDS_AT_ONCE = 1_000
PAUSE, LONGEST_PAUSE = 0.02, 1.0
"""Seconds between two reads: the shortest, and after a read that took long or failed the longest."""
READING_SHARE = 0.1
"""Of the time, at most, goes to reading."""

log = structlog.get_logger(__name__)


class FollowedOrder:
    """The newest document of an order that a follower has not seen."""

    def __init__(self) -> None:
        self._document: Document | None = None
        self._is_changed = asyncio.Event()

    def offer(self, document: Document) -> None:
        """Show the follower a document, unless one as new was shown before."""
        if self._document is None or document["position"] > self._document["position"]:
            self._document = document
            self._is_changed.set()

    async def changed(self) -> Document:
        """Wait for a document that was not returned before."""
        await self._is_changed.wait()
        self._is_changed.clear()
        assert self._document  # noqa: S101 - it was just offered
        return self._document


class OrderChanges:
    """Reads the documents of followed orders when the checkpoint of their partition has moved."""

    def __init__(self, context: QueryContext) -> None:
        self._context = context
        self._followers: dict[TopicPartition, dict[str, set[FollowedOrder]]] = defaultdict(dict)
        self._watching: dict[TopicPartition, asyncio.Task[None]] = {}

    @contextmanager
    def following(self, order_id: str) -> Iterator[FollowedOrder]:
        """Follow an order while the context is open; what it is at first, the follower reads afterwards itself."""
        partition = ORDERS_VIEW.topic_partition_of(order_stream(order_id), self._context.partitions)
        followers, followed = self._followers[partition].setdefault(order_id, set()), FollowedOrder()
        followers.add(followed)
        if partition not in self._watching:
            self._watching[partition] = asyncio.create_task(self._watch(partition), name=f"followed {partition}")
        try:
            yield followed
        finally:
            followers.discard(followed)
            if not followers:
                self._followers[partition].pop(order_id, None)
            if not self._followers[partition]:
                self._watching.pop(partition).cancel()

    async def _watch(self, partition: TopicPartition) -> None:
        clock, watcher = asyncio.get_running_loop().time, self._context.watcher
        name = self._context.name_of(ORDERS_VIEW)
        shown = watcher.position(name, partition)
        while True:
            if not await watcher.wait_for(name, partition, shown + 1, timeout=WAIT):
                name = self._context.name_of(ORDERS_VIEW)
                continue
            reached, begun = watcher.position(name, partition), clock()
            reading = asyncio.ensure_future(self._show(partition, after=shown))
            if await asyncio.shield(reading):  # a read that is cancelled costs its connection
                shown = reached
                await asyncio.sleep(min(max(PAUSE, (clock() - begun) / READING_SHARE), LONGEST_PAUSE))
            else:
                await asyncio.sleep(LONGEST_PAUSE)

    async def _show(self, partition: TopicPartition, *, after: int) -> bool:
        """Show followers the documents that changed after a position; whether they could be read."""
        followers = self._followers[partition]
        try:
            for document in await self._changed([*followers], after):
                for followed in followers.get(document["_id"], ()):
                    followed.offer(document)
        except PyMongoError as error:
            log.warning("followed orders unreadable", cause=code_of(error))
            return False
        return True

    async def _changed(self, order_ids: list[str], after: int) -> list[Document]:
        parts = (order_ids[start : start + IDS_AT_ONCE] for start in range(0, len(order_ids), IDS_AT_ONCE))
        return [document for part in parts for document in await self._find(part, after)]

    async def _find(self, order_ids: Collection[str], after: int) -> list[Document]:
        query = {"_id": {"$in": list(order_ids)}, "position": {"$gt": after}}
        return await self._context.collection(ORDERS_VIEW).find(query).to_list()
