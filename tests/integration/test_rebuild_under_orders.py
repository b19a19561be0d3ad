"""Every read model of a log is rebuilt while orders come and are read: no read fails, and all equal the fold.

Relay, projectors, supervisor and the processes of the rebuild are the shop's own, on SQLite, the mock cluster and the
embedded document server, or on PostgreSQL, Apache Kafka and `nx-27017`. 2,000 events unless EVENTS says how many:
`make test-rebuild` takes a million.

`mongo-java-server` is not asked: it sorts without an index, and deserializes every document that it looks through. A
page of 5,000 orders takes it up to 0.4 s, and 1.7 s while others write; MongoDB and `nx-27017` find it by an index.
"""

import asyncio
import itertools
import logging
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
import structlog
from prometheus_client import CollectorRegistry

from aioutlet import components
from aioutlet.broker import MockCluster
from aioutlet.documents import document_client
from aioutlet.rebuilds import processes
from aioutlet.rebuilds.task import BuildTask
from bench.whole_orders import Told, again
from concurrency.background import background
from event_store.memory import memory_store
from event_store.opening import open_store
from event_store.postgres.importing import import_events
from event_store.records import AppendRequest, Checkpoint
from event_store.store import EventStore
from projectors.consumer import ProjectionConsumer
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.read_model import ReadModel
from projectors.rebuild.builder import Progress
from projectors.rebuild.pointers import current_view, with_version
from projectors.writer import ensure_indexes
from schemas.codec import Stored, decode
from schemas.documents import ORDERS_VIEW, REBUILDS
from schemas.read_models import RebuildVerified, StartRebuild, SwitchVersion
from schemas.stream_names import subject_of
from schemas.topics import TOPICS, TopicPartition
from streams.fetch_pacing import FetchPacing
from streams.metrics import Metrics
from streams.topic_admin import ensure_topics, topic_specs
from subscriptions.catch_up import RELAY
from tests.documents import EMBEDDED, NX
from tests.histories import PARTITIONS
from tests.integration.doors.counter import ANN
from tests.integration.doors.reader import Reader
from tests.integration.kafka_shop import WAIT_MS, relaying, without_topics
from tests.integration.test_projectors import story
from tests.integration.test_rebuild_supervisor import WHO, Shop

EVENTS = int(os.environ.get("EVENTS", "2000"))
REBUILT = [with_version(model, 1) for model in MODELS]
AT_ONCE, EVERY = 30, 0.1
"""Events that are appended at once, those of one or two orders, and seconds between."""
FILLED_AT_ONCE = 1_000
UNAVAILABLE = 503
TIMEOUT = 300 + EVENTS / 100
"""Seconds for all of it; a machine that others use too may take ten times as long as one of its own."""
TELL_EVERY = 15.0
COUNTS = "/orders/counts"
PATHS = (COUNTS, "/orders?limit=5", "/orders?status=Failed&limit=5", "/products", "/products/trending")
CREATED = "order.created"


class Parts(NamedTuple):
    """What a shop stands on, and the addresses at which other processes find its log and documents."""

    store: EventStore
    log: str
    database: Database
    documents: str
    broker: str

    def task(self, models: Sequence[ReadModel]) -> BuildTask:
        """What the processes are told that build or compare these models."""
        names = [model.view.name for model in models]
        return BuildTask(self.log, self.documents, self.database.name, PARTITIONS, names)


@pytest.fixture(params=["embedded", pytest.param("services", marks=pytest.mark.exhaustive)])
def addresses(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str, str]]:
    """Where log, documents and broker are: those of the embedded shop, or those of the services."""
    if request.param == "embedded":
        cluster = MockCluster()
        yield str(tmp_path / "log.sqlite"), request.getfixturevalue(EMBEDDED), cluster.address
        cluster.stop()
        return
    broker = request.getfixturevalue("kafka").start()
    without_topics(broker)
    ensure_topics(broker, topic_specs(partitions=PARTITIONS, replicas=1))
    yield request.getfixturevalue("database"), request.getfixturevalue(NX), broker


