"""From Kafka into an inbox: the read side's consumer, many messages at a time and none decoded unasked."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from event_store.inbox import Inbox
from event_store.patience import Patience
from schemas.errors import Poison, Unavailable
from schemas.topics import Place
from schemas.wire import Incoming, incoming

BATCH = 5_000
"""Messages at once, at most."""
WAIT_MS = 1_000
SWEEP = 1.0
"""Seconds between two looks for places that stand still although more was published."""

log = structlog.get_logger(__name__)


class Feed:
    """Keeps one inbox fed; what a database or broker does not answer is waited for."""

    def __init__(self, consumer: AIOKafkaConsumer, inbox: Inbox, *, name: str) -> None:
        self._consumer = consumer
        self._inbox = inbox
        self._patience = Patience(name, (PyMongoError, KafkaError, Unavailable, OSError))

    async def run(self) -> None:
        """Catch up, then follow until cancelled."""
        await self._patience.until(self._inbox.assign)
        await asyncio.gather(self._follow(), self._sweep())

    async def _follow(self) -> None:
        while True:
            found = await self._patience.until(self._ask)
            if messages := list(_read(found)):
                await self._patience.until(lambda: self._inbox.receive(messages))

    async def _ask(self) -> Mapping[Any, Sequence[Any]]:
        found: Mapping[Any, Sequence[Any]] = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=BATCH)
        return found

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            await self._patience.until(self._inbox.sweep)


def _read(found: Mapping[Any, Sequence[Any]]) -> Iterable[Incoming]:
    for record in chain.from_iterable(found.values()):
        try:
            yield incoming(Place(record.topic, record.partition), record.headers, record.value)
        except Poison:
            log.exception("unreadable message skipped", topic=record.topic, offset=record.offset)
