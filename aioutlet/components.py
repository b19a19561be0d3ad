"""The parts every wiring is made of, each built from settings and what it stands on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from aioutlet.settings import Settings
from domain.fulfilment.policy import Policy
from event_store.opening import open_store
from event_store.store import EventStore
from identity.sealing import Sealer
from projectors.consumer import ProjectionConsumer
from projectors.models.registry import MODELS
from projectors.projection import Projection
from projectors.writer import Database
from query_api.checkpoint_watcher import CheckpointWatcher
from schemas.saga import Step
from streams.agents import METADATA_AGE_MS
from streams.carrier import DummyCarrier
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.metrics import Metrics
from streams.payment import Payments
from streams.payment_gateway import DummyGateway
from streams.processor import Processor
from streams.shipping import Shipping
from streams.transport import FetchPacing
from subscriptions.catch_up import CatchUpSubscription

BATCH_BYTES = 262_144
BUSY_MS = 3_600_000
"""A consumer that catches up from the store does not ask the broker meanwhile, and keeps its places all the same:
whether it is dead is judged by how far it gets (`subscriptions.liveness`)."""
LATE = 1.5
"""How many payment deadlines `tok_late` lets pass before it answers."""


def now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


def policy(settings: Settings) -> Policy:
    """The saga's deadlines, and which step it takes first."""
    first = (Step.INVENTORY, Step.PAYMENT) if settings.inventory_first else (Step.PAYMENT, Step.INVENTORY)
    return Policy(
        steps=(*first, Step.SHIPPING),
        payment_timeout=settings.payment_deadline,
        inventory_timeout=settings.inventory_deadline,
        shipping_timeout=settings.shipping_deadline,
        undo_timeout=settings.undo_deadline,
        reservation_lifetime=settings.reservation,
    )


def processors(settings: Settings, store: EventStore, sealer: Sealer, metrics: Metrics) -> list[Processor]:
    """Everyone who answers the saga, and the saga."""
    saga_policy, gateway = policy(settings), DummyGateway(late_after=settings.payment_deadline * LATE)
    return [
        Fulfilment(store, clock=now, metrics=metrics, policy=saga_policy),
        Payments(store, gateway, clock=now, metrics=metrics),
        Inventory(store, clock=now, metrics=metrics, policy=saga_policy),
        Shipping(store, DummyCarrier(), sealer, clock=now, metrics=metrics),
    ]


def feed(
    store: EventStore,
    database: Database,
    watcher: CheckpointWatcher,
    consumer: AIOKafkaConsumer,
    metrics: Metrics,
    *,
    partitions: int,
) -> ProjectionConsumer:
    """The read side's writing half."""
    projection = Projection(MODELS, database, advance=watcher.advance)
    on_poison = metrics.poisoned(projection.consumer)
    subscription = CatchUpSubscription(store, projection, partitions=partitions, on_poison=on_poison)
    feed = ProjectionConsumer(consumer, subscription, name=projection.consumer, on_poison=on_poison)
    metrics.follow(feed.batching)
    return feed


@asynccontextmanager
async def open_event_store(address: str) -> AsyncIterator[EventStore]:
    """The event store at an address, as `open_store` understands it."""
    store = await asyncio.to_thread(open_store, address)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_producer(broker: str) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that neither loses nor repeats while it lives; `broker` is host:port."""
    producer = AIOKafkaProducer(
        bootstrap_servers=broker, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def open_consumer(broker: str, pacing: FetchPacing, *, partitions: int) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of everything the read models are made of, from its beginning and without a group."""
    topics = {model.view.topic for model in MODELS}
    consumer = AIOKafkaConsumer(bootstrap_servers=broker, enable_auto_commit=False, auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, number) for topic in sorted(topics) for number in range(partitions)])
    await consumer.start()
    pacing.join(consumer)
    try:
        yield consumer
    finally:
        await consumer.stop()


@asynccontextmanager
async def open_group_consumer(broker: str, *, group: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that shares everything the read models are made of with others, once its feed has joined `group`.

    Its offsets only save reading again: what is finished stands in the read models' own checkpoints.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker,
        group_id=group,
        auto_offset_reset="earliest",
        metadata_max_age_ms=METADATA_AGE_MS,
        max_poll_interval_ms=BUSY_MS,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()
