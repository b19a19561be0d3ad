"""The store is the outbox; the relay copies it to Kafka in position order, at least once.

Idempotence key: the position every message carries. A crash between the acknowledgement and the checkpoint sends the
last pages again; a consumer that has finished a position passes it by.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import NamedTuple, Protocol

import structlog
from aiokafka.errors import KafkaError

from event_store.records import AppendRequest, Checkpoint
from event_store.store import EventStore
from schemas.codec import Stored
from schemas.errors import Poison, Unavailable
from schemas.topics import TopicPartition
from schemas.wire import Outgoing, outgoing
from subscriptions.catch_up import RELAY
from subscriptions.retry import RetryPolicy

WHOLE_LOG = TopicPartition("", 0)
"""Where the relay keeps how far it has read; its other checkpoints are the last position in every partition."""
PAGE = 2_000
AHEAD = 3
"""Pages that may be on their way before the last one read."""
IDLE = 30.0

log = structlog.get_logger(__name__)


class OutgoingBatch(Protocol):
    """The messages of one page for all their partitions."""

    def add(self, message: Outgoing, previous: int) -> None:
        """One more message, and the position before it in its partition."""

    async def send(self) -> None:
        """Send all, in order per partition and behind earlier batches, and wait until they are acknowledged."""


class Publisher(Protocol):
    """A seam: Kafka in every wiring, a bus in memory under simulation."""

    def batch(self) -> OutgoingBatch:
        """An empty one."""


class Page(NamedTuple):
    """A page of the log as messages, with the last position per partition and overall, and what to log once sent."""

    batch: OutgoingBatch
    heads: Mapping[TopicPartition, int]
    position: int
    told: Sequence[Outgoing]


class Relay:
    """Copies the log from its checkpoint on; two of them at once repeat messages, never reorder a partition."""

    def __init__(self, store: EventStore, publisher: Publisher, *, partitions: int) -> None:
        self._store = store
        self._publisher = publisher
        self._partitions = partitions
        self._heads: dict[TopicPartition, int] = {}
        self._position = 0

    async def run(self) -> None:
        """Copy until cancelled; a broker or database that does not answer is waited for."""
        retry = RetryPolicy("relay", (KafkaError, Unavailable, OSError))
        await retry.run(self._resume)
        while True:
            await retry.run(self._copy)

    async def _resume(self) -> None:
        heads = dict(await self._store.checkpoints(RELAY))
        self._position = heads.pop(WHOLE_LOG, 0)
        self._heads = heads

    async def _copy(self) -> None:
        """Send what there is past the checkpoint: pages are on their way while those behind them are read."""
        if await self._store.wait_past(self._position, timeout=IDLE) <= self._position:
            return
        under_way: deque[asyncio.Future[None]] = deque()
        try:
            async with aclosing(self._pages()) as pages:
                async for page in pages:
                    before = under_way[-1] if under_way else None
                    under_way.append(asyncio.ensure_future(self._carry(page, before)))
                    if len(under_way) > AHEAD:
                        await under_way.popleft()
            await asyncio.gather(*under_way)
        finally:
            for carrying in under_way:
                carrying.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _pages(self) -> AsyncGenerator[Page, None]:
        """Everything past the checkpoint; the next page is read while this one is handed out."""
        heads = dict(self._heads)
        reading = self._reading(self._position)
        try:
            while page := await reading:
                reading = self._reading(page[-1].position)
                yield self._packed(page, heads)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def _reading(self, after: int) -> asyncio.Future[list[Stored]]:
        return asyncio.ensure_future(self._store.log(after, limit=PAGE))

    async def _carry(self, page: Page, before: asyncio.Future[None] | None) -> None:
        """Publish a page, and note it when those before it are noted."""
        await page.batch.send()
        if before:
            await before
        await self._record(page.position, page.heads)
        self._heads.update(page.heads)
        self._position = page.position
        _log_published(page.told)

    def _packed(self, page: Sequence[Stored], heads: dict[TopicPartition, int]) -> Page:
        """Each message is packed as soon as it is made: a page of them is more than a processor's cache holds."""
        batch, told, is_told = self._publisher.batch(), [], log.is_enabled_for(logging.DEBUG)
        for stored in page:
            for message in self._messages(stored):
                partition = message.partition
                batch.add(message, heads.get(partition, 0))
                heads[partition] = stored.position
                if is_told:
                    told.append(message)
        moved = {partition: position for partition, position in heads.items() if position >= page[0].position}
        return Page(batch, moved, page[-1].position, told)

    def _messages(self, stored: Stored) -> Sequence[Outgoing]:
        try:
            return outgoing(stored, self._partitions)
        except Poison as poison:
            names = {"position": stored.position, "type": stored.type, **poison.extra}
            log.exception("unroutable event skipped", cause=str(poison), **names)
            return ()

    async def _record(self, position: int, heads: Mapping[TopicPartition, int]) -> None:
        reached = {**heads, WHOLE_LOG: position}
        await self._store.append(
            AppendRequest(checkpoints=tuple(Checkpoint(RELAY, partition, head) for partition, head in reached.items()))
        )


def _log_published(messages: Sequence[Outgoing]) -> None:
    for message in messages:
        said = {name: value.decode() for name, value in message.headers}
        log.debug(
            "published",
            topic=message.partition.topic,
            partition=message.partition.partition,
            position=int(said["position"]),
            type=said["ce_type"],
            correlationId=said.get("correlationid"),
            causationId=said.get("causationid"),
        )
