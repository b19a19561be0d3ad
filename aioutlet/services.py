"""The wiring of separate services: each its own process, on PostgreSQL, Apache Kafka and MongoDB."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from pymongo.errors import PyMongoError

import command_api.main
import query_api.main
from aioutlet import components
from aioutlet.audit_recorder import recording_audit
from aioutlet.bff_app import open_bff
from aioutlet.data_folder import FAUST, make_folder
from aioutlet.denial_reporter import issue_system_token, reporting
from aioutlet.documents import document_client, probe_writes
from aioutlet.gauges import show_failed_timers, show_stuck_sagas
from aioutlet.http_server import limits_of, listening
from aioutlet.identity_parts import SECRET, open_services_identity
from aioutlet.keys import old_log_key
from aioutlet.log_signing import LogSigning
from aioutlet.mail import smtp_parts
from aioutlet.rebuilds.supervisor import Places, RebuildSupervisor
from aioutlet.settings import Settings, WrongSettings, http_url
from aioutlet.tree import open_tree
from command_api.security_log import SecurityLog
from concurrency.background import background
from edge.app import ServiceOptions, bearer_tokens, build_service
from edge.context import fresh_id
from edge.denial_recording import DenialRecording
from edge.denials import DenialCounter
from edge.health import Liveness, Probe
from edge.limit_counters import DocumentCounters
from event_store.store import EventStore
from event_store.write_probe import probe_append
from history.event_log import EventLog
from history.parked_rows import ParkedRows
from history.proof.signed_log import SignedLog
from identity.parts import IdentityParts
from identity.tokens import TokenIssuer
from projectors.consumer import ProjectionConsumer
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.origin import drop_documents, find_mismatch, require_match
from projectors.projection import ignore_progress
from projectors.writer import ensure_indexes
from query_api.log_guard import LogGuard
from query_api.trending import warm_up
from schemas.error_codes import code_of
from schemas.errors import Unavailable
from streams import agents
from streams.dead_letters import DeadLetterCopier, publisher
from streams.deadlines import Deadlines
from streams.fetch_coalescing import FetchCoalescing
from streams.fetch_pacing import FetchPacing
from streams.fulfilment import Fulfilment
from streams.metrics import Metrics
from streams.notification import Notifications
from streams.publisher import KafkaPublisher
from streams.relay import COLLECT, Relay
from subscriptions.liveness import ConsumerDead, MonitoredConsumer, watch_consumers
from subscriptions.log_watch import LogReplaced, watch_log

DATABASE = "aioutlet"
"""Where AIOUTLET_DOCUMENTS names no database."""
EXIT_CONSUMER_DEAD = 70
"""Exit code of a service that ends because its consumer is dead."""
EXIT_LOG_REPLACED = 71
"""Exit code of a service that ends because its log was replaced beneath it."""
DOCUMENTS, DOCUMENTS_REMEDY = "AIOUTLET_DOCUMENTS: MongoDB", "see that it runs and lets us in"
READERS = frozenset({"query-api", "relay", "projectors", "signer"})
"""Services that need no right to write to PostgreSQL's tables of secrets."""
DOCUMENT_USERS = frozenset({"command-api", "query-api", "projectors"})
DOCUMENTS_EXAMPLE = "the services' MongoDB, such as mongodb://localhost:27017"
BFF = "bff"
"""The only service that needs none of the secrets beside the log."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ServiceContext:
    """What every service needs, made from its name and settings."""

    name: str
    settings: Settings
    registry: CollectorRegistry
    metrics: Metrics
    pacing: FetchPacing
    denials: DenialCounter
    _identity: IdentityParts | None = None

    @property
    def identity(self) -> IdentityParts:
        """The secrets beside the log; the BFF has none of them."""
        if self._identity is None:
            raise TypeError(f"{self.name} was opened without secrets")
        return self._identity


RunningService = AbstractAsyncContextManager[str]
"""A service that runs while the context is open; it gives the URL of the service's HTTP server."""


