"""Keeps a ranking up to the documents of the trending views: at first it reads the last days, then only what is new."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    VersionOf,
    View,
    checkpoint_id,
    product_of,
    same_version,
)
from schemas.topics import TopicPartition

SOURCES: Mapping[View, int] = {TRENDING_VIEWS_VIEW: 0, TRENDING_CARTS_VIEW: 1, TRENDING_ORDERS_VIEW: 2}
"""The views, and what they count, as an index of `SIGNALS`."""
MAX_AGE = timedelta(seconds=2)
"""For so long a ranking is answered from, before the documents are looked at again."""
ReadWeights = Callable[[], Awaitable[TrendingWeights]]
BATCH = 200
"""Documents of one answer of the server, between two of which other requests have their turn."""


class _Place(NamedTuple):
    """One partition of one view."""

    view: View
    signal: int
    partition: int


class _Mark(NamedTuple):
    """The checkpoint of a place: all up to this position of a log is in its documents."""

    log: str
    position: int


NOTHING = _Mark("", 0)


class _Reading:
    """A ranking, and how far the documents are in it.

    A document that may still grow is remembered, so that only what is new in it is added.
    """

    def __init__(self, ranking: Ranking, read_at: datetime, versions: Sequence[View]) -> None:
        self.ranking = ranking
        self.versions = versions
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

    def mark_of(self, place: _Place) -> int:
        """Return the position up to which a place was read."""
        return self.marks.get(place, NOTHING).position

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
        version_of: VersionOf = same_version,
    ) -> None:
        self._database = database
        self._version_of = version_of
        self._places = [
            _Place(view, signal, number) for view, signal in SOURCES.items() for number in range(partitions)
        ]
        self._clock = clock
        self._reading: _Reading | None = None
        self._refreshes: Batcher[ReadWeights, _Reading] = Batcher(self._refresh)

    async def ranking(self, read_weights: ReadWeights) -> Ranking:
        """Return the ranking by these weights; neither it nor they are older than `MAX_AGE`.

        Raises:
            PyMongoError: The documents do not answer.
        """
        return (self._current() or await self._refreshes.ask(read_weights)).ranking

    def _current(self) -> _Reading | None:
        reading = self._reading
        is_fresh = reading and timedelta(0) <= self._clock() - reading.read_at < MAX_AGE
        return reading if is_fresh else None

    async def _refresh(self, asked: list[ReadWeights]) -> _Reading:
        if current := self._current():
            return current
        versions = [self._version_of(view) for view in SOURCES]
        weights, marks, now = await asked[-1](), await self._read_marks(), self._clock()
        reading = self._reading
        is_same = reading is not None and reading.versions == versions and reading.is_of(marks)
        if reading is None or reading.ranking.weights != weights or not is_same:
            reading = _Reading(Ranking(weights, now), now, versions)
            await self._read_days(reading)
        else:
            reading.ranking.move_to(now)
            await self._read_new(reading, marks)
        reading.mark(marks, self._clock())
        self._reading = reading
        return reading

    async def _read_marks(self) -> dict[_Place, _Mark]:
        """Read the checkpoints, before the documents: those may be further, never behind."""
        by_id = {self._checkpoint(place): place for place in self._places}
        found = self._database[CHECKPOINTS].find({"_id": {"$in": list(by_id)}})
        return {by_id[each["_id"]]: _Mark(each.get("log", ""), each["position"]) async for each in found}

    def _checkpoint(self, place: _Place) -> str:
        view = self._version_of(place.view)
        return checkpoint_id(view.name, TopicPartition(view.topic, place.partition))

    async def _read_days(self, reading: _Reading) -> None:
        for view, signal in SOURCES.items():
            query = {"minute": {"$gte": reading.ranking.first_day.strftime("%Y%m%d")}}
            async for document in self._database[self._version_of(view).name].find(query, batch_size=BATCH):
                reading.add(_Place(view, signal, document["partition"]), document)

    async def _read_new(self, reading: _Reading, marks: Mapping[_Place, _Mark]) -> None:
        moved = [place for place, mark in marks.items() if mark != reading.marks.get(place)]
        views = {place.view: min(reading.mark_of(each) for each in moved if each.view == place.view) for place in moved}
        found = await gather_all(self._find_new(view, since) for view, since in views.items())
        for view, documents in zip(views, found, strict=True):
            for document in documents:
                place = _Place(view, SOURCES[view], document["partition"])
                if document["position"] > reading.mark_of(place):
                    reading.add(place, document)

    async def _find_new(self, view: View, position: int) -> list[Document]:
        # Not by partition too: one of the servers uses no index of two fields for it.
        return await self._database[self._version_of(view).name].find({"position": {"$gt": position}}).to_list()
