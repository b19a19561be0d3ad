"""What the embedded shop consists of, its document server excepted, as tasks of one event loop."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple

import pymongo
import structlog
from prometheus_client import CollectorRegistry

import command_api.main
import query_api.main
from aioutlet import components, keys
from aioutlet.bff_app import open_bff
from aioutlet.broker import PARTITIONS, MockCluster
from aioutlet.data_folder import FAUST
from aioutlet.documents import document_client, probe_writes
from aioutlet.http_server import limits_of, listening
from aioutlet.identity_parts import open_embedded_identity
from aioutlet.mail import mailbox_parts
from aioutlet.settings import Settings
from command_api.accounts.accounts import Accounts
from command_api.security_log import SecurityLog
from concurrency.background import background
from edge.context import fresh_id
from edge.denial_recording import DenialRecording
from edge.denials import DenialCounter
from edge.health import Probe
from edge.limit_counters import MemoryCounters
from event_store.store import EventStore
from identity.parts import IdentityParts
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.origin import drop_documents, find_mismatch
from projectors.writer import drop_earlier_forms, ensure_indexes
from query_api.checkpoint_watcher import CheckpointWatcher
from query_api.own_events import DemoLog
from query_api.trending import warm_up
from streams import agents
from streams.deadlines import Deadlines
from streams.fetch_pacing import FetchPacing
from streams.mail.mailbox import Mailbox
from streams.metrics import Metrics
from streams.publisher import KafkaPublisher
from streams.relay import Relay
from subscriptions.liveness import MonitoredConsumer, watch_consumers

DATABASE = "aioutlet"
LOG = "AIOUTLET_DATA: the log {!r}"
LOG_REMEDY = "put it back from a backup, or name another folder"
DOCUMENTS = "AIOUTLET_DATA: documents.sqlite"
DOCUMENTS_REMEDY = "remove that file, and it is made again from the log"
CLOSE = 1.0
"""Seconds the client of the documents may take to close."""

log = structlog.get_logger(__name__)


Urls = tuple[str, str, str]


class OpenShop(NamedTuple):
    """Where browsers, commands and queries go, the broker, the store, and the mails."""

    urls: Urls
    broker: str
    store: EventStore
    mailbox: Mailbox


@asynccontextmanager
async def open_shop(
    settings: Settings, log_path: str, documents: str, tasks: asyncio.TaskGroup
) -> AsyncIterator[OpenShop]:
    """Run the shop on the log in a file and the documents at a URI."""
    starting = tasks.create_task(asyncio.to_thread(MockCluster), name="broker")
    async with _database(documents) as database:
        indexing = tasks.create_task(_prepare(database), name="indexes")
        async with (
            components.open_event_store(log_path, part=LOG.format(log_path), remedy=LOG_REMEDY) as store,
            open_embedded_identity(settings) as identity,
        ):
            broker = await starting
            with components.starting(DOCUMENTS, DOCUMENTS_REMEDY):
                await indexing
                await _drop_documents_of_another_log(database, store)
            mailbox = Mailbox(clock=components.now)
            async with _components(settings, store, database, broker.address, identity, mailbox) as urls:
                yield OpenShop(urls, broker.address, store, mailbox)
    broker.stop()


async def _drop_documents_of_another_log(database: Database, store: EventStore) -> None:
    if mismatch := await find_mismatch(database, store):
        dropped = await drop_documents(database)
        log.warning("documents dropped, to be built anew from the log", documents=dropped, cause=mismatch)


async def _prepare(database: Database) -> None:
    await drop_earlier_forms(database, MODELS)  # nobody else uses the folder
    await ensure_indexes(database, MODELS)


@asynccontextmanager
async def _database(uri: str) -> AsyncIterator[Database]:
    client = document_client(uri)
    try:
        yield client[DATABASE]
    finally:
        with pymongo.timeout(CLOSE):  # it tells the server, which may not have stayed up
            await client.close()


@asynccontextmanager
async def _components(
    settings: Settings,
    store: EventStore,
    database: Database,
    broker: str,
    identity: IdentityParts,
    mailbox: Mailbox,
) -> AsyncIterator[Urls]:
    registry, pacing = CollectorRegistry(), FetchPacing()
    demo_log = components.build_demo_log(store, partitions=PARTITIONS) if settings.demo else None
    watcher = query_api.main.build_watcher(database, note=demo_log.shown.note if demo_log else None)
    metrics = Metrics(registry)
    mail = mailbox_parts(settings, mailbox, identity.mailed_tokens)
    processors = components.build_processors(settings, store, identity, metrics, partitions=PARTITIONS, mail=mail)
    cart_timers = components.build_cart_timers(settings, store)
    deadlines = Deadlines(store, [*processors, cart_timers], clock=components.now)
    running_agents = [agents.Agent(store, each, partitions=PARTITIONS, metrics=metrics) for each in processors]
    app = agents.build_app("aioutlet", running_agents, broker=broker, pacing=pacing, data=settings.data / FAUST)
    async with (
        components.open_producer(broker) as producer,
        components.open_consumer(broker, pacing, partitions=PARTITIONS) as consumer,
    ):
        projecting = components.build_projection_consumer(
            store, database, watcher, consumer, metrics, partitions=PARTITIONS
        )
        consumers: list[MonitoredConsumer] = [
            projecting.batching_consumer,
            *(agent.batching_consumer for agent in running_agents),
            *deadlines.loops,
        ]
        work = background(
            Relay(store, KafkaPublisher(producer, pacing), partitions=PARTITIONS).run(),
            projecting.run(),
            deadlines.run(),
            agents.run(app, running_agents),
            pacing.run(),
            watch_consumers(consumers, limit=settings.commit_age),
        )
        probes = components.build_consumer_probes(consumers)
        limiter = components.build_limiter(settings, MemoryCounters(), identity.sealer, registry)
        async with (
            components.open_accounts(identity, limiter) as accounts,
            work,
            _doors(settings, store, database, watcher, accounts, mailbox, demo_log, registry, probes) as urls,
        ):
            yield urls


@asynccontextmanager
async def _doors(
    settings: Settings,
    store: EventStore,
    database: Database,
    watcher: CheckpointWatcher,
    accounts: Accounts,
    mailbox: Mailbox,
    demo_log: DemoLog | None,
    registry: CollectorRegistry,
    probes: Mapping[str, Probe],
) -> AsyncIterator[Urls]:
    identity = accounts.identity
    denials, proxies = DenialCounter(), components.trusted_proxies(settings)
    security_log = SecurityLog(store, identity.sealer, clock=components.now, new_id=fresh_id)
    commands = command_api.main.build_app(
        store,
        accounts=accounts,
        sites=settings.sites,
        registry=registry,
        probes=probes,
        denials=denials,
        security_log=security_log,
        proxies=proxies,
        cart_lifetimes=components.build_cart_lifetimes(settings),
        released=components.released_config(settings),
    )
    queries = query_api.main.build_app(
        database,
        verifier=identity.verifier,
        opener=identity.sealer,
        partitions=PARTITIONS,
        sites=settings.sites,
        watcher=watcher,
        index_of=identity.blind_index.of,
        probe=partial(probe_writes, database),
        denials=denials,
        proxies=proxies,
        count_parked=components.parked_counter(store),
        demo_log=demo_log,
        released=components.released_config(settings),
    )
    listen = partial(listening, host=settings.host, limits=limits_of(settings))
    async with (
        background(
            DenialRecording(denials, security_log.record, registry=registry).run(), warm_up(queries.state.context)
        ),
        listen(commands, port=settings.command_port, setting="AIOUTLET_COMMAND_PORT") as command,
        listen(queries, port=settings.query_port, setting="AIOUTLET_QUERY_PORT") as query,
        open_bff(
            settings,
            keys.token_secret(settings),
            command_url=command,
            query_url=query,
            mailbox=mailbox,
            shows_events=demo_log is not None,
        ) as app,
        listen(app, port=settings.bff_port, setting="AIOUTLET_BFF_PORT") as web,
    ):
        with queries.state.streams.closing_first(), app.state.streams.closing_first():
            yield web, command, query
