"""Keeps the index of the catalogue up to the documents.

Every document has the position of its last event, and a checkpoint is written after the documents before it. So what
has changed since the checkpoints were read last has a position after the lowest of those that have moved meanwhile.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Set
from typing import Any, NamedTuple

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from concurrency.batcher import Batcher
from query_api.catalogue.index import CatalogueIndex
from query_api.catalogue.product import FIELDS, read_product
from schemas.documents import (
    CHECKPOINTS,
    PRODUCTS_VIEW,
    Document,
    VersionOf,
    checkpoint_id,
    same_version,
)
from schemas.errors import Unavailable
from schemas.topics import TopicPartition

CHUNK = 500
"""Documents that are read at a time: the server answers others in between. More changes make a look a long one."""
REST = 1.0
"""Seconds after a long look before the next, so that an import leaves time for answers."""
MAX_AGE = 30.0
"""Seconds for which an index is given out while a look is long: nobody may have asked for it for hours."""
PROJECTION = dict.fromkeys(FIELDS, 1)


class Mark(NamedTuple):
    """How far the documents of one partition are written, and of which log."""

    position: int
    log: str


Marks = Mapping[TopicPartition, Mark]


class CatalogueFollower:
    """Gives out the index, as new as it is asked for."""

    def __init__(
        self,
        database: AsyncDatabase[Document],
        *,
        partitions: int,
        sold_from: Set[str],
        version_of: VersionOf = same_version,
        generation: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Follow the documents of a database.

        Args:
            database: What the projectors write.
            partitions: Number of partitions of every topic.
            sold_from: The warehouses that orders are shipped from.
            version_of: Returns the version of a view that is read.
            generation: Returns another number after the documents were found to be of another log or version.
            clock: Returns seconds.
        """
        self._database = database
        self._partitions = [TopicPartition(PRODUCTS_VIEW.topic, number) for number in range(partitions)]
        self._sold_from = sold_from
        self._version_of = version_of
        self._generation = generation
        self._clock = clock
        self._looked_at = 0.0
        """When the look began that the index is of."""
        self._known: dict[TopicPartition, Mark] = {}
        self._known_generation = 0
        self._index: CatalogueIndex | None = None
        self._is_long = asyncio.Event()
        self._rests_until = 0.0
        self._looks: Batcher[None, CatalogueIndex] = Batcher(self._look)

    async def index(self, *, is_fresh: bool = False) -> CatalogueIndex:
        """Return the index with all that the documents had when it was asked for.

        While very many documents change, it is as it was at most `MAX_AGE` ago, unless it must be fresh.

        Raises:
            Unavailable: The documents do not answer.
        """
        try:
            if self._index is None or is_fresh or self._clock() - self._looked_at > MAX_AGE:
                return await self._looks.ask(None)
            return await self._unless_long(self._index)
        except PyMongoError as error:
            raise Unavailable("the documents cannot be read at the moment") from error

    async def _unless_long(self, index: CatalogueIndex) -> CatalogueIndex:
        """Return the index after a look, or as it is where that takes long."""
        if self._is_long.is_set() or asyncio.get_running_loop().time() < self._rests_until:
            return index
        look, long = asyncio.ensure_future(self._looks.ask(None)), asyncio.ensure_future(self._is_long.wait())
        look.add_done_callback(_retrieve)
        try:
            await asyncio.wait((look, long), return_when=asyncio.FIRST_COMPLETED)
        finally:
            long.cancel()
        return look.result() if look.done() else index

    async def _look(self, _: object) -> CatalogueIndex:
        try:
            return await self._catch_up()
        finally:
            if self._is_long.is_set():
                self._is_long.clear()
                self._rests_until = asyncio.get_running_loop().time() + REST

    async def _catch_up(self) -> CatalogueIndex:
        began, generation, marks = self._clock(), self._generation(), await self._read_marks()
        if self._is_of_other_documents(marks) or generation != self._known_generation:
            self._index, self._known, self._known_generation = None, {}, generation
        moved = [partition for partition, mark in marks.items() if mark != self._known.get(partition)]
        index = self._index or CatalogueIndex()
        if moved:
            since = min(self._known[each].position if each in self._known else 0 for each in moved)
            async for documents in self._changed(since):
                products = (read_product(document, self._sold_from) for document in documents)
                index.put(product for product in products if product is not None)
            await _sort(index)
        self._index, self._known, self._looked_at = index, dict(marks), began
        return index

    def _is_of_other_documents(self, marks: Marks) -> bool:
        """They were dropped, and are built anew, perhaps from another log."""
        return any(
            partition not in marks or marks[partition].log != mark.log or marks[partition].position < mark.position
            for partition, mark in self._known.items()
        )

    async def _read_marks(self) -> Marks:
        name = self._version_of(PRODUCTS_VIEW).name
        ids = {checkpoint_id(name, partition): partition for partition in self._partitions}
        found = self._database[CHECKPOINTS].find({"_id": {"$in": [*ids]}})
        return {ids[each["_id"]]: Mark(each["position"], each.get("log", "")) async for each in found}

    async def _changed(self, since: int) -> AsyncIterator[list[Document]]:
        """Yield the documents of later positions, in chunks by position, which no two products share."""
        collection = self._database[self._version_of(PRODUCTS_VIEW).name]
        while True:
            found = collection.find({"position": {"$gt": since}}, PROJECTION).sort("position", 1).limit(CHUNK)
            documents = await found.to_list()
            if documents:
                since = documents[-1]["position"]
                yield documents
            if len(documents) < CHUNK:
                return
            self._is_long.set()


async def _sort(index: CatalogueIndex) -> None:
    """Sort what was put into the index, with time for others in between."""
    for ordering in (index.by_name, index.by_price, index.by_age, index.by_rating):
        ordering.sort()
        await asyncio.sleep(0)


def _retrieve(look: "asyncio.Future[Any]") -> None:
    """Nobody may wait for it any more."""
    if not look.cancelled():
        look.exception()
