"""The store is the outbox; the relay copies it to Kafka in position order, at least once.

Idempotence key: the position every message carries. A crash between the acknowledgement and the checkpoint sends the
last pages again; a consumer that has finished a position passes it by.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, NamedTuple, Protocol

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from event_store.inbox import RELAY
from event_store.patience import Patience
from event_store.records import Append, Checkpoint
from event_store.store import EventStore
from schemas.codec import Stored
from schemas.errors import Poison, Unavailable
from schemas.topics import Place
from schemas.wire import Outgoing, outgoing
from streams.transport import Pace

WHOLE_LOG = Place("", 0)
"""Where the relay keeps how far it has read; its other checkpoints are the last position in every place."""
PAGE = 2_000
AHEAD = 3
"""Pages that may be on their way before the last one read."""
IDLE = 30.0

log = structlog.get_logger(__name__)


class Publisher(Protocol):
    """A seam: Kafka in every wiring, a bus in memory under simulation."""

    async def publish(self, place: Place, messages: Sequence[tuple[Outgoing, int]]) -> None:
        """Send messages, each with the position before it in its place, and wait until they are acknowledged."""


class KafkaPublisher:
    """Publishes over one idempotent, `acks=all` producer, in batches per partition; who comes first is sent first."""

    def __init__(self, producer: AIOKafkaProducer, pace: Pace) -> None:
        self._producer = producer
        self._pace = pace
        self._turns: dict[Place, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def publish(self, place: Place, messages: Sequence[tuple[Outgoing, int]]) -> None:
        """Fill batches, hand all of them to the sender in order, wait for the last."""
        self._pace.quicken()
        send = partial(self._producer.send_batch, topic=place.topic, partition=place.partition)
        async with self._turns[place]:
            sent = [await send(batch) for batch in self._batches(messages)]
        await asyncio.gather(*sent)

    def _batches(self, messages: Sequence[tuple[Outgoing, int]]) -> Iterator[Any]:
        batch = self._producer.create_batch()
        for (_, key, value, plain), previous in messages:
            headers = [*plain, ("previous", b"%d" % previous)]
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                yield batch
                batch = self._producer.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=headers)
        yield batch


class Page(NamedTuple):
    """So much of the log, by place, the last position in each of these, and in all."""

    by_place: Mapping[Place, Sequence[tuple[Outgoing, int]]]
    heads: Mapping[Place, int]
    position: int


class Relay:
    """Copies the log from its checkpoint on; two of them at once repeat messages, never reorder a place."""

    def __init__(self, store: EventStore, publisher: Publisher, *, partitions: int) -> None:
        self._store = store
        self._publisher = publisher
        self._partitions = partitions
        self._heads: dict[Place, int] = {}
        self._position = 0

    async def run(self) -> None:
        """Copy until cancelled; a broker or database that does not answer is waited for."""
        patience = Patience("relay", (KafkaError, Unavailable, OSError))
        await patience.until(self._resume)
        while True:
            await patience.until(self._copy)

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
                by_place = self._grouped(page, heads)
                yield Page(by_place, {place: heads[place] for place in by_place}, page[-1].position)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def _reading(self, after: int) -> asyncio.Future[list[Stored]]:
        return asyncio.ensure_future(self._store.log(after, limit=PAGE))

    async def _carry(self, page: Page, before: asyncio.Future[None] | None) -> None:
        """Publish a page, and note it when those before it are noted."""
        await asyncio.gather(*(self._publisher.publish(place, run) for place, run in page.by_place.items()))
        if before:
            await before
        await self._record(page.position, page.heads)
        self._heads.update(page.heads)
        self._position = page.position
        _note(page.by_place)

    def _grouped(self, page: Sequence[Stored], heads: dict[Place, int]) -> Mapping[Place, list[tuple[Outgoing, int]]]:
        by_place: dict[Place, list[tuple[Outgoing, int]]] = defaultdict(list)
        for stored in page:
            try:
                messages = outgoing(stored, self._partitions)
            except Poison as poison:
                names = {"position": stored.position, "type": stored.type, **poison.extra}
                log.exception("unroutable event skipped", cause=str(poison), **names)
                continue
            for message in messages:
                by_place[message.place].append((message, heads.get(message.place, 0)))
                heads[message.place] = stored.position
        return by_place

    async def _record(self, position: int, heads: Mapping[Place, int]) -> None:
        reached = {**heads, WHOLE_LOG: position}
        await self._store.append(
            Append(checkpoints=tuple(Checkpoint(RELAY, place, head) for place, head in reached.items()))
        )


def _note(by_place: Mapping[Place, Sequence[tuple[Outgoing, int]]]) -> None:
    if not log.is_enabled_for(logging.DEBUG):
        return
    for place, messages in by_place.items():
        for message, _ in messages:
            said = {name: value.decode() for name, value in message.headers}
            log.debug(
                "published",
                topic=place.topic,
                partition=place.partition,
                position=int(said["position"]),
                type=said["ce_type"],
                correlationId=said.get("correlationid"),
                causationId=said.get("causationid"),
            )
