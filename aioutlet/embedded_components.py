"""What the embedded shop's own process consists of, as tasks of one event loop: commands, agents, projectors."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

import structlog
from prometheus_client import CollectorRegistry

import command_api.main
from aioutlet import components
from aioutlet.broker import PARTITIONS, MockCluster
from aioutlet.data_folder import FAUST
from aioutlet.documents import opened_database
from aioutlet.gauges import show_failed_timers, show_stuck_sagas
from aioutlet.http_server import limits_of, listening
from aioutlet.identity_parts import open_embedded_identity
from aioutlet.kept_mails import serve_mails
from aioutlet.mail import mailbox_parts
from aioutlet.rebuilds.supervisor import Places, RebuildSupervisor
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
from schemas.documents import Advance
from streams import agents
from streams.dead_letters import DeadLetterCopier, publisher
from streams.deadlines import Deadlines
from streams.fetch_pacing import FetchPacing
from streams.mail.mailbox import Mailbox
from streams.metrics import Metrics
from streams.publisher import KafkaPublisher
from streams.relay import Relay
from subscriptions.liveness import MonitoredConsumer, watch_consumers

LOG = "AIOUTLET_DATA: the log {!r}"
LOG_REMEDY = "put it back from a backup, or name another folder"
DOCUMENTS = "AIOUTLET_DATA: documents.sqlite"
DOCUMENTS_REMEDY = "remove that file, and it is made again from the log"

log = structlog.get_logger(__name__)


class OpenShop(NamedTuple):
    """Where commands go, the broker, and the store."""

    command_url: str
    broker: str
    store: EventStore


@asynccontextmanager
async def open_shop(
    settings: Settings, log_path: str, documents: str, tasks: asyncio.TaskGroup, *, advance: Advance
) -> AsyncIterator[OpenShop]:
    """Run all but the read side on the log in a file and the documents at a URI; `advance` is told of progress."""
    starting = tasks.create_task(asyncio.to_thread(MockCluster), name="broker")
    async with (
        opened_database(documents) as database,
        _indexing(database, tasks) as indexing,
        components.open_agents_store(log_path, part=LOG.format(log_path), remedy=LOG_REMEDY) as store,
        open_embedded_identity(settings) as identity,
    ):
        broker = await starting
        await indexing
        with components.starting(DOCUMENTS, DOCUMENTS_REMEDY):
            await _drop_documents_of_another_log(database, store)
        places = Places(log_path, documents, PARTITIONS)
        async with _components(settings, store, database, broker.address, identity, advance, places) as command_url:
            yield OpenShop(command_url, broker.address, store)
    broker.stop()


@asynccontextmanager
async def _indexing(database: Database, tasks: asyncio.TaskGroup) -> AsyncIterator[asyncio.Task[None]]:
    """Make the indexes meanwhile; where another part cannot be opened, that is said, and not what is left undone."""
    indexing = tasks.create_task(_prepare(database), name="indexes")
    try:
        yield indexing
    finally:
        indexing.cancel()
        await asyncio.wait([indexing])


async def _drop_documents_of_another_log(database: Database, store: EventStore) -> None:
    if mismatch := await find_mismatch(database, store):
        dropped = await drop_documents(database)
        log.warning("documents dropped, to be built anew from the log", documents=dropped, cause=mismatch)


async def _prepare(database: Database) -> None:
    with components.starting(DOCUMENTS, DOCUMENTS_REMEDY):
        await drop_earlier_forms(database, MODELS)  # nobody else uses the folder
        await ensure_indexes(database, MODELS)


@asynccontextmanager
async def _components(
    settings: Settings,
    store: EventStore,
    database: Database,
    broker: str,
    identity: IdentityParts,
    advance: Advance,
    places: Places,
) -> AsyncIterator[str]:
    registry, pacing = CollectorRegistry(), FetchPacing()
    metrics, mailbox = Metrics(registry), Mailbox(clock=components.now)
    mail = mailbox_parts(settings, mailbox, identity.mailed_tokens)
    processors = components.build_processors(settings, store, identity, metrics, partitions=PARTITIONS, mail=mail)
    cart_timers = components.build_cart_timers(settings, store)
    deadlines = Deadlines(store, [*processors, cart_timers], clock=components.now)
    running_agents = [agents.Agent(store, each, partitions=PARTITIONS, metrics=metrics) for each in processors]
    app = agents.build_app("aioutlet", running_agents, broker=broker, pacing=pacing, data=settings.data / FAUST)
    async with (
        components.open_producer(broker) as producer,
        components.open_consumer(broker, pacing, partitions=PARTITIONS) as consumer,
        components.open_consumer(broker, partitions=PARTITIONS) as slow_consumer,
    ):
        projecting = components.build_projection_consumer(
            store, database, advance, consumer, metrics, pacing, partitions=PARTITIONS
        )
        auditing = components.build_audit_consumer(
            store, database, advance, slow_consumer, metrics, partitions=PARTITIONS
        )
        rebuilds = RebuildSupervisor(
            store, database, places, keep=components.keep_models(projecting, auditing), clock=components.now
        )
        await rebuilds.load()
        consumers: list[MonitoredConsumer] = [
            projecting.batching_consumer,
            auditing.batching_consumer,
            *(agent.batching_consumer for agent in running_agents),
            *deadlines.loops,
        ]
        work = background(
            Relay(store, KafkaPublisher(producer, pacing), partitions=PARTITIONS).run(),
            DeadLetterCopier(store, publisher(producer)).run(),
            show_failed_timers(store, metrics),
            show_stuck_sagas(database, metrics),
            projecting.run(),
            rebuilds.run(),
            auditing.run(),
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
            _commands(settings, store, accounts, mailbox, registry, probes) as url,
        ):
            yield url


@asynccontextmanager
async def _commands(
    settings: Settings,
    store: EventStore,
    accounts: Accounts,
    mailbox: Mailbox,
    registry: CollectorRegistry,
    probes: Mapping[str, Probe],
) -> AsyncIterator[str]:
    denials = DenialCounter()
    security_log = SecurityLog(store, accounts.identity.sealer, clock=components.now, new_id=fresh_id)
    app = command_api.main.build_app(
        store,
        accounts=accounts,
        sites=settings.sites,
        registry=registry,
        probes=probes,
        denials=denials,
        security_log=security_log,
        proxies=components.trusted_proxies(settings),
        cart_lifetimes=components.build_cart_lifetimes(settings),
        second_person=components.second_person_within(settings),
        released=components.released_config(settings),
    )
    serve_mails(app, mailbox)
    async with (
        background(DenialRecording(denials, security_log.record, registry=registry).run()),
        listening(
            app,
            host=settings.host,
            port=settings.command_port,
            setting="AIOUTLET_COMMAND_PORT",
            limits=limits_of(settings),
        ) as url,
    ):
        yield url
