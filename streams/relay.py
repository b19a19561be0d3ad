"""Copies the log to Kafka in position order, at least once: the event store is the outbox.

Idempotence key: the position every message carries. After a crash between the acknowledgement and the
checkpoint the last pages are sent again, and consumers skip the positions they have finished.

Its checkpoint is believed only while the log has that event. Every message carries the identity of the log. An event
without a place on Kafka, as one of a type that this release does not know, is a dead letter of the relay's.
"""

import asyncio
import logging
from asyncio import sleep
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

import structlog
from aiokafka.errors import KafkaError

from event_store.records import AppendRequest, Checkpoint, ParkedMessage
from event_store.store import EventStore
from schemas.codec import Stored, id_of
from schemas.errors import Poison, Unavailable
from schemas.topics import TopicPartition
from schemas.tracebacks import format_kept_traceback
from schemas.wire import LOG, Outgoing, outgoing
from streams.arrival_rate import ArrivalRate
from subscriptions.catch_up import RELAY
from subscriptions.log_watch import check_recorded
from subscriptions.retry import RetryPolicy

WHOLE_LOG = TopicPartition("", 0)
"""The relay's checkpoint of the log as a whole; its other checkpoints are the last position of each partition."""
PAGE = 2_000
PAGES_AHEAD = 3
"""Pages that may be in flight before the last one read."""
IDLE_TIMEOUT = 30.0
COLLECT = 0.03
"""Seconds, where services are processes of their own: each copy wakes all of them, with few events or many."""

log = structlog.get_logger(__name__)


class OutgoingBatch(Protocol):
    """The messages of one page, for all partitions."""

    def add(self, message: Outgoing, previous: int) -> None:
        """Add a message; `previous` is the position before it in its partition."""

    async def send(self) -> None:
        """Send all, in order per partition and after earlier batches, and wait until they are acknowledged."""


class Publisher(Protocol):
    """Where the relay publishes: Kafka, or a fake in tests."""

    def create_batch(self) -> OutgoingBatch:
        """Return an empty batch."""


class Page(NamedTuple):
    """A page of the log as messages, with its last position, overall and per partition."""

    batch: OutgoingBatch
    heads: Mapping[TopicPartition, int]
    position: int
    event_id: str
    unroutable: Sequence[ParkedMessage]
    to_log: Sequence[Outgoing]
    """Messages to log once they are sent; empty unless the level is debug."""


