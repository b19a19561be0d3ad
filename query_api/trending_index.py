"""Keeps a ranking up to the documents of the trending views: at first it reads the last days, then only what is new."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from pymongo.asynchronous.database import AsyncDatabase

from concurrency.batcher import Batcher
from concurrency.gather import gather_all
from query_api.trending_ranking import Ranking
from schemas.config import TrendingWeights
from schemas.documents import (
    CHECKPOINTS,
    SEGMENT,
    TRENDING_CARTS_VIEW,
    TRENDING_ORDERS_VIEW,
    TRENDING_VIEWS_VIEW,
    Document,
    View,
    checkpoint_id,
    product_of,
)
from schemas.topics import TopicPartition

SOURCES: tuple[tuple[View, int], ...] = ((TRENDING_VIEWS_VIEW, 0), (TRENDING_CARTS_VIEW, 1), (TRENDING_ORDERS_VIEW, 2))
"""The views, and what they count, as an index of `SIGNALS`."""
MAX_AGE = timedelta(seconds=2)
"""For so long a ranking is answered from, before the documents are looked at again."""
BATCH = 200
"""Documents of one answer of the server, between two of which other requests have their turn."""


class _Place(NamedTuple):
    """One partition of one view."""

    view: View
    signal: int
    partition: int

    @property
    def checkpoint(self) -> str:
        return checkpoint_id(self.view.name, TopicPartition(self.view.topic, self.partition))


class _Mark(NamedTuple):
    """The checkpoint of a place: all up to this position of a log is in its documents."""

    log: str
    position: int


NOTHING = _Mark("", 0)


class _Reading:
    """A ranking, and how far the documents are in it.

    A document that may still grow is remembered, so that only what is new in it is added.
    """

    def __init__(self, ranking: Ranking, read_at: datetime) -> None:
        self.ranking = ranking
        self.read_at = read_at
        self.marks: dict[_Place, _Mark] = {}
        self._growing: dict[tuple[_Place, str], Document] = {}

    def add(self, place: _Place, document: Document) -> None:
        """Add what is new in a document."""
        key = place, document["_id"]
        before = self._growing[key]["counts"] if key in self._growing else {}
        new = {field: n - before.get(field, 0) for field, n in document["counts"].items()}
        counts = {product_of(field): n for field, n in new.items() if n}
        self.ranking.add(place.signal, datetime.fromisoformat(document["minute"]), counts)
        self._growing[key] = document

    def mark(self, marks: Mapping[_Place, _Mark], read_at: datetime) -> None:
        """Set how far the documents were read, and forget those that will not grow any more."""
        self.marks, self.read_at = dict(marks), read_at
        self._growing = {
            (place, key): document
            for (place, key), document in self._growing.items()
            if (document["segment"] + 1) * SEGMENT > self.marks.get(place, NOTHING).position + 1
        }

    def is_of(self, marks: Mapping[_Place, _Mark]) -> bool:
        """Whether the documents with these marks are those that were read, or their successors."""
        return all(
            (now := marks.get(place, NOTHING)).log == was.log and now.position >= was.position
            for place, was in self.marks.items()
        )


class TrendingIndex:
    """The ranking of a process; concurrent requests share one look at the documents."""

    def __init__(
        self,
        database: AsyncDatabase[Document],
        *,
        partitions: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._places = [_Place(view, signal, number) for view, signal in SOURCES for number in range(partitions)]
        self._clock = clock
        self._reading: _Reading | None = None
        self._refreshes: Batcher[TrendingWeights, None] = Batcher(self._refresh)

    async def ranking(self, weights: TrendingWeights) -> Ranking:
        """Return the ranking by these weights, not older than `MAX_AGE`.

        Raises:
            PyMongoError: The documents do not answer.
        """
        while not (reading := self._current(weights)):
            await self._refreshes.ask(weights)
        return reading.ranking

    def _current(self, weights: TrendingWeights) -> _Reading | None:
        reading = self._reading
        if reading is None or reading.ranking.weights != weights:
            return None
        return reading if timedelta(0) <= self._clock() - reading.read_at < MAX_AGE else None

    async def _refresh(self, asked: list[TrendingWeights]) -> None:
        weights = asked[-1]
        if self._current(weights):
            return
        marks, now = await self._read_marks(), self._clock()
        reading = self._reading
        if reading is None or reading.ranking.weights != weights or not reading.is_of(marks):
            reading = _Reading(Ranking(weights, now), now)
            await self._read_days(reading)
        else:
            reading.ranking.move_to(now)
            await self._read_new(reading, marks)
        reading.mark(marks, self._clock())
        self._reading = reading

    async def _read_marks(self) -> dict[_Place, _Mark]:
        """Read the checkpoints, before the documents: those may be further, never behind."""
        by_id = {place.checkpoint: place for place in self._places}
        found = self._database[CHECKPOINTS].find({"_id": {"$in": list(by_id)}})
        return {by_id[each["_id"]]: _Mark(each.get("log", ""), each["position"]) async for each in found}

    async def _read_days(self, reading: _Reading) -> None:
        for view, signal in SOURCES:
            query = {"minute": {"$gte": reading.ranking.first_day.strftime("%Y%m%d")}}
            async for document in self._database[view.name].find(query, batch_size=BATCH):
                reading.add(_Place(view, signal, document["partition"]), document)

    async def _read_new(self, reading: _Reading, marks: Mapping[_Place, _Mark]) -> None:
        moved = [place for place, mark in marks.items() if mark != reading.marks.get(place)]
        found = await gather_all(self._find_new(place, reading.marks.get(place, NOTHING).position) for place in moved)
        for place, documents in zip(moved, found, strict=True):
            for document in documents:
                reading.add(place, document)

    async def _find_new(self, place: _Place, position: int) -> list[Document]:
        query = {"partition": place.partition, "position": {"$gt": position}}
        return await self._database[place.view.name].find(query).to_list()
