"""Builds the components that both wirings use: clients, processors, and the consumer of the read models."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from limits.aio.storage import Storage
from prometheus_client import CollectorRegistry
from pymongo.errors import PyMongoError

from aioutlet.data_folder import books_file
from aioutlet.mail import MailParts
from aioutlet.settings import CannotStart, Settings
from command_api.accounts.accounts import Accounts
from domain.cart.timers import CartLifetimes
from domain.config import released_values
from domain.fulfilment.policy import Policy
from edge.client_address import TrustedProxies
from edge.health import Probe
from edge.rate_limits import RateLimiter
from event_store.opening import open_store
from event_store.reading import EventReader
from event_store.sqlite.file_check import check_file
from event_store.store import EventStore
from event_store.write_probe import probe_append
from history.recent_log import RecentLog
from history.stream_ends import StreamEnds
from identity.parts import IdentityParts
from identity.passwords import PasswordHasher
from identity.sealing import Sealer
from projectors.consumer import ProjectionConsumer, ignore_count
from projectors.document_io import Database
from projectors.late_folding import LateFolding
from projectors.models.audit import AUDIT
from projectors.models.registry import MODELS, PAGES
from projectors.projection import Projection
from projectors.read_model import ReadModel
from query_api.lag import LogProgress, ReadProgress
from query_api.order_records import ReadTimers
from query_api.own_events import DemoLog
from query_api.shown_positions import ShownPositions
from schemas.config import ConfigValues
from schemas.documents import Advance
from schemas.error_codes import code_of
from schemas.errors import DefinitionUnknown, Unavailable
from schemas.order_records import WaitingTimer
from schemas.saga import Step
from streams.accounts import AccountSecrets, keeps_no_mail
from streams.agents import METADATA_AGE_MS
from streams.carrier import DummyCarrier
from streams.carts import CartTimers
from streams.deadline_check import DeadlineCheck
from streams.fetch_pacing import FetchPacing
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.metrics import Metrics
from streams.notification import Notifications
from streams.order_timers import timers_of_order
from streams.payment import Payments
from streams.payment_gateway import DummyGateway
from streams.processor import Processor
from streams.provider_books import ProviderBooks
from streams.provider_calls import CallLimits
from streams.relay import WHOLE_LOG
from streams.saga_definitions import check_definitions
from streams.shipping import Shipping
from subscriptions.catch_up import RELAY, CatchUpSubscription
from subscriptions.liveness import MonitoredConsumer, check_not_waiting

BATCH_BYTES = 262_144
MAX_POLL_INTERVAL_MS = 3_600_000
"""A consumer that catches up from the store does not poll the broker meanwhile, and must keep its partitions. Whether
it is dead is found out by `subscriptions.liveness`."""
BROKER_DEADLINE_MS = 2_000
BOOKS_REMEDY = "put the file back from a backup, or name another"
EVENT_STORE, STORE_REMEDY = "AIOUTLET_STORE: the event store", "see that it runs and lets us in"
BROKER, BROKER_REMEDY = "AIOUTLET_BROKER: Kafka", "see that it runs and can be reached from here"
PROCESSORS: tuple[type[Processor], ...] = (Fulfilment, Payments, Inventory, Shipping, AccountSecrets, Notifications)
CONSUMERS = tuple(processor.consumer for processor in PROCESSORS)
"""The names of all processors."""
AUDIT_EVERY = 1.0
"""Seconds whose events are written to the audit together."""
MAILS_AT_ONCE = 16
"""Connections to the mail server at most."""
LATE_ANSWER = 1.5
"""Payment deadlines that pass before the dummy gateway answers a charge of `tok_late`."""


def now() -> datetime:
    """Return the time of this machine, in UTC."""
    return datetime.now(UTC)


def trusted_proxies(settings: Settings) -> TrustedProxies:
    """Return from whom the HTTP services believe which client a request comes from."""
    return TrustedProxies(map(ip_network, settings.proxies.split(",")))


def build_limiter(settings: Settings, counters: Storage, sealer: Sealer, registry: CollectorRegistry) -> RateLimiter:
    """Return the limiter over these counters, which limits nothing if the settings say so."""
    return RateLimiter(
        counters if settings.rate_limits == "on" else None, hash_key=sealer.fingerprint, registry=registry
    )


def build_policy(settings: Settings) -> Policy:
    """Return the saga's order of steps and its deadlines."""
    first = (Step.INVENTORY, Step.PAYMENT) if settings.inventory_first else (Step.PAYMENT, Step.INVENTORY)
    return Policy(
        steps=(*first, Step.SHIPPING),
        payment_timeout=settings.payment_deadline,
        inventory_timeout=settings.inventory_deadline,
        shipping_timeout=settings.shipping_deadline,
        undo_timeout=settings.undo_deadline,
        reservation_lifetime=settings.reservation,
    )


