"""The other wiring: one service per process on PostgreSQL, Apache Kafka and MongoDB, as many of each as are needed."""

import asyncio
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
from aioutlet import parts
from aioutlet.doors import listening
from aioutlet.settings import Settings
from edge.app import build
from edge.health import Liveness, Probe
from event_store.vigil import Consumer, ConsumerDead, watch
from identity.sealing import Sealer
from identity.tokens import TokenVerifier
from projectors.models import MODELS
from projectors.writing import Database, prepare
from schemas.documents import Document
from streams import agents
from streams.deadlines import Deadlines
from streams.figures import Figures
from streams.publisher import KafkaPublisher
from streams.relay import Relay
from streams.transport import Pace

DATABASE = "aioutlet"
"""Where AIOUTLET_DOCUMENTS names no database."""
WAIT_MS = 500
"""Apache Kafka answers a waiting fetch as soon as a byte arrives: asking seldom costs no time."""
DEAD = 70
"""The exit code of a service whose consumer is dead."""
SECRET = "a secret of 32 characters or more, the same for every service"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Place:
    """What every service is given."""

    name: str
    settings: Settings
    registry: CollectorRegistry
    figures: Figures
    pace: Pace
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
    place = Place(
        name=name,
        settings=settings,
        registry=registry,
        figures=Figures(registry),
        pace=Pace(busy=WAIT_MS, idle=WAIT_MS),
        verifier=TokenVerifier(settings.needed("token_secret", SECRET)),
        sealer=Sealer(settings.needed("master_key", SECRET).encode()),
    )
    return SERVICES[name](place)


@asynccontextmanager
async def _command_api(place: Place) -> AsyncIterator[str]:
    settings = place.settings
    async with parts.storing(settings.log) as store:
        app = command_api.main.build_app(store, verifier=place.verifier, sealer=place.sealer, registry=place.registry)
        async with _listening(app, place, settings.command_port, "AIOUTLET_COMMAND_PORT") as url:
            yield url


@asynccontextmanager
async def _query_api(place: Place) -> AsyncIterator[str]:
    settings = place.settings
    async with _documents(settings) as database:
        app = query_api.main.build_app(
            database,
            verifier=place.verifier,
            opener=place.sealer,
            partitions=settings.partitions,
            registry=place.registry,
        )
        async with _listening(app, place, settings.query_port, "AIOUTLET_QUERY_PORT") as url:
            yield url


@asynccontextmanager
async def _relay(place: Place) -> AsyncIterator[str]:
    settings = place.settings
    async with parts.storing(settings.log) as store, parts.producing(settings.bootstrap) as producer:
        relay = Relay(store, KafkaPublisher(producer, place.pace), partitions=settings.partitions)
        async with _working(place, relay.run(), {"eventStore": store.head}) as url:
            yield url


@asynccontextmanager
async def _agent(place: Place) -> AsyncIterator[str]:
    settings = place.settings
    async with parts.storing(settings.log) as store:
        made = parts.processors(settings, store, place.sealer, place.figures)
        crew = [
            agents.Agent(store, each, partitions=settings.partitions, figures=place.figures)
            for each in made
            if each.consumer == place.name
        ]
        app = agents.application(
            f"aioutlet-{place.name}",
            crew,
            broker=settings.bootstrap,
            pace=place.pace,
            data=settings.data / "faust" / place.name,
            shared=True,
        )
        intakes = [agent.intake for agent in crew]
        async with _working(place, agents.run(app, crew), {"eventStore": store.head}, intakes) as url:
            yield url


@asynccontextmanager
async def _deadlines(place: Place) -> AsyncIterator[str]:
    async with parts.storing(place.settings.log) as store:
        made = parts.processors(place.settings, store, place.sealer, place.figures)
        deadlines = Deadlines(store, made, clock=parts.now)
        async with _working(place, deadlines.run(), {"eventStore": store.head}) as url:
            yield url


@asynccontextmanager
async def _projectors(place: Place) -> AsyncIterator[str]:
    settings = place.settings
    async with (
        parts.storing(settings.log) as store,
        _documents(settings) as database,
        parts.consuming_together(settings.bootstrap, group="aioutlet-projections") as consumer,
    ):
        await prepare(database, MODELS)
        hub = query_api.main.hub_over(database)
        feed = parts.feed(store, database, hub, consumer, place.figures, partitions=settings.partitions)
        feed.join_group()
        probes: dict[str, Probe] = {"eventStore": store.head, "documents": partial(database.command, "ping")}
        async with _working(place, feed.run(), probes, [feed.intake]) as url:
            yield url


SERVICES: Mapping[str, Callable[[Place], Opened]] = {
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
    place: Place, work: Coroutine[Any, Any, None], probes: Mapping[str, Probe], consumers: Sequence[Consumer] = ()
) -> AsyncIterator[str]:
    """Work beside a door that tells how it goes; work that fails ends the service, and so does a dead consumer."""
    settings, ages = place.settings, {each.name: partial(getattr, each, "age") for each in consumers}
    app = build(
        title=f"AIOutlet {place.name}",
        routers=[],
        verifier=place.verifier,
        probes=probes,
        liveness=Liveness(ages, limit=settings.commit_age),
        registry=place.registry,
    )
    async with asyncio.TaskGroup() as tasks:
        started = [tasks.create_task(each) for each in (work, _end_when_dead(consumers, settings.commit_age))]
        async with _listening(app, place, settings.health_port, "AIOUTLET_HEALTH_PORT") as url:
            yield url
        for task in started:
            task.cancel()


async def _end_when_dead(consumers: Sequence[Consumer], limit: float) -> None:
    """End this process, without a good-bye: what made a consumer dead would keep it from stopping, too."""
    try:
        await watch(consumers, limit=limit)
    except ConsumerDead:
        log.exception("dead consumer, ending")
        os._exit(DEAD)


def _listening(app: FastAPI, place: Place, port: int, setting: str) -> Opened:
    return listening(app, host=place.settings.host, port=port, setting=setting)


@asynccontextmanager
async def _documents(settings: Settings) -> AsyncIterator[Database]:
    uri = settings.needed("documents", "the services' MongoDB, such as mongodb://localhost:27017")
    client: AsyncMongoClient[Document] = AsyncMongoClient(uri)
    async with client:
        yield client.get_default_database(DATABASE)
