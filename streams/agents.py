"""The Faust application: one agent per processor, each in front of an inbox."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import faust
import structlog

from event_store.inbox import Inbox
from event_store.lane import Lane
from event_store.patience import Patience
from event_store.store import EventStore
from schemas.errors import Poison, Unavailable
from schemas.topics import Place
from schemas.wire import Incoming, incoming
from streams.figures import Figures
from streams.processor import Processor
from streams.transport import Pace, PacedApp

SWEEP = 1.0
"""Seconds between two looks for places that stand still although more was published."""
GROUP_TIMEOUT = 6.0
"""Seconds: session and rebalance; Faust's defaults make a first join take half a minute."""

log = structlog.get_logger(__name__)


class Agent:
    """One processor behind its inbox and its lane; nothing that goes wrong gets out."""

    def __init__(self, store: EventStore, processor: Processor, *, partitions: int, figures: Figures) -> None:
        self.processor = processor
        self._figures = figures
        self._inbox = Inbox(store, processor, partitions=partitions, on_poison=self._poisoned)
        self._lane: Lane[faust.EventT[bytes]] = Lane(self._work)
        self._patience = Patience(processor.consumer, (Unavailable, OSError))

    async def consume(self, stream: faust.StreamT[bytes]) -> None:
        """The agent's body: pass every event on, acknowledge what is finished."""
        async for event in cast(Any, stream).noack().events():
            await self._lane.put(event)

    async def run(self) -> None:
        """Catch up, then work until cancelled."""
        await self._patience.until(self._inbox.assign)
        await asyncio.gather(self._lane.run(), self._sweep())

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            await self._patience.until(self._inbox.sweep)

    async def _work(self, events: Sequence[faust.EventT[bytes]]) -> None:
        messages = [message for event in events if (message := self._read(event))]
        await self._patience.until(lambda: self._inbox.receive(messages))
        for event in events:
            event.ack()

    def _read(self, event: faust.EventT[bytes]) -> Incoming | None:
        message = event.message
        try:
            place = Place(message.topic, message.partition)
            return incoming(place, cast(Any, message.headers), message.value or b"")
        except Poison as poison:
            self._poisoned(poison)
            return None

    def _poisoned(self, poison: Poison) -> None:
        self._figures.poisoned(self.processor.consumer)(poison)


def application(name: str, agents: Sequence[Agent], *, broker: str, pace: Pace, data: Path) -> PacedApp:
    """The Faust application of these agents, for the running loop; `broker` is host:port.

    Topics and their partitions are declared by the operator, never by a worker. Faust's tables and web server are
    not used: what an agent knows it knows from the store.
    """
    app = PacedApp(
        name,
        broker=f"kafka://{broker}",
        datadir=str(data),
        loop=asyncio.get_running_loop(),
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        broker_session_timeout=GROUP_TIMEOUT,
        broker_rebalance_timeout=GROUP_TIMEOUT,
        broker_heartbeat_interval=GROUP_TIMEOUT / 3,
        consumer_auto_offset_reset="earliest",
        autodiscover=False,
        # By then nobody works: it would wait for ever for what the lanes still hold, and that comes again anyway.
        stream_wait_empty=False,
    )
    app.pace = pace
    for agent in agents:
        topics = app.topic(
            *sorted(agent.processor.topics), key_serializer="raw", value_serializer="raw", value_type=bytes
        )
        app.agent(topics, name=agent.processor.consumer)(agent.consume)
    return app


async def run(app: PacedApp, agents: Sequence[Agent]) -> None:
    """Start the application and work until cancelled; then stop it."""
    try:
        await app.start()
        async with asyncio.TaskGroup() as tasks:
            for agent in agents:
                tasks.create_task(agent.run(), name=agent.processor.consumer)
    finally:
        await app.stop()
