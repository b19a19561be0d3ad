"""The write side behind the doors, on a store in memory and a real broker: relay, agents, and orders to go through."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import orjson
from confluent_kafka.admin import AdminClient
from prometheus_client import CollectorRegistry

from aioutlet import components
from aioutlet.settings import Settings
from concurrency.background import background
from event_store.records import AppendRequest
from event_store.store import EventStore
from schemas.envelope import Cause, wrap_events
from schemas.message import Event
from schemas.order import OrderCreated
from schemas.stream_names import order_stream, warehouse_stream
from schemas.warehouse import StockLine, StockReceived
from streams import agents
from streams.agents import Agent
from streams.fetch_pacing import FetchPacing
from streams.metrics import Metrics
from streams.publisher import KafkaPublisher
from streams.relay import Relay
from streams.topic_admin import ensure_topics, topic_specs
from tests.accounts import new_identity
from tests.examples import CUSTOMER_ID, EXAMPLES, HELD
from tests.sealing import seal
from tests.services.waiting import STUCK_AFTER, until

PARTITIONS = 6
WAIT_MS = 500
HOME = {"name": "Ada", "line1": "1 Mill Lane", "city": "Leeds", "postalCode": "12345", "country": "GB"}


def without_topics(broker: str) -> None:
    """Delete the shop's topics; the broker may list them for a while after it has said that they are deleted."""
    client = AdminClient({"bootstrap.servers": broker})
    if old := _topics(client):
        for deletion in client.delete_topics(old).values():
            deletion.result(10)
    assert until(lambda: not _topics(client), timeout=STUCK_AFTER)


def _topics(client: AdminClient) -> list[str]:
    return [topic for topic in client.list_topics(timeout=10).topics if topic.startswith("aioutlet.")]


def empty(broker: str) -> None:
    """Make the shop's topics anew, without a message."""
    without_topics(broker)
    assert ensure_topics(broker, topic_specs(partitions=PARTITIONS, replicas=1)).differences == ()


async def record(store: EventStore, stream: str, *events: Event) -> None:
    """Append to the end of a stream, as a door would."""
    version = len(await store.stream(stream))
    cause = Cause(id=str(uuid4()), at=components.now(), correlation_id=stream)
    await store.append(AppendRequest(events=tuple(wrap_events(stream, version, events, cause))))


async def stock_up(store: EventStore, orders: int) -> None:
    """Receive enough for so many orders."""
    lines = tuple(StockLine(product_id=line.product_id, quantity=line.quantity * orders) for line in HELD)
    received = StockReceived(warehouse_id="main", receipt_id=str(uuid4()), items=lines)
    await record(store, warehouse_stream("main"), received)


async def place(store: EventStore, orders: int) -> list[str]:
    """Place orders that nothing stands in the way of; their ids."""
    example = EXAMPLES["order.created"]
    assert isinstance(example, OrderCreated)
    ids = [str(uuid4()) for _ in range(orders)]
    address = seal(CUSTOMER_ID, orjson.dumps(HOME).decode())
    for order_id in ids:
        order = {"order_id": order_id, "shipping_address": address, "billing_address": address}
        await record(store, order_stream(order_id), example.model_copy(update=order))
    return ids


async def completed(store: EventStore, orders: Sequence[str]) -> None:
    """Wait until every one of these orders is complete."""
    async with asyncio.timeout(STUCK_AFTER):
        while not set(orders) <= await _complete(store):
            await store.wait_past(await store.head(), timeout=1.0)


async def _complete(store: EventStore) -> set[str]:
    found = await store.log(0, limit=10_000, types=("order.completed",))
    return {stored.stream.removeprefix("order-") for stored in found}


@asynccontextmanager
async def relaying(broker: str, store: EventStore, *, partitions: int = PARTITIONS) -> AsyncIterator[None]:
    """Copy the log to Kafka while the context is open."""
    pacing = FetchPacing(busy=WAIT_MS, idle=WAIT_MS)
    async with (
        components.open_producer(broker) as producer,
        background(Relay(store, KafkaPublisher(producer, pacing), partitions=partitions).run()),
    ):
        yield


@asynccontextmanager
async def reacting(
    broker: str, store: EventStore, data: Path, *, group: str, shared: bool = False
) -> AsyncIterator[Metrics]:
    """Run every agent as one worker of `group`, on what the group gives it where it is `shared`."""
    pacing, metrics = FetchPacing(busy=WAIT_MS, idle=WAIT_MS), Metrics(CollectorRegistry())
    running_agents = [
        Agent(store, each, partitions=PARTITIONS, metrics=metrics)
        for each in components.build_processors(
            Settings(data=data), store, new_identity(), metrics, partitions=PARTITIONS
        )
    ]
    app = agents.build_app(group, running_agents, broker=broker, pacing=pacing, data=data, shared=shared)
    async with background(agents.run(app, running_agents)):
        yield metrics