def second_person_within(settings: Settings) -> timedelta | None:
    """Return within which a second operator must confirm what gives up an undo, or None where one is enough."""
    return None if settings.second_person is None else timedelta(seconds=settings.second_person)


def build_cart_lifetimes(settings: Settings) -> CartLifetimes:
    """Return how long carts may be without activity."""
    return CartLifetimes(
        abandoned_after=timedelta(seconds=settings.cart_abandoned),
        guest_expires_after=timedelta(seconds=settings.guest_cart),
    )


def build_cart_timers(settings: Settings, store: EventStore) -> CartTimers:
    """Return what reacts to the timers of carts."""
    return CartTimers(store, clock=now, lifetimes=build_cart_lifetimes(settings))


def released_config(settings: Settings) -> ConfigValues:
    """Return what is in force under each key of the configuration while nobody has changed it."""
    return released_values(build_policy(settings))


def build_processors(
    settings: Settings,
    store: EventStore,
    identity: IdentityParts,
    metrics: Metrics,
    *,
    partitions: int,
    consumers: Collection[str] = CONSUMERS,
    mail: MailParts | None = None,
) -> list[Processor]:
    """Return the processors with these names: by default all of them, that of mails only where `mail` is given."""
    policy, limits = build_policy(settings), CallLimits(settings.provider_timeout, settings.provider_calls)
    check = DeadlineCheck(store, policy=policy, partitions=partitions)
    build: dict[str, Callable[[], Processor]] = {
        Fulfilment.consumer: lambda: Fulfilment(store, clock=now, metrics=metrics, policy=policy, check=check),
        Payments.consumer: lambda: Payments(store, build_gateway(settings), clock=now, metrics=metrics, limits=limits),
        Inventory.consumer: lambda: Inventory(store, clock=now, metrics=metrics, policy=policy),
        Shipping.consumer: lambda: Shipping(
            store, DummyCarrier(), identity.sealer, clock=now, metrics=metrics, limits=limits
        ),
        AccountSecrets.consumer: lambda: AccountSecrets(
            store, identity.store, forget_mails=mail.forget if mail else keeps_no_mail, clock=now, metrics=metrics
        ),
    }
    if mail:
        build[Notifications.consumer] = lambda: build_notifications(store, identity.sealer, metrics, mail, limits)
    return [build[name]() for name in CONSUMERS if name in consumers and name in build]


def build_notifications(
    store: EventStore, sealer: Sealer, metrics: Metrics, mail: MailParts, limits: CallLimits
) -> Notifications:
    """Return the agent of mails; mail servers want few connections of one client."""
    return Notifications(
        store,
        mail.transport,
        sealer,
        links=mail.links,
        domain=mail.domain,
        clock=now,
        metrics=metrics,
        limits=replace(limits, at_once=min(limits.at_once, MAILS_AT_ONCE)),
    )


def build_gateway(settings: Settings) -> DummyGateway:
    """Return the stand-in for a payment provider, on its books."""
    path = books_file(settings)
    with starting(f"AIOUTLET_PROVIDER_BOOKS: '{path}'", BOOKS_REMEDY):
        path.parent.mkdir(parents=True, exist_ok=True)
        check_file(path)
        books = ProviderBooks(path)
    return DummyGateway(late_after=settings.payment_deadline * LATE_ANSWER, books=books)


