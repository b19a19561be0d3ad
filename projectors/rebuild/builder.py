"""Builds versions of read models from the beginning of the log, or from where an earlier attempt was killed.

It can do nothing but fold and write documents: it has a reader of the log and a database, and no way to append to the
one, to publish, to send or to charge.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import structlog

from concurrency.gather import gather_all
from event_store.reading import EventReader
from projectors.document_io import Database
from projectors.projection import Projection
from projectors.read_model import ReadModel
from projectors.rebuild.deferred_documents import DeferredDocuments
from projectors.rebuild.shares import partitions_of
from schemas.codec import Stored, decode, id_of
from schemas.errors import Poison
from schemas.topics import TopicPartition
from schemas.wire import locate
from subscriptions.catch_up import RELAY, Found, UnreadableEvent

PAGE = 5_000
NEAR = 1_000
"""Events behind the log at which a version counts as caught up; who follows the log then reads the rest."""
MARK_EVERY = 10
"""Pages after which every partition is marked as read, with events or without."""

log = structlog.get_logger(__name__)


class Progress(NamedTuple):
    """How far the log is folded, how far it goes, and how many events were read since the start."""

    position: int
    head: int
    events: int
    seconds: float


def ignore_progress(_: Progress) -> None:
    """Do nothing: the `on_progress` where nobody looks."""


class Builder:
    """Builds these models, each into the collection that its view names, from the given partitions of their topics."""

    def __init__(
        self,
        models: Sequence[ReadModel],
        database: Database,
        reader: EventReader,
        *,
        partitions: int,
        own: Collection[TopicPartition] | None = None,
        on_progress: Callable[[Progress], None] = ignore_progress,
    ) -> None:
        """Prepare it; each topic has so many `partitions`, of which it reads its `own`, by default all."""
        self._documents = DeferredDocuments(database)
        self._own = frozenset(partitions_of(models, partitions) if own is None else own)
        topics = {each.topic for each in self._own}
        self._projection = Projection(
            [model for model in models if model.view.topic in topics],
            database,
            reader,
            documents=self._documents,
            save_marks=self._documents.save,
        )
        self._reader = reader
        self._partition_count = partitions
        self._types = sorted(self._projection.types)
        self._on_progress = on_progress
        self._published: Mapping[TopicPartition, int] = {}
        self._published_ids: Mapping[int, str] = {}

    async def run(self) -> int:
        """Build until the versions are near the end of the log; return the position up to which they are built."""
        await self._documents.prepare(self._projection.models)
        self._published = await self._reader.checkpoints(RELAY)
        self._published_ids = await self._reader.event_ids(set(self._published.values()))
        position = self._start(await self._projection.checkpoints())
        began, events = time.monotonic(), 0
        while (head := await self._reader.head()) > position:
            async for page in self._pages(position, head):
                position, is_last = (page[-1].position, False) if len(page) == PAGE else (head, True)
                events += len(page)
                await self._handle(page, position, to_all=is_last or events % (MARK_EVERY * PAGE) == 0)
                self._on_progress(Progress(position, head, events, time.monotonic() - began))
            await self._documents.flush()
            if await self._reader.head() - position <= NEAR:
                break
        return position

    def _start(self, checkpoints: Mapping[TopicPartition, int]) -> int:
        """Return from where on events may not be in the documents of an earlier attempt."""
        lacking = [
            checkpoints.get(partition, 0)
            for partition, last in self._published.items()
            if partition in self._own and checkpoints.get(partition, 0) < last
        ]
        if lacking or not self._published:
            return min(lacking, default=0)
        return max((checkpoints[each] for each in self._own if each in checkpoints), default=0)

    async def _pages(self, after: int, until: int) -> AsyncIterator[Sequence[Stored]]:
        """Yield the log in pages, the last of which is not full; the next is read while one is handled."""
        reading = asyncio.create_task(self._read(after, until))
        try:
            while len(page := await reading) == PAGE:
                reading = asyncio.create_task(self._read(page[-1].position, until))
                yield page
            yield page
        finally:
            reading.cancel()

    async def _read(self, after: int, until: int) -> Sequence[Stored]:
        return await self._reader.log(after, limit=PAGE, until=until, types=self._types)

    async def _handle(self, page: Sequence[Stored], position: int, *, to_all: bool) -> None:
        found, last = self._route(page)
        marks = {partition: (each.position, id_of(each.state)) for partition, each in last.items()}
        if to_all:
            marks |= await self._marks_at(position, marks)
        await gather_all(
            self._projection.handle(
                partition, found[partition].envelopes, at, found[partition].unreadable, event_id=event_id
            )
            for partition, (at, event_id) in marks.items()
        )
        if self._documents.is_full:
            await self._documents.begin_flush()

    async def _marks_at(
        self, position: int, found: Mapping[TopicPartition, tuple[int, str]]
    ) -> dict[TopicPartition, tuple[int, str]]:
        """Return up to where each partition is read: to its last event, if that is known, as live projectors say it."""
        marks, event_id = dict[TopicPartition, tuple[int, str]](), await self._id_at(position)
        for partition in sorted(self._own):
            last = self._published.get(partition, 0)
            mark = (position, event_id) if position < last else (last, self._published_ids.get(last, ""))
            if mark[0] > found.get(partition, (0, ""))[0]:
                marks[partition] = mark
        return marks

    async def _id_at(self, position: int) -> str:
        return (await self._reader.event_ids({position}))[position]

    def _route(self, page: Sequence[Stored]) -> tuple[dict[TopicPartition, Found], dict[TopicPartition, Stored]]:
        """Return what each partition has of a page, and its last event."""
        found: dict[TopicPartition, Found] = defaultdict(Found)
        last: dict[TopicPartition, Stored] = {}
        for stored in page:
            places, fields = locate(stored, self._partition_count)
            if own := [each for each in places if each in self._own]:
                try:
                    envelope = decode(stored, fields)
                except Poison as poison:
                    log.warning("unreadable event", position=stored.position, type=stored.type, cause=poison.detail)
                    unreadable = UnreadableEvent(stored.position, stored.stream, poison, stored.type)
                    for partition in own:
                        found[partition].unreadable.append(unreadable)
                else:
                    for partition in own:
                        found[partition].envelopes.append(envelope)
                for partition in own:
                    last[partition] = stored
        return found, last
