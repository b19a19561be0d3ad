"""The embedded wiring: one process and event loop, the document server as its child, everything in one folder."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import orjson
import pymongo
from prometheus_client import CollectorRegistry
from pymongo import AsyncMongoClient

import command_api.main
import query_api.main
from aioutlet import components, keys
from aioutlet.broker import PARTITIONS, MockCluster
from aioutlet.demo.load import load_demo
from aioutlet.document_process import DocumentServer
from aioutlet.http_server import listening
from aioutlet.settings import Settings
from event_store.store import EventStore
from identity.sealing import Sealer
from identity.tokens import TokenIssuer, TokenVerifier
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.writer import ensure_indexes
from query_api.checkpoint_watcher import CheckpointWatcher
from schemas.documents import Document
from streams import agents
from streams.deadlines import Deadlines
from streams.fetch_pacing import FetchPacing
from streams.metrics import Metrics
from streams.publisher import KafkaPublisher
from streams.relay import Relay
from subscriptions.liveness import watch_consumers

LOG, DOCUMENTS, ADDRESSES, LOCK, DEMO = "log.sqlite", "documents.sqlite", "shop.json", "shop.lock", "demo.loaded"
DATABASE = "aioutlet"
CLOSE = 1.0
"""Seconds the client of the documents may take to close."""


class AlreadyRunning(Exception):
    """Another process keeps shop in this folder."""


class Addresses(NamedTuple):
    """Where a running shop is reached; also in `shop.json` of its data folder while it runs."""

    command_api: str
    query_api: str
    documents: str
    log: str


@asynccontextmanager
async def embedded(settings: Settings) -> AsyncIterator[Addresses]:
    """Run the shop while the context is open.

    Raises:
        AlreadyRunning: Two processes on one folder would be two shops on one log.
        ExceptionGroup: Of one `PortTaken`, naming the setting that chooses another; of one `DocumentServerFailed`; or
            of what ended a part.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    log, server = settings.data / LOG, DocumentServer(settings.data / DOCUMENTS)
    with _locked(settings.data / LOCK):
        async with (
            server as documents,
            asyncio.TaskGroup() as tasks,
            _at_work(tasks, {"document server": server.supervise()}),
            _database(documents) as database,
            components.open_event_store(str(log)) as store,
        ):
            await ensure_indexes(database, MODELS)
            async with _shop(settings, store, database, tasks) as urls:
                addresses = Addresses(*urls, documents=documents, log=str(log.resolve()))
                with _published(settings.data / ADDRESSES, addresses):
                    await _demo(settings, addresses.command_api)
                    yield addresses


@asynccontextmanager
async def _database(uri: str) -> AsyncIterator[Database]:
    client = AsyncMongoClient[Document](uri)
    try:
        yield client[DATABASE]
    finally:
        with pymongo.timeout(CLOSE):  # it tells the server, which may not have stayed up
            await client.close()


@asynccontextmanager
async def _shop(
    settings: Settings, store: EventStore, database: Database, tasks: asyncio.TaskGroup
) -> AsyncIterator[tuple[str, str]]:
    registry, pacing, sealer, broker = (
        CollectorRegistry(),
        FetchPacing(),
        Sealer(keys.master_key(settings)),
        MockCluster(),
    )
    metrics, watcher = Metrics(registry), query_api.main.build_watcher(database)
    processors = components.build_processors(settings, store, sealer, metrics)
    crew = [agents.Agent(store, each, partitions=PARTITIONS, metrics=metrics) for each in processors]
    app = agents.build_app("aioutlet", crew, broker=broker.address, pacing=pacing, data=settings.data / "faust")
    async with (
        components.open_producer(broker.address) as producer,
        components.open_consumer(broker.address, pacing, partitions=PARTITIONS) as consumer,
    ):
        feed = components.build_projection_consumer(store, database, watcher, consumer, metrics, partitions=PARTITIONS)
        work = {
            "relay": Relay(store, KafkaPublisher(producer, pacing), partitions=PARTITIONS).run(),
            "projectors": feed.run(),
            "deadlines": Deadlines(store, processors, clock=components.now).run(),
            "agents": agents.run(app, crew),
            "pacing": pacing.run(),
            "liveness": watch_consumers(
                [feed.batching_consumer, *(agent.batching_consumer for agent in crew)], limit=settings.commit_age
            ),
        }
        async with _at_work(tasks, work), _doors(settings, store, database, watcher, sealer, registry) as urls:
            yield urls
    broker.stop()


@asynccontextmanager
async def _at_work(tasks: asyncio.TaskGroup, work: Mapping[str, Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """Do all of this, by name, while the context is open; what fails ends the whole group."""
    started = [tasks.create_task(each, name=name) for name, each in work.items()]
    try:
        yield
    finally:
        for task in started:
            task.cancel()
        await asyncio.wait(started)


@asynccontextmanager
async def _doors(
    settings: Settings,
    store: EventStore,
    database: Database,
    watcher: CheckpointWatcher,
    sealer: Sealer,
    registry: CollectorRegistry,
) -> AsyncIterator[tuple[str, str]]:
    verifier = TokenVerifier(keys.token_secret(settings))
    commands = command_api.main.build_app(store, verifier=verifier, sealer=sealer, registry=registry)
    queries = query_api.main.build_app(
        database, verifier=verifier, opener=sealer, partitions=PARTITIONS, watcher=watcher
    )
    async with (
        listening(commands, host=settings.host, port=settings.command_port, setting="AIOUTLET_COMMAND_PORT") as command,
        listening(queries, host=settings.host, port=settings.query_port, setting="AIOUTLET_QUERY_PORT") as query,
    ):
        yield command, query


async def _demo(settings: Settings, command_api_url: str) -> None:
    """Load the demo catalogue once; a crash meanwhile only means that it is offered again."""
    marker = settings.data / DEMO
    if not settings.demo or marker.exists():
        return
    token = TokenIssuer(keys.token_secret(settings)).issue("demo", ("admin",), "admin")
    async with httpx.AsyncClient(base_url=command_api_url, timeout=60.0) as commands:
        await load_demo(commands, token)
    marker.touch()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"a shop is running in {path.parent} already; set AIOUTLET_DATA to another") from error
        yield


@contextmanager
def _published(path: Path, addresses: Addresses) -> Iterator[None]:
    words = {
        "commandApi": addresses.command_api,
        "queryApi": addresses.query_api,
        "documents": addresses.documents,
        "log": addresses.log,
        "pid": os.getpid(),
    }
    path.write_bytes(orjson.dumps(words))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