def build_projection_consumer(
    store: EventStore,
    database: Database,
    advance: Advance,
    consumer: AIOKafkaConsumer,
    metrics: Metrics,
    pacing: FetchPacing,
    *,
    partitions: int,
) -> ProjectionConsumer:
    """Return what keeps the documents of pages up to the log; `advance` is told of each checkpoint."""
    projection = Projection(PAGES, database, store, advance=advance)
    return _projection_consumer(
        projection, "projections", store, database, consumer, metrics, pacing.fetched, partitions=partitions
    )


def build_audit_consumer(
    store: EventStore,
    database: Database,
    advance: Advance,
    consumer: AIOKafkaConsumer,
    metrics: Metrics,
    *,
    partitions: int,
) -> ProjectionConsumer:
    """Return what keeps the documents of the audit up to the log, some seconds behind; no page waits for them."""
    projection = Projection(AUDIT, database, store, advance=advance)
    return _projection_consumer(
        projection, "audit", store, database, consumer, metrics, partitions=partitions, gather=AUDIT_EVERY
    )


def _projection_consumer(
    projection: Projection,
    name: str,
    store: EventStore,
    database: Database,
    consumer: AIOKafkaConsumer,
    metrics: Metrics,
    on_fetched: Callable[[int], None] = ignore_count,
    *,
    partitions: int,
    gather: float = 0.0,
) -> ProjectionConsumer:
    on_poison = metrics.poison_handler(name)
    subscription = CatchUpSubscription(
        store,
        projection,
        partitions=partitions,
        on_poison=on_poison,
        on_set_aside=metrics.set_aside_handler(name),
    )
    metrics.track_parked(
        name,
        lambda: projection.incomplete.count(subscription.positions.keys(), is_dead=False),
        lambda: projection.incomplete.count(subscription.positions.keys(), is_dead=True),
    )
    projection_consumer = ProjectionConsumer(
        consumer,
        subscription,
        name=name,
        on_poison=on_poison,
        on_fetched=on_fetched,
        late_folding=LateFolding(projection, database, store, partitions=partitions),
        follow=projection.follow,
        gather=gather,
    )
    metrics.track_age(projection_consumer.batching_consumer)
    return projection_consumer


def keep_models(*consumers: ProjectionConsumer) -> Callable[[Sequence[ReadModel]], None]:
    """Return what has each consumer keep, of the models it is given, all that are versions of its own."""

    def keep(models: Sequence[ReadModel]) -> None:
        for consumer in consumers:
            consumer.keep(models)

    return keep


def build_consumer_probes(consumers: Iterable[MonitoredConsumer]) -> dict[str, Probe]:
    """Return a readiness probe for each consumer: it fails while the consumer waits for something to be mended."""
    return {consumer.name: partial(check_not_waiting, consumer) for consumer in consumers}


def build_demo_log(reader: EventReader, *, partitions: int) -> DemoLog:
    """Return what the demo shows of its log."""
    return DemoLog(StreamEnds(reader), RecentLog(reader, partitions=partitions), ShownPositions(clock=now))


def timer_reader(store: EventStore) -> ReadTimers:
    """Return what reads the timers of an order."""

    async def read(order_id: str) -> list[WaitingTimer]:
        return [
            WaitingTimer(kind=each.kind, token=each.token, due_at=each.due_at, attempts=each.attempts)
            for each in await store.timers(timers_of_order(order_id))
        ]

    return read


def progress_reader(store: EventStore) -> ReadProgress:
    """Return what reads how far the log goes, and how far its relay and its processors have come."""
    topics = {processor.consumer: processor.topics for processor in PROCESSORS}

    async def read() -> LogProgress:
        head, published = await asyncio.gather(store.head(), store.checkpoints(RELAY))
        finished = await asyncio.gather(*map(store.checkpoints, CONSUMERS))
        relayed = published.pop(WHOLE_LOG, 0)
        return LogProgress(head, relayed, published, dict(zip(CONSUMERS, finished, strict=True)), topics)

    return read


