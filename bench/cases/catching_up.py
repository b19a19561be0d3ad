"""B20: the projectors killed as by `kill -9`, and how long they take for what was published meanwhile."""

import asyncio
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from uuid import uuid4

from pymongo import AsyncMongoClient

from aioutlet.migration import migrate
from bench import whole_orders
from bench.databases import database
from bench.looking import until
from bench.sampling import Course, Result, Sample, WorkNotDone
from bench.servers import running
from bench.shops import started
from bench.sides.relay_ours import relayed
from bench.topics import emptied
from bench.whole_orders import PARTITIONS
from event_store.postgres.importing import import_events
from projectors.checkpoints import load_checkpoints
from projectors.document_io import Database
from projectors.models.registry import MODELS
from schemas.codec import Stored
from schemas.documents import CHECKPOINTS, Document
from schemas.topics import TopicPartition
from schemas.wire import published_to
from tests.services.kafka import Kafka
from tests.services.mongo import JavaDocuments
from tests.services.postgres import PostgreSQL

BACKLOG = 100_000
RUNS = 3
"""A run projects the backlog twice, whatever time it is given."""
TIMEOUT = 600.0
TOPICS = {model.view.topic for model in MODELS}


async def catching_up(course: Course) -> Sequence[Result]:
    """A log that grows by one backlog while the service runs, whose rate that tells, and by one while it is dead."""
    enter = course.ends.enter_async_context
    server, broker, documents = (
        await enter(running(PostgreSQL)),
        await enter(running(Kafka)),
        await enter(running(JavaDocuments)),
    )
    course, backlog = replace(course, pairs=min(course.pairs, RUNS)), course.events or BACKLOG
    log = await enter(database(server.url))
    await asyncio.to_thread(migrate, log)
    emptied(broker.url, partitions=PARTITIONS)
    client = await enter(AsyncMongoClient[Document](documents.url))
    name = f"bench_{uuid4().hex}"
    course.ends.push_async_callback(client.drop_database, name)
    settings = {
        "AIOUTLET_STORE": log,
        "AIOUTLET_BROKER": f"kafka://{broker.url}",
        "AIOUTLET_DOCUMENTS": documents.url.replace("/?", f"/{name}?"),
        "AIOUTLET_PARTITIONS": str(PARTITIONS),
        "AIOUTLET_DATA": str(course.scratch / "data"),
    }
    story = await whole_orders.told(course)
    endless = whole_orders.again(story, 1_000_000)
    work = Work(log, broker.url, endless, client[name], backlog, settings, course.scratch)
    return [await course.limit("B20", work.run, "ratio", backlog=backlog)]


@dataclass(frozen=True, slots=True)
class Work:
    """The log of all runs, and how far it is projected."""

    log: str
    broker: str
    events: Iterator[Stored]
    documents: Database
    backlog: int
    settings: Mapping[str, str]
    scratch: Path
    positions: dict[TopicPartition, list[int]] = field(default_factory=lambda: defaultdict(list))

    async def run(self, _seconds: float) -> Sample:
        """See how fast the service is, kill it, and see how long the next one takes until nothing is behind."""
        command = "aioutlet", "service", "projectors"
        async with started(*command, scratch=self.scratch, settings=self.settings) as (process, _):
            await self._publish()
            begun, before = time.perf_counter(), await self._behind()
            await self._caught_up()
            rate = before / (time.perf_counter() - begun)
            process.kill()
            await process.wait()
        await self._publish()
        backlog, begun = await self._behind(), time.perf_counter()
        async with started(*command, scratch=self.scratch, settings=self.settings):
            await self._caught_up()
            took = time.perf_counter() - begun
        extra = {"ratio": took / (backlog / rate), "events/s": rate, "seconds": took}
        return Sample(backlog, took, extra)

    async def _publish(self) -> None:
        """Let the log and the topics grow by one backlog."""
        grown = list(islice(self.events, self.backlog))
        await asyncio.to_thread(import_events, self.log, grown)
        for stored in grown:
            for place in published_to(stored, PARTITIONS):
                if place.topic in TOPICS:
                    self.positions[place].append(stored.position)
        await relayed(self.log, self.broker)

    async def _caught_up(self) -> None:
        if behind := await until(self._behind, lambda events: events == 0, seconds=TIMEOUT):
            raise WorkNotDone(f"{behind} events are not projected after {TIMEOUT:g} s")

    async def _behind(self) -> int:
        """Count the events of each partition that some read model of its topic lacks."""
        found = {
            (mark.view, mark.partition): mark.at.position
            for mark in await load_checkpoints(self.documents[CHECKPOINTS])
        }
        return sum(
            len(positions) - bisect_right(positions, _lowest(found, place))
            for place, positions in self.positions.items()
        )


def _lowest(found: Mapping[tuple[str, TopicPartition], int], place: TopicPartition) -> int:
    return min(found.get((model.view.name, place), 0) for model in MODELS if model.view.topic == place.topic)
