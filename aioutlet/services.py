"""The other wiring: one service per process on PostgreSQL, Apache Kafka and MongoDB, as many of each as are needed."""

import os
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from pymongo import AsyncMongoClient

import command_api.main
import query_api.main
from aioutlet import components
from aioutlet.http_server import listening
from aioutlet.settings import Settings
from concurrency.background import background
from edge.app import ServiceOptions, build_service
from edge.health import Liveness, Probe
from identity.sealing import Sealer
from identity.tokens import TokenVerifier
from projectors.models.registry import MODELS
from projectors.writer import Database, ensure_indexes
from schemas.documents import Document
from streams import agents
from streams.deadlines import Deadlines
from streams.metrics import Metrics
from streams.publisher import KafkaPublisher
from streams.relay import Relay
from streams.transport import FetchPacing
from subscriptions.liveness import ConsumerDead, MonitoredConsumer, watch_consumers

DATABASE = "aioutlet"
"""Where AIOUTLET_DOCUMENTS names no database."""
WAIT_MS = 500
"""Apache Kafka answers a waiting fetch as soon as a byte arrives: asking seldom costs no time."""
DEAD = 70
"""The exit code of a service whose consumer is dead."""
SECRET = "a secret of 32 characters or more, the same for every service"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ServiceContext:
    """What every service is given."""

    name: str
    settings: Settings
    registry: CollectorRegistry
    metrics: Metrics
    pacing: FetchPacing
    verifier: TokenVerifier
    sealer: Sealer


Opened = AbstractAsyncContextManager[str]
"""A service at work; it says at which URL it is asked how it is."""


def service(name: str, settings: Settings) -> Opened:
    """One of `SERVICES`, at work while the context is open.

    Raises:
        WrongSettings: Something it needs is said nowhere.
        PortTaken: Naming the setting that chooses another.
    """
    registry = CollectorRegistry()
    context = ServiceContext(
        name=name,
        settings=settings,
        registry=registry,
        metrics=Metrics(registry),
        pacing=FetchPacing(busy=WAIT_MS, idle=WAIT_MS),
        verifier=TokenVerifier(settings.needed("token_secret", SECRET)),
        sealer=Sealer(settings.needed("master_key", SECRET).encode()),
    )
    return SERVICES[name](context)


@asynccontextmanager
async def _command_api(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    async with components.open_event_store(settings.log) as store:
        app = command_api.main.build_app(
            store, verifier=context.verifier, sealer=context.sealer, registry=context.registry
        )
        async with _listening(app, context, settings.command_port, "AIOUTLET_COMMAND_PORT") as url:
            yield url


@asynccontextmanager
async def _query_api(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    async with _documents(settings) as database:
        app = query_api.main.build_app(
            database,
            verifier=context.verifier,
            opener=context.sealer,
            partitions=settings.partitions,
            registry=context.registry,
        )
        async with _listening(app, context, settings.query_port, "AIOUTLET_QUERY_PORT") as url:
            yield url


@asynccontextmanager
async def _relay(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    async with (
        components.open_event_store(settings.log) as store,
        components.open_producer(settings.bootstrap) as producer,
    ):
        relay = Relay(store, KafkaPublisher(producer, context.pacing), partitions=settings.partitions)
        async with _working(context, relay.run(), {"eventStore": store.head}) as url:
            yield url


@asynccontextmanager
async def _agent(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    async with components.open_event_store(settings.log) as store:
        made = components.processors(settings, store, context.sealer, context.metrics)
        crew = [
            agents.Agent(store, each, partitions=settings.partitions, metrics=context.metrics)
            for each in made
            if each.consumer == context.name
        ]
        app = agents.application(
            f"aioutlet-{context.name}",
            crew,
            broker=settings.bootstrap,
            pacing=context.pacing,
            data=settings.data / "faust" / context.name,
            shared=True,
        )
        intakes = [agent.batching for agent in crew]
        async with _working(context, agents.run(app, crew), {"eventStore": store.head}, intakes) as url:
            yield url


@asynccontextmanager
async def _deadlines(context: ServiceContext) -> AsyncIterator[str]:
    async with components.open_event_store(context.settings.log) as store:
        made = components.processors(context.settings, store, context.sealer, context.metrics)
        deadlines = Deadlines(store, made, clock=components.now)
        async with _working(context, deadlines.run(), {"eventStore": store.head}) as url:
            yield url


@asynccontextmanager
async def _projectors(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    async with (
        components.open_event_store(settings.log) as store,
        _documents(settings) as database,
        components.open_group_consumer(settings.bootstrap, group="aioutlet-projections") as consumer,
    ):
        await ensure_indexes(database, MODELS)
        watcher = query_api.main.watcher_over(database)
        feed = components.feed(store, database, watcher, consumer, context.metrics, partitions=settings.partitions)
        feed.join_group()
        probes: dict[str, Probe] = {"eventStore": store.head, "documents": partial(database.command, "ping")}
        async with _working(context, feed.run(), probes, [feed.batching]) as url:
            yield url


SERVICES: Mapping[str, Callable[[ServiceContext], Opened]] = {
    "command-api": _command_api,
    "query-api": _query_api,
    "relay": _relay,
    "saga": _agent,
    "payment": _agent,
    "inventory": _agent,
    "shipping": _agent,
    "deadlines": _deadlines,
    "projectors": _projectors,
}


@asynccontextmanager
async def _working(
    context: ServiceContext,
    work: Coroutine[Any, Any, None],
    probes: Mapping[str, Probe],
    consumers: Sequence[MonitoredConsumer] = (),
) -> AsyncIterator[str]:
    """Work beside a door that tells how it goes; work that fails ends the service, and so does a dead consumer."""
    settings, ages = context.settings, {each.name: partial(getattr, each, "age") for each in consumers}
    app = build_service(
        ServiceOptions(
            title=f"AIOutlet {context.name}",
            routers=(),
            verifier=context.verifier,
            probes=probes,
            liveness=Liveness(ages, limit=settings.commit_age),
            registry=context.registry,
        )
    )
    async with (
        background(work, _end_when_dead(consumers, settings.commit_age)),
        _listening(app, context, settings.health_port, "AIOUTLET_HEALTH_PORT") as url,
    ):
        yield url


async def _end_when_dead(consumers: Sequence[MonitoredConsumer], limit: float) -> None:
    """End this process, without a good-bye: what made a consumer dead would keep it from stopping, too."""
    try:
        await watch_consumers(consumers, limit=limit)
    except ConsumerDead:
        log.exception("dead consumer, ending")
        os._exit(DEAD)


def _listening(app: FastAPI, context: ServiceContext, port: int, setting: str) -> Opened:
    return listening(app, host=context.settings.host, port=port, setting=setting)


@asynccontextmanager
async def _documents(settings: Settings) -> AsyncIterator[Database]:
    uri = settings.needed("documents", "the services' MongoDB, such as mongodb://localhost:27017")
    client: AsyncMongoClient[Document] = AsyncMongoClient(uri)
    async with client:
        yield client.get_default_database(DATABASE)
