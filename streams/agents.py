"""The Faust application: one agent per processor, each in front of an subscription."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import faust

from event_store.store import EventStore
from schemas.errors import Unavailable
from schemas.topics import TopicPartition
from streams.fetches import records_of
from streams.metrics import Metrics
from streams.processor import Processor
from streams.transport import FetchPacing, PacedApp
from subscriptions.catch_up import CatchUpSubscription
from subscriptions.consumer import BatchingConsumer
from subscriptions.records import read_records

GROUP_TIMEOUT = 6.0
"""Seconds: session and rebalance; Faust's defaults make a first join take half a minute."""
METADATA_AGE_MS = 3_000
"""Topics may come later than we do, to a new broker: until a group looks again it shares out nothing."""
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
    # By then nobody works: it would wait for ever for what the lanes still hold, and that comes again anyway.
    "stream_wait_empty": False,
}
"""How Faust is used.

Topics and their partitions are declared by the operator, never by a worker. Faust's tables and web server are not
used: what an agent knows it knows from the store.
"""


class Agent:
    """One processor behind its intake; nothing that goes wrong gets out."""

    def __init__(self, store: EventStore, processor: Processor, *, partitions: int, metrics: Metrics) -> None:
        self.processor = processor
        self._on_poison = metrics.poisoned(processor.consumer)
        subscription = CatchUpSubscription(store, processor, partitions=partitions, on_poison=self._on_poison)
        self.batching_consumer = BatchingConsumer(subscription, name=processor.consumer, errors=(Unavailable, OSError))
        metrics.follow(self.batching_consumer)

    def assign(self, partitions: Collection[TopicPartition]) -> None:
        """The group gives us these partitions and no others."""
        self.batching_consumer.assign(
            [partition for partition in partitions if partition.topic in self.processor.topics]
        )

    def revoke(self) -> None:
        """The group shares anew."""
        self.batching_consumer.revoke()

    async def consume(self, stream: faust.StreamT[bytes]) -> None:
        """The agent's body: pass every fetch on; it is acknowledged when it is finished."""
        async for event in cast(Any, stream).noack().events():
            await self.batching_consumer.put(read_records(records_of(event.message), self._on_poison), event.ack)

    async def run(self) -> None:
        """Catch up, then work until cancelled."""
        await self.batching_consumer.run()


def application(
    name: str, agents: Sequence[Agent], *, broker: str, pacing: FetchPacing, data: Path, shared: bool = False
) -> PacedApp:
    """The Faust application of these agents, for the running loop; `broker` is host:port.

    A worker that shares the group `name` with others works on the partitions the group gives it, else on all there are.
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
        _follow_the_group(app, agents)
    return app


def _follow_the_group(app: PacedApp, agents: Sequence[Agent]) -> None:
    def assign(*told: Any, **_: Any) -> None:
        [_app, partitions] = told
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