@pytest.fixture(autouse=True)
def only_warnings_are_logged() -> Iterator[None]:
    """Log no more than warnings: at a million events the rest would be a gigabyte."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.configure(**before)


@pytest.fixture
async def parts(addresses: tuple[str, str, str]) -> AsyncIterator[Parts]:
    log, documents, broker = addresses
    store = open_store(log)
    async with document_client(documents) as client:
        database = client[f"test_{uuid4().hex}"]
        await ensure_indexes(database, MODELS)
        yield Parts(store, log, database, documents, broker)
        await client.drop_database(database.name)
    await store.close()


async def told_story() -> Told:
    """What is told again and again, each time of other orders, people and products."""
    store = memory_store()
    for envelope in story(60):
        await store.append(AppendRequest(events=(envelope,)))
    log = await store.log(0, limit=100_000)
    await store.close()
    return Told(log, [getattr(decode(each).event, "order_id", None) or subject_of(each.stream) for each in log])


async def fill(parts: Parts, log: Iterator[Stored]) -> None:
    """Record what a shop has sold so far, all of it published."""
    if parts.log.startswith("postgresql://"):
        await asyncio.to_thread(import_events, parts.log, log)
    else:
        while batch := tuple(map(decode, itertools.islice(log, FILLED_AT_ONCE))):
            await parts.store.append(AppendRequest(events=batch))
    head = await parts.store.head()
    places = (TopicPartition(topic, number) for topic in TOPICS for number in range(PARTITIONS))
    await parts.store.append(AppendRequest(checkpoints=tuple(Checkpoint(RELAY, place, head) for place in places)))


def ignore(_phase: str, _versions: Sequence[str], _progress: Progress) -> None:
    """Nobody looks."""


class LiveShop(Shop):
    """Orders go on, live projectors write what they lead to, and everything is read again and again."""

    def __init__(
        self, parts: Parts, reader: Reader, consumers: Sequence[ProjectionConsumer], rest: Iterator[Stored]
    ) -> None:
        self.reader = reader
        self._keep_live = components.keep_models(*consumers)
        super().__init__(parts.store, parts.database, parts.documents, parts.log)
        self._rest = rest
        self.events = self.orders = self.most = 0
        self.times: list[tuple[float, str]] = []
        """How many seconds each read took, and what was read."""

    def _keep(self, models: Sequence[ReadModel]) -> None:
        super()._keep(models)
        self._keep_live(models)

    async def sell(self) -> None:
        """Append what happens next, at a constant rate; what is under way when this is cancelled is counted, too."""
        due = time.monotonic()
        while True:
            appending = asyncio.create_task(self._append_next())
            try:
                await asyncio.shield(appending)
            except asyncio.CancelledError:
                await appending
                raise
            due += EVERY
            await asyncio.sleep(max(0.0, due - time.monotonic()))  # the rate is what it is rebuilt under

    async def _append_next(self) -> None:
        batch = tuple(map(decode, itertools.islice(self._rest, AT_ONCE)))
        await self.store.append(AppendRequest(events=batch))
        self.events += len(batch)
        self.orders += sum(each.type == CREATED for each in batch)

    async def look(self) -> None:
        """Ask for what a shop shows: it is there, and there are never fewer orders than before.

        It looks for itself whether it is to end: a cancellation within an answer may stay there, as drivers keep some.
        """
        looking = asyncio.current_task()
        for path in itertools.cycle(PATHS):
            begun = time.monotonic()
            answer = await self.reader.asks(path, headers=ANN)
            took = time.monotonic() - begun
            if looking and looking.cancelling():
                return
            assert answer.status_code == 200, (path, took, answer.text)
            if path == COUNTS:
                assert answer.json()["all"] >= self.most
                self.most = answer.json()["all"]
            self.times.append((took, path))

    async def tell(self) -> None:
        """Say now and then how far it is."""
        while True:
            await asyncio.sleep(TELL_EVERY)
            [*rows] = await self.database[REBUILDS].find().to_list()
            phases = Counter(f"{row['phase']} {row.get('position', 0):,}" for row in rows)
            said = ", ".join(f"{number} {phase}" for phase, number in sorted(phases.items()))
            print(f"  {said}; {self.orders} orders, {len(self.times)} reads", flush=True)  # noqa: T201


@asynccontextmanager
async def selling(parts: Parts) -> AsyncIterator[LiveShop]:
    """A shop with a log of so many events, which its read models have, and which goes on."""
    log = again(await told_story(), 1_000_000)
    await fill(parts, itertools.islice(log, EVENTS))
    begun = time.monotonic()
    await processes.build(parts.task(MODELS), parts.store, ignore)
    built = time.monotonic() - begun
    print(f"\n{EVENTS:,} events built at rest in {built:.0f} s: {EVENTS / built:,.0f} a second")  # noqa: T201
    reader, pacing = Reader(parts.database, store=parts.store), FetchPacing(busy=WAIT_MS, idle=WAIT_MS)
    metrics = Metrics(CollectorRegistry())
    async with (
        reader.client,
        components.open_consumer(parts.broker, pacing, partitions=PARTITIONS) as consumer,
        components.open_consumer(parts.broker, partitions=PARTITIONS) as slow_consumer,
    ):
        stand_on = parts.store, parts.database, reader.watcher.advance
        consumers = (
            components.build_projection_consumer(*stand_on, consumer, metrics, pacing, partitions=PARTITIONS),
            components.build_audit_consumer(*stand_on, slow_consumer, metrics, partitions=PARTITIONS),
        )
        shop = LiveShop(parts, reader, consumers, log)
        await shop.supervisor.load()
        work = (each.run() for each in consumers)
        async with (
            relaying(parts.broker, parts.store, partitions=PARTITIONS),
            background(*work, shop.supervisor.run(), reader.app.state.context.versions.run()),
        ):
            yield shop


async def until_verified(shop: LiveShop) -> None:
    """Wait until every version is found equal to the log."""
    found: list[RebuildVerified] = []
    while len(found) < len(MODELS):
        await asyncio.sleep(0.2)
        found = [each for each in await shop.decided() if isinstance(each, RebuildVerified)]
    assert [line for each in found for line in (str(each.differences), *each.shown)] == ["0"] * len(MODELS)


async def until_switched(shop: LiveShop) -> None:
    """Wait until queries are answered from the new versions, and everything was read from them again."""
    versions = shop.reader.app.state.context.versions
    while any(versions.of(model.view) != model.view.version(1) for model in MODELS):  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.05)
    read = len(shop.times)
    while len(shop.times) < read + len(PATHS):  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.05)


async def until_answering(reader: Reader) -> None:
    """Wait until every path is answered in time: whoever has just started reads what is trending for some seconds."""
    for path in PATHS:
        while (await reader.asks(path, headers=ANN)).status_code == UNAVAILABLE:
            pass


async def until_counted(shop: LiveShop, orders: int) -> None:
    """Wait until every order is counted in what queries are answered from."""
    while (await shop.reader.told(COUNTS))["all"] != orders:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(TIMEOUT)
async def test_all_read_models_of_a_log_are_rebuilt_while_orders_come_and_are_read(
    parts: Parts, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    with capsys.disabled():
        async with selling(parts) as shop:
            await until_answering(shop.reader)
            before = (await shop.reader.told(COUNTS))["all"]
            async with background(shop.sell(), shop.look(), shop.tell()):
                begun = time.monotonic()
                for model in MODELS:
                    await shop.decide(StartRebuild(view=model.view.title, form=model.view.form, **WHO))
                await until_verified(shop)
                took, events, orders = time.monotonic() - begun, shop.events, shop.orders
                for model in MODELS:
                    await shop.decide(SwitchVersion(view=model.view.title, form=model.view.form, rebuild=1, **WHO))
                await until_switched(shop)
            assert await current_view(parts.database, ORDERS_VIEW) == ORDERS_VIEW.version(1)
            assert orders > 0
            await until_counted(shop, before + shop.orders)
            compared = await processes.compare(parts.task(REBUILT), ignore)
        assert {name: found["differences"] for name, found in compared.items()} == {
            model.view.name: 0 for model in REBUILT
        }
        slowest, path = max(shop.times)
        rebuilt = f"{EVENTS:,} events, {len(MODELS)} read models rebuilt and compared in {took:.0f} s"
        meanwhile = f"{orders:,} orders ({events:,} events) came meanwhile"
        reads = f"{len(shop.times):,} reads, 0 failed, the slowest {slowest:.2f} s ({path})"
        print(f"\n{request.node.name}: {rebuilt}; {meanwhile}; {reads}; no differences")  # noqa: T201