@asynccontextmanager
async def service(name: str, settings: Settings) -> AsyncIterator[str]:
    """Run one of `SERVICES` while the context is open.

    Raises:
        CannotStart: A setting it needs is missing or wrong, or a part it needs cannot be opened.
    """
    registry = CollectorRegistry()
    context = ServiceContext(
        name=name,
        settings=settings,
        registry=registry,
        metrics=Metrics(registry),
        pacing=FetchCoalescing(),
        denials=DenialCounter(),
    )
    if name == BFF:
        async with _bff(context) as url:
            yield url
        return
    if name in DOCUMENT_USERS:
        _ = settings.log, settings.require("documents", DOCUMENTS_EXAMPLE)  # said before anything is opened
    async with (
        open_services_identity(settings, may_write=name not in READERS) as identity,
        SERVICES[name](replace(context, _identity=identity)) as url,
    ):
        yield url


@asynccontextmanager
async def _command_api(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    log_address = settings.log
    async with _open_documents(settings) as database, components.open_event_store(log_address) as store:
        identity, counters = context.identity, DocumentCounters(database)
        security_log = SecurityLog(store, identity.sealer, clock=components.now, new_id=fresh_id)
        recording = DenialRecording(context.denials, security_log.record, registry=context.registry)
        limiter = components.build_limiter(settings, counters, identity.sealer, context.registry)
        async with (
            components.open_accounts(identity, limiter) as accounts,
            background(_exit_when_replaced(store), recording.run(), counters.prepare()),
            _serve(
                command_api.main.build_app(
                    store,
                    accounts=accounts,
                    sites=settings.sites,
                    registry=context.registry,
                    denials=context.denials,
                    security_log=security_log,
                    proxies=components.trusted_proxies(settings),
                    cart_lifetimes=components.build_cart_lifetimes(settings),
                    second_person=components.second_person_within(settings),
                    released=components.released_config(settings),
                ),
                context,
                settings.command_port,
                "AIOUTLET_COMMAND_PORT",
            ) as url,
        ):
            yield url


@asynccontextmanager
async def _query_api(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    async with (
        _open_documents(settings) as database,
        components.open_event_store(settings.log) as store,
        recording_audit(command_url_of(context), system_token_of(context)) as record_audit,
    ):
        guard = LogGuard(partial(find_mismatch, database, store))
        app = query_api.main.build_app(
            database,
            verifier=context.identity.verifier,
            opener=context.identity.sealer,
            index_of=context.identity.blind_index.of,
            partitions=settings.partitions,
            sites=settings.sites,
            guard=guard,
            registry=context.registry,
            denials=context.denials,
            proxies=components.trusted_proxies(settings),
            read_progress=components.progress_reader(store),
            read_timers=components.timer_reader(store),
            event_log=EventLog(store),
            parked_rows=ParkedRows(store),
            signed_log=SignedLog(store, open_tree(settings)),
            record_audit=record_audit,
            is_second_person_required=settings.second_person is not None,
            released=components.released_config(settings),
        )
        await guard.compare()
        versions = app.state.context.versions
        with components.starting(DOCUMENTS, DOCUMENTS_REMEDY):
            await versions.look()
        async with (
            background(guard.run(), versions.run(), warm_up(app.state.context)),
            reporting_denials(context),
            _serve(app, context, settings.query_port, "AIOUTLET_QUERY_PORT") as url,
        ):
            with app.state.streams.closing_first():
                yield url


@asynccontextmanager
async def _relay(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    async with (
        components.open_event_store(settings.log) as store,
        components.open_producer(settings.bootstrap) as producer,
    ):
        relay = Relay(store, KafkaPublisher(producer, context.pacing), partitions=settings.partitions, collect=COLLECT)
        copier = DeadLetterCopier(store, publisher(producer))
        probes = components.work_probes(store, settings.bootstrap)
        async with background(copier.run()), _run_with_health(context, store, relay.run(), probes) as url:
            yield url


@asynccontextmanager
async def _agent(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    make_folder(settings.data)
    moves_sagas = context.name == Fulfilment.consumer
    open_store = components.open_agents_store if moves_sagas else components.open_event_store
    async with open_store(settings.log) as store:
        with components.starting(components.BROKER, components.BROKER_REMEDY):
            await components.broker_probe(settings.bootstrap)()
        sends_mails = context.name == Notifications.consumer
        mail = smtp_parts(settings, context.identity.mailed_tokens, clock=components.now) if sends_mails else None
        processors = components.build_processors(
            settings,
            store,
            context.identity,
            context.metrics,
            partitions=settings.partitions,
            consumers=(context.name,),
            mail=mail,
        )
        running = [
            agents.Agent(store, each, partitions=settings.partitions, metrics=context.metrics) for each in processors
        ]
        app = agents.build_app(
            f"aioutlet-{context.name}",
            running,
            broker=settings.bootstrap,
            pacing=context.pacing,
            data=settings.data / FAUST / context.name,
            shared=True,
        )
        consumers = [agent.batching_consumer for agent in running]
        probes = components.work_probes(store, settings.bootstrap)
        async with _run_with_health(context, store, agents.run(app, running), probes, consumers) as url:
            yield url


@asynccontextmanager
async def _deadlines(context: ServiceContext) -> AsyncIterator[str]:
    async with components.open_agents_store(context.settings.log) as store:
        processors = components.build_processors(
            context.settings, store, context.identity, context.metrics, partitions=context.settings.partitions
        )
        cart_timers = components.build_cart_timers(context.settings, store)
        deadlines = Deadlines(store, [*processors, cart_timers], clock=components.now)
        probes = {"eventStore": partial(probe_append, store)}
        async with (
            background(show_failed_timers(store, context.metrics)),
            _run_with_health(context, store, deadlines.run(), probes, deadlines.loops) as url,
        ):
            yield url


@asynccontextmanager
async def _projectors(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    async with (
        components.open_event_store(settings.log) as store,
        _open_documents(settings) as database,
        components.open_group_consumer(settings.bootstrap, context.pacing, group="aioutlet-projections") as consumer,
        components.open_group_consumer(settings.bootstrap, group="aioutlet-audit") as slow_consumer,
    ):
        with components.starting(DOCUMENTS, DOCUMENTS_REMEDY):
            await ensure_indexes(database, MODELS)
        projection_consumer = components.build_projection_consumer(
            store, database, ignore_progress, consumer, context.metrics, context.pacing, partitions=settings.partitions
        )
        audit_consumer = components.build_audit_consumer(
            store, database, ignore_progress, slow_consumer, context.metrics, partitions=settings.partitions
        )
        consumers = (projection_consumer, audit_consumer)
        for each in consumers:
            each.join_group()
        places = Places(settings.log, settings.require("documents", DOCUMENTS_EXAMPLE), settings.partitions)
        rebuilds = RebuildSupervisor(
            store, database, places, keep=components.keep_models(*consumers), clock=components.now
        )
        await rebuilds.load()
        probes: dict[str, Probe] = {
            "eventStore": store.head,
            "documents": partial(probe_writes, database),
            "broker": components.broker_probe(settings.bootstrap),
            "log": partial(require_match, database, store),
        }
        async with (
            background(show_stuck_sagas(database, context.metrics), rebuilds.run()),
            _run_with_health(
                context, store, _run_all(consumers), probes, [each.batching_consumer for each in consumers]
            ) as url,
        ):
            yield url


async def _run_all(consumers: Iterable[ProjectionConsumer]) -> None:
    await asyncio.gather(*(each.run() for each in consumers))


@asynccontextmanager
async def _signer(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    secret = settings.require("log_key", "a secret of 32 characters or more, which no other service has")
    async with components.open_event_store(settings.log) as store:
        signing = LogSigning(
            store, open_tree(settings), secret.encode(), context.registry, old_secret=old_log_key(settings)
        )
        probes = {"eventStore": store.head, "signing": signing.check}
        async with _run_with_health(context, store, signing.run(), probes) as url:
            yield url


@asynccontextmanager
async def _bff(context: ServiceContext) -> AsyncIterator[str]:
    settings = context.settings
    opening = open_bff(
        settings,
        settings.require("token_secret", SECRET),
        command_url=settings.require("command_url", "the command API, such as http://command-api:8000"),
        query_url=settings.require("query_url", "the query API, such as http://query-api:8001"),
        registry=context.registry,
    )
    async with opening as app, _serve(app, context, settings.bff_port, "AIOUTLET_BFF_PORT") as url:
        with app.state.streams.closing_first():
            yield url


HERE = "127.0.0.1"
"""Where the command API is looked for, if no setting says."""

SERVICES: Mapping[str, Callable[[ServiceContext], RunningService]] = {
    BFF: _bff,
    "command-api": _command_api,
    "query-api": _query_api,
    "relay": _relay,
    "saga": _agent,
    "payment": _agent,
    "inventory": _agent,
    "shipping": _agent,
    "accounts": _agent,
    "notification": _agent,
    "deadlines": _deadlines,
    "projectors": _projectors,
    "signer": _signer,
}


@asynccontextmanager
async def _run_with_health(
    context: ServiceContext,
    store: EventStore,
    work: Coroutine[Any, Any, None],
    probes: Mapping[str, Probe],
    consumers: Sequence[MonitoredConsumer] = (),
) -> AsyncIterator[str]:
    """Do the work beside an HTTP server for health and metrics.

    A failure, a dead consumer or a log that is replaced ends the service.
    """
    settings, ages = context.settings, {each.name: partial(getattr, each, "age") for each in consumers}
    app = build_service(
        ServiceOptions(
            title=f"AIOutlet {context.name}",
            routers=(),
            authentication=bearer_tokens(context.identity.verifier),
            probes={**probes, **components.build_consumer_probes(consumers)},
            liveness=Liveness(ages, limit=settings.commit_age),
            registry=context.registry,
            denials=context.denials,
            proxies=components.trusted_proxies(settings),
        )
    )
    async with (
        reporting_denials(context),
        background(work, _exit_when_replaced(store), _exit_when_dead(consumers, settings.commit_age)),
        _serve(app, context, settings.health_port, "AIOUTLET_HEALTH_PORT") as url,
    ):
        yield url


def reporting_denials(context: ServiceContext) -> AbstractAsyncContextManager[None]:
    """Report to the command API what a service refuses while the context is open."""
    return reporting(context.denials, command_url_of(context), system_token_of(context), context.registry)


def command_url_of(context: ServiceContext) -> str:
    """Return where the command API answers the other services."""
    return context.settings.command_url or http_url(HERE, context.settings.command_port)


def system_token_of(context: ServiceContext) -> Callable[[], str]:
    """Return what issues the tokens by which a service acts."""
    issuer = TokenIssuer(context.settings.require("token_secret", SECRET))
    return partial(issue_system_token, issuer, context.name)


async def _exit_when_replaced(store: EventStore) -> None:
    """Exit at once when the log is another: an orderly shutdown would finish what was decided on the one before."""
    try:
        await watch_log(store)
    except LogReplaced as replaced:
        log.error("ending", cause=str(replaced))  # noqa: TRY400 - one line says it all
        os._exit(EXIT_LOG_REPLACED)


async def _exit_when_dead(consumers: Sequence[MonitoredConsumer], limit: float) -> None:
    """Exit at once when a consumer is dead: what blocks it could also block an orderly shutdown."""
    try:
        await watch_consumers(consumers, limit=limit)
    except ConsumerDead:
        log.exception("dead consumer, ending")
        os._exit(EXIT_CONSUMER_DEAD)


def _serve(app: FastAPI, context: ServiceContext, port: int, setting: str) -> RunningService:
    return listening(app, host=context.settings.host, port=port, setting=setting, limits=limits_of(context.settings))


@asynccontextmanager
async def _open_documents(settings: Settings) -> AsyncIterator[Database]:
    uri = settings.require("documents", DOCUMENTS_EXAMPLE)
    try:
        client = document_client(uri)
    except (PyMongoError, ValueError) as error:
        raise WrongSettings(f"AIOUTLET_DOCUMENTS: no address of a MongoDB ({code_of(error)})") from None
    async with client:
        yield client.get_default_database(DATABASE)


async def drop_documents_of_another_log(settings: Settings) -> str:
    """Drop the documents unless they are of the log; return in a sentence what was done.

    The projectors do not write while they are not: each compares its position with the log before every batch.

    Raises:
        Unavailable: The log or the documents do not answer.
        WrongSettings: A setting it needs is missing.
    """
    async with _open_documents(settings) as database, components.open_event_store(settings.log) as store:
        try:
            mismatch = await find_mismatch(database, store)
            dropped = await drop_documents(database) if mismatch else 0
        except PyMongoError as error:
            raise Unavailable(f"the documents do not answer: {code_of(error)}") from error
    if mismatch is None:
        return "the documents are of this log: nothing to do"
    return f"{dropped} documents dropped, the projectors build them anew: {mismatch}"
