"""The Faust application: one agent per processor, which passes Kafka messages to a subscription."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import faust

from event_store.store import EventStore
from schemas.errors import Unavailable
from schemas.topics import TopicPartition
from streams.faust_driver import PacedApp
from streams.fetch_merging import records_of
from streams.fetch_pacing import FetchPacing
from streams.metrics import Metrics
from streams.processor import Processor
from subscriptions.catch_up import CatchUpSubscription
from subscriptions.consumer import BatchingConsumer
from subscriptions.records import read_records
from subscriptions.retry import RetryPolicy

GROUP_TIMEOUT = 6.0
"""Seconds, for session and rebalance; with Faust's defaults the first join takes half a minute."""
METADATA_AGE_MS = 3_000
"""On a new broker topics may be created after a worker starts; its group assigns them once it reads metadata again."""
MAINTAIN_EVERY = 0.25
"""Seconds between two looks for parked messages that are due and checkpoints that are not saved."""
ERRORS = (Unavailable, OSError)
"""What an agent waits for to end; every other error is a message's."""
SETTINGS: Mapping[str, Any] = {
    "web_enabled": False,
    "topic_allow_declare": False,
    "topic_disable_leader": True,
    "broker_session_timeout": GROUP_TIMEOUT,
    "broker_rebalance_timeout": GROUP_TIMEOUT,
    "broker_heartbeat_interval": GROUP_TIMEOUT / 3,
    "consumer_auto_offset_reset": "earliest",
    "consumer_metadata_max_age_ms": METADATA_AGE_MS,
    "autodiscover": False,
    # At a stop the consumers have ended: Faust would wait for ever for what is queued, and that is delivered again.
    "stream_wait_empty": False,
}
"""Settings of Faust.

Topics are created by the operator, never by a worker. Faust's tables and web server are not used: the state of an
agent is in the store.
"""


class Agent:
    """A processor with the consumer that feeds it."""

    def __init__(self, store: EventStore, processor: Processor, *, partitions: int, metrics: Metrics) -> None:
        self.processor = processor
        self._on_poison = metrics.poison_handler(processor.consumer)
        self._subscription = CatchUpSubscription(
            store,
            processor,
            partitions=partitions,
            on_poison=self._on_poison,
            on_set_aside=metrics.set_aside_handler(processor.consumer),
        )
        self.batching_consumer = BatchingConsumer(self._subscription, name=processor.consumer, errors=ERRORS)
        self._retry = RetryPolicy(f"{processor.consumer} parked messages", ERRORS)
        metrics.track_age(self.batching_consumer)

    def assign(self, partitions: Collection[TopicPartition]) -> None:
        """Work on those of these partitions that the processor reads, and on no others."""
        self.batching_consumer.assign(
            [partition for partition in partitions if partition.topic in self.processor.topics]
        )

    def revoke(self) -> None:
        """Work on no partition until the group assigns some."""
        self.batching_consumer.revoke()

    async def consume(self, stream: faust.StreamT[bytes]) -> None:
        """Pass every fetch of a Faust stream on; it is acknowledged when all of its messages are handled."""
        async for event in cast(Any, stream).noack().events():
            await self.batching_consumer.put(read_records(records_of(event.message), self._on_poison), event.ack)

    async def run(self) -> None:
        """Catch up, then work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._run_maintenance())
            tasks.create_task(self.batching_consumer.run())

    async def _run_maintenance(self) -> None:
        while True:
            await asyncio.sleep(MAINTAIN_EVERY)
            await self._retry.run(self._maintain)

    async def _maintain(self) -> None:
        """Retry parked messages, and save the checkpoints that no batch has saved."""
        positions = dict(self._subscription.positions)
        await self.processor.retry_parked(positions.keys())
        await self.processor.save_checkpoints(positions)


def build_app(
    name: str, agents: Sequence[Agent], *, broker: str, pacing: FetchPacing, data: Path, shared: bool = False
) -> PacedApp:
    """Return the Faust application of these agents, for the running loop; `broker` is host:port.

    If `shared`, agents work on the partitions that the group `name` assigns to this worker, else on all.
    """
    data.mkdir(parents=True, exist_ok=True)
    app = PacedApp(
        name,
        broker=f"kafka://{broker}",
        datadir=str(data),
        loop=asyncio.get_running_loop(),
        **SETTINGS,
    )
    app.pacing = pacing
    for agent in agents:
        topics = app.topic(
            *sorted(agent.processor.topics), key_serializer="raw", value_serializer="raw", value_type=bytes
        )
        app.agent(topics, name=agent.processor.consumer)(agent.consume)
    if shared:
        _connect_group(app, agents)
    return app


def _connect_group(app: PacedApp, agents: Sequence[Agent]) -> None:
    def assign(*arguments: Any, **_: Any) -> None:
        [_app, partitions] = arguments
        for agent in agents:
            agent.assign([TopicPartition(each.topic, each.partition) for each in partitions])

    def revoke(*_: Any, **__: Any) -> None:
        for agent in agents:
            agent.revoke()

    revoke()
    app.on_partitions_revoked.connect(revoke, weak=False)
    app.on_partitions_assigned.connect(assign, weak=False)


async def run(app: PacedApp, agents: Sequence[Agent]) -> None:
    """Start the application and work until cancelled; then stop it."""
    try:
        async with asyncio.TaskGroup() as tasks:
            for agent in agents:
                tasks.create_task(agent.run(), name=agent.processor.consumer)
            await app.start()
    finally:
        await app.stop()
        for agent in agents:
            await agent.processor.close()