class Relay:
    """Copies the log from its checkpoint on; two at once repeat messages but never reorder a partition."""

    def __init__(
        self,
        store: EventStore,
        publisher: Publisher,
        *,
        partitions: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        collect: float = 0.0,
    ) -> None:
        """Publish to so many partitions; while events come often, wait `collect` seconds between two copies."""
        self._store = store
        self._publisher = publisher
        self._partitions = partitions
        self._clock = clock
        self._collect_for = collect
        self._heads: dict[TopicPartition, int] = {}
        self._position, self._event_id = 0, ""
        self._log_header = (LOG, b"")

    async def run(self) -> None:
        """Copy until cancelled; while the broker or the database does not answer, retry.

        Raises:
            LogReplaced: The log no longer has the event copied last.
        """
        retry = RetryPolicy("relay", (KafkaError, Unavailable, OSError))
        await retry.run(self._load_checkpoints)
        clock = asyncio.get_running_loop().time
        rate = ArrivalRate(clock())
        while True:
            before = self._position
            await retry.run(self._copy)
            rate.count(self._position - before, clock())
            if rate.is_often and self._collect_for:
                await sleep(self._collect_for)

    async def _load_checkpoints(self) -> None:
        if dropped := await self._store.drop_foreign_checkpoints(RELAY):
            log.error("checkpoints of another log dropped", consumer=RELAY, checkpoints=dropped)
        self._log_header = (LOG, (await self._store.log_id()).encode())
        heads = dict(await self._store.checkpoints(RELAY))
        self._position = heads.pop(WHOLE_LOG, 0)
        self._event_id = (await self._store.event_ids({self._position})).get(self._position, "")
        self._heads = heads

    async def _copy(self) -> None:
        """Send everything past the checkpoint; later pages are read while earlier ones are in flight."""
        if await self._store.wait_past(self._position, timeout=IDLE_TIMEOUT) <= self._position:
            return
        if self._position:
            recorded = await self._store.event_ids({self._position})
            check_recorded(self._position, self._event_id, recorded.get(self._position))
        in_flight: deque[asyncio.Future[None]] = deque()
        try:
            async with aclosing(self._pages()) as pages:
                async for page in pages:
                    before = in_flight[-1] if in_flight else None
                    in_flight.append(asyncio.ensure_future(self._publish(page, before)))
                    if len(in_flight) > PAGES_AHEAD:
                        await in_flight.popleft()
            while in_flight:
                await in_flight.popleft()
        finally:
            for task in in_flight:
                task.cancel()
            await asyncio.gather(*in_flight, return_exceptions=True)

    async def _pages(self) -> AsyncGenerator[Page, None]:
        """Yield everything past the checkpoint; the next page is read while this one is used."""
        heads = dict(self._heads)
        reading = self._start_read(self._position)
        try:
            while page := await reading:
                reading = self._start_read(page[-1].position)
                yield self._pack(page, heads)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def _start_read(self, after: int) -> asyncio.Future[list[Stored]]:
        return asyncio.ensure_future(self._store.log(after, limit=PAGE))

    async def _publish(self, page: Page, before: asyncio.Future[None] | None) -> None:
        """Send a page, and save its checkpoints once those of the page before are saved."""
        await page.batch.send()
        if before:
            await before
        await self._save_checkpoints(page)
        self._heads.update(page.heads)
        self._position, self._event_id = page.position, page.event_id
        _log_published(page.to_log)

    def _pack(self, page: Sequence[Stored], heads: dict[TopicPartition, int]) -> Page:
        """Add each message as soon as it is made: a page of them does not fit in a processor's cache."""
        batch, to_log, is_debug = self._publisher.create_batch(), [], log.is_enabled_for(logging.DEBUG)
        unroutable: list[ParkedMessage] = []
        for stored in page:
            for message in self._messages(stored, unroutable):
                partition = message.partition
                batch.add(message, heads.get(partition, 0))
                heads[partition] = stored.position
                if is_debug:
                    to_log.append(message)
        changed = {partition: position for partition, position in heads.items() if position >= page[0].position}
        return Page(batch, changed, page[-1].position, id_of(page[-1].state), unroutable, to_log)

    def _messages(self, stored: Stored, unroutable: list[ParkedMessage]) -> Sequence[Outgoing]:
        try:
            messages = outgoing(stored, self._partitions)
            messages[0].headers.append(self._log_header)  # which all messages of an event share
            return messages
        except Poison as poison:
            fields = {"position": stored.position, "type": stored.type, **poison.extra}
            log.exception("unroutable event skipped", cause=str(poison), **fields)
            unroutable.append(self._dead_letter(stored, poison))
            return ()

    def _dead_letter(self, stored: Stored, poison: Poison) -> ParkedMessage:
        """Return the row of an event that has no place on Kafka: dead at once, for there is nothing to try again."""
        now = self._clock()
        trace = format_kept_traceback(poison)
        return ParkedMessage(
            RELAY, stored.position, stored.stream, WHOLE_LOG, now, 1, poison.code, now, trace, dead_at=now
        )

    async def _save_checkpoints(self, page: Page) -> None:
        positions = {**page.heads, WHOLE_LOG: page.position}
        checkpoints = tuple(Checkpoint(RELAY, partition, head) for partition, head in positions.items())
        await self._store.append(AppendRequest(checkpoints=checkpoints, parked=tuple(page.unroutable)))


def _log_published(messages: Sequence[Outgoing]) -> None:
    for message in messages:
        headers = {name: value.decode() for name, value in message.headers}
        log.debug(
            "published",
            topic=message.partition.topic,
            partition=message.partition.partition,
            position=int(headers["position"]),
            type=headers["ce_type"],
            correlationId=headers.get("correlationid"),
            causationId=headers.get("causationid"),
        )