@contextmanager
def starting(part: str, remedy: str) -> Iterator[None]:
    """Say which part cannot be opened, with the code of the fault, and what helps.

    Raises:
        CannotStart: In the place of an error of the part.
    """
    try:
        yield
    except (Unavailable, PyMongoError, KafkaError, OSError, sqlite3.Error) as error:
        raise CannotStart(f"{part} cannot be opened ({code_of(error)}); {remedy}") from error


@asynccontextmanager
async def open_accounts(identity: IdentityParts, limiter: RateLimiter) -> AsyncIterator[Accounts]:
    """What the routes of accounts need; the password hasher ends with the context."""
    passwords = PasswordHasher()
    try:
        yield Accounts(identity, passwords, limiter)
    finally:
        await passwords.close()


@asynccontextmanager
async def open_agents_store(
    address: str, *, part: str = EVENT_STORE, remedy: str = STORE_REMEDY
) -> AsyncIterator[EventStore]:
    """As `open_event_store`, for those who move sagas.

    Raises:
        CannotStart: It cannot be opened, or a live saga is pinned to a definition that this release does not have.
    """
    async with open_event_store(address, part=part, remedy=remedy) as store:
        with starting(part, remedy):
            try:
                await check_definitions(store)
            except DefinitionUnknown as unknown:
                raise CannotStart(f"{unknown.detail}; install the release that has it") from unknown
        yield store


@asynccontextmanager
async def open_event_store(
    address: str, *, part: str = EVENT_STORE, remedy: str = STORE_REMEDY
) -> AsyncIterator[EventStore]:
    """The event store at an address, as `open_store` understands it.

    Raises:
        CannotStart: `part` cannot be opened; `remedy` may help.
    """
    with starting(part, remedy):
        store = await asyncio.to_thread(open_store, address)
    try:
        yield store
    finally:
        await store.close()


def work_probes(store: EventStore, broker: str) -> dict[str, Probe]:
    """Return the probes of a service that appends to the store what a broker brings, or the other way round."""
    return {"eventStore": partial(probe_append, store), "broker": broker_probe(broker)}


def broker_probe(broker: str) -> Probe:
    """Return a probe that asks a broker for its metadata over a connection of its own."""

    async def probe() -> None:
        client = AIOKafkaClient(bootstrap_servers=broker, request_timeout_ms=BROKER_DEADLINE_MS)
        try:
            await client.bootstrap()
        finally:
            await client.close()

    return probe


@asynccontextmanager
async def open_producer(broker: str) -> AsyncIterator[AIOKafkaProducer]:
    """Open an idempotent producer with `acks=all`; `broker` is host:port."""
    producer = AIOKafkaProducer(
        bootstrap_servers=broker, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES
    )
    try:
        with starting(BROKER, BROKER_REMEDY):
            await producer.start()
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def open_consumer(
    broker: str, pacing: FetchPacing | None = None, *, partitions: int
) -> AsyncIterator[AIOKafkaConsumer]:
    """Open a consumer of all partitions that feed read models, from their beginning and without a group."""
    topics = {model.view.topic for model in MODELS}
    consumer = AIOKafkaConsumer(bootstrap_servers=broker, enable_auto_commit=False, auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, number) for topic in sorted(topics) for number in range(partitions)])
    try:
        with starting(BROKER, BROKER_REMEDY):
            await consumer.start()
        if pacing:
            pacing.add(consumer)
        yield consumer
    finally:
        await consumer.stop()


@asynccontextmanager
async def open_group_consumer(
    broker: str, pacing: FetchPacing | None = None, *, group: str
) -> AsyncIterator[AIOKafkaConsumer]:
    """Open a consumer that shares the partitions that feed read models with the others of `group`.

    Its offsets only save fetching again; what counts are the checkpoints of the read models.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker,
        group_id=group,
        auto_offset_reset="earliest",
        metadata_max_age_ms=METADATA_AGE_MS,
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
    )
    try:
        with starting(BROKER, BROKER_REMEDY):
            await consumer.start()
        if pacing:
            pacing.add(consumer)
        yield consumer
    finally:
        await consumer.stop()
