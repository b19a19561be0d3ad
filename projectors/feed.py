"""From Kafka into an inbox: the read side's consumer, many messages at a time and none decoded unasked."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from event_store.inbox import Inbox
from event_store.lane import Lane
from event_store.patience import Patience
from schemas.errors import Poison, Unavailable
from schemas.topics import Place
from schemas.wire import Incoming, incoming

BATCH = 5_000
"""Messages at once, at most."""
WAIT_MS = 1_000
SWEEP = 1.0
"""Seconds between two looks for places that stand still although more was published."""


class Feed:
    """Keeps one inbox fed; what a database or broker does not answer is waited for.

    It goes on fetching while a batch is written: a fetch may bring as little as one producer's batch, and what has
    gathered meanwhile is the next batch.
    """

    def __init__(
        self, consumer: AIOKafkaConsumer, inbox: Inbox, *, name: str, on_poison: Callable[[Poison], None]
    ) -> None:
        self._consumer = consumer
        self._inbox = inbox
        self._on_poison = on_poison
        self._lane: Lane[Incoming] = Lane(self._work, batch=BATCH)
        self._patience = Patience(name, (PyMongoError, KafkaError, Unavailable, OSError))

    async def run(self) -> None:
        """Catch up, then follow until cancelled."""
        await self._patience.until(self._inbox.assign)
        await asyncio.gather(self._follow(), self._lane.run(), self._sweep())

    async def _follow(self) -> None:
        while True:
            found = await self._patience.until(self._ask)
            for record in chain.from_iterable(found.values()):
                if message := self._read(record):
                    await self._lane.put(message)

    async def _ask(self) -> Mapping[Any, Sequence[Any]]:
        found: Mapping[Any, Sequence[Any]] = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=BATCH)
        return found

    async def _work(self, messages: Sequence[Incoming]) -> None:
        await self._patience.until(lambda: self._inbox.receive(messages))

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            await self._patience.until(self._inbox.sweep)

    def _read(self, record: Any) -> Incoming | None:
        try:
            return incoming(Place(record.topic, record.partition), record.headers, record.value)
        except Poison as poison:
            self._on_poison(poison)
            return None
