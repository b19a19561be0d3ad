"""Every read model of a log is rebuilt while orders come and are read: no read fails, and all equal the fold.

The log is on PostgreSQL, the supervisor and the processes of the rebuild are the shop's own. EVENTS=100000 is longer.
"""

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest

from aioutlet.rebuilds import processes
from aioutlet.rebuilds.task import BuildTask
from bench.whole_orders import Told, again
from concurrency.background import background
from event_store.memory import memory_store
from event_store.postgres.importing import import_events
from event_store.postgres.store import postgres_store
from event_store.records import AppendRequest, Checkpoint
from event_store.store import EventStore
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.projection import Projection
from projectors.rebuild.builder import Progress
from projectors.rebuild.pointers import current_view, with_version
from schemas.codec import Stored, decode
from schemas.documents import ORDERS_VIEW
from schemas.read_models import RebuildVerified, StartRebuild, SwitchVersion
from schemas.stream_names import subject_of
from schemas.topics import TOPICS, TopicPartition
from subscriptions.catch_up import CatchUpSubscription
from tests.documents import JAVA
from tests.histories import PARTITIONS
from tests.integration.doors.counter import ANN
from tests.integration.doors.reader import Reader
from tests.integration.test_projectors import story
from tests.integration.test_rebuild_supervisor import WHO, Shop
from tests.unit.streams.fakes import never

EVENTS = int(os.environ.get("EVENTS", "2000"))
REBUILT = [with_version(model, 1) for model in MODELS]
AT_ONCE = 30
"""Events that are appended at once: those of two or three orders."""
TIMEOUT = 3_600.0
PATHS = ("/orders/counts", "/orders?limit=5", "/products", "/products/trending")


async def told_story() -> Told:
    """What is told again and again, each time of other orders, people and products."""
    store = memory_store()
    for envelope in story(60):
        await store.append(AppendRequest(events=(envelope,)))
    log = await store.log(0, limit=100_000)
    await store.close()
    return Told(log, [getattr(decode(each).event, "order_id", None) or subject_of(each.stream) for each in log])


def ignore(_phase: str, _versions: Sequence[str], _progress: Progress) -> None:
    """Nobody looks."""


class LiveShop(Shop):
    """Orders go on, live projectors write what they lead to, and everything is read again and again."""

    def __init__(self, store: EventStore, database: Database, documents: str, log: str, rest: Iterator[Stored]) -> None:
        self.reader = Reader(database, store=store)
        self.projection = Projection(MODELS, database, store, advance=self.reader.watcher.advance)
        super().__init__(store, database, documents, log)
        self._subscription = CatchUpSubscription(store, self.projection, partitions=PARTITIONS, on_poison=never)
        self._rest = rest
        self.sold = self.read = self.most = 0

    async def sell(self) -> None:
        """Append what happens next, and project it into every version that is kept."""
        while True:
            batch = [decode(each) for each in itertools.islice(self._rest, AT_ONCE)]
            appended = await self.store.append(AppendRequest(events=tuple(batch)))
            await publish(self.store, appended.last)
            self.projection.follow(self.kept)
            await self._subscription.assign()
            self.sold += len(batch)

    async def look(self) -> None:
        """Ask for what a shop shows: it is there, and there are never fewer orders than before."""
        for path in itertools.cycle(PATHS):
            answer = await self.reader.asks(path, headers=ANN)
            assert answer.status_code == 200, (path, answer.text)
            if path == PATHS[0]:
                assert answer.json()["all"] >= self.most
                self.most = answer.json()["all"]
            self.read += 1


async def publish(store: EventStore, position: int) -> None:
    """Say that everything up to here was published."""
    places = (TopicPartition(topic, number) for topic in TOPICS for number in range(PARTITIONS))
    await store.append(AppendRequest(checkpoints=tuple(Checkpoint("relay", place, position) for place in places)))


@asynccontextmanager
async def selling(database: str, mongodb: Database, documents_uri: str, count: int) -> AsyncIterator[LiveShop]:
    """A shop with a log of so many events, which its read models have, and which goes on."""
    log = again(await told_story(), 1_000_000)
    await asyncio.to_thread(import_events, database, itertools.islice(log, count))
    store = postgres_store(database)
    await publish(store, count)
    await processes.build(task(database, mongodb, documents_uri, [model.view.name for model in MODELS]), store, ignore)
    shop = LiveShop(store, mongodb, documents_uri, database, log)
    await shop.supervisor.load()
    async with shop.reader.client, background(shop.supervisor.run(), shop.reader.app.state.context.versions.run()):
        yield shop
    await store.close()


def task(database: str, mongodb: Database, documents_uri: str, versions: list[str]) -> BuildTask:
    return BuildTask(database, documents_uri, mongodb.name, PARTITIONS, versions)


async def until_verified(shop: LiveShop) -> None:
    """Wait until every version is found equal to the log."""
    found: list[RebuildVerified] = []
    async with asyncio.timeout(TIMEOUT):
        while len(found) < len(MODELS):
            await asyncio.sleep(0.2)
            found = [each for each in await shop.decided() if isinstance(each, RebuildVerified)]
    assert [each.differences for each in found] == [0] * len(MODELS)


async def until_read(shop: LiveShop) -> None:
    """Wait until more orders have come, and everything was read again."""
    sold, read = shop.sold, shop.read
    async with asyncio.timeout(TIMEOUT):
        while shop.sold == sold or shop.read < read + len(PATHS):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("documents_uri", [JAVA], indirect=True)
async def test_all_read_models_of_a_log_are_rebuilt_while_orders_come_and_are_read(
    database: str, mongodb: Database, documents_uri: str
) -> None:
    async with selling(database, mongodb, documents_uri, EVENTS) as shop:
        async with background(shop.sell(), shop.look()):
            begun = time.monotonic()
            for model in MODELS:
                await shop.decide(StartRebuild(view=model.view.title, form=model.view.form, **WHO))
            await until_verified(shop)
            took = time.monotonic() - begun
            for model in MODELS:
                await shop.decide(SwitchVersion(view=model.view.title, form=model.view.form, rebuild=1, **WHO))
            await shop.supervisor.load()
            await until_read(shop)
        assert await current_view(mongodb, ORDERS_VIEW) == ORDERS_VIEW.version(1)
        assert shop.sold > 0
        names = [model.view.name for model in REBUILT]
        compared = await processes.compare(task(database, mongodb, documents_uri, names), ignore)
        assert {name: found["differences"] for name, found in compared.items()} == dict.fromkeys(names, 0)
    print(f"{EVENTS} events rebuilt and compared in {took:.0f} s; {shop.sold} came, {shop.read} reads")  # noqa: T201
