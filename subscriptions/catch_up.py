"""Everything meant for one consumer, once and in order: from Kafka while it flows, else from the store.

Every message names the position before it in its partition. Where that is not what the consumer has finished
there is a hole, and the hole is read from the store through the same handler. A new broker, a lost one, short
retention, a restart and a rebuild are all this one case.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeVar

from concurrency.gather import gather_all
from event_store.reading import EventReader
from schemas.codec import Stored, decode
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.topics import TopicPartition
from schemas.wire import Incoming, envelope_from, published_to

RELAY = "relay"
"""The consumer whose checkpoints say what was published last in every partition."""
PAGE = 2_000
T = TypeVar("T")
R = TypeVar("R")


class Handler(Protocol):
    """What stands behind an subscription: a processor or a projection.

    `handle` gets the wanted envelopes of one partition in position order and must leave everything up to
    `position` finished; it may be given the same envelopes again after a crash. Different partitions may be
    handled at once.
    """

    @property
    def consumer(self) -> str:
        """Its name in checkpoints."""

    @property
    def topics(self) -> Collection[str]:
        """The logs it reads."""

    @property
    def types(self) -> Collection[str]:
        """The wire names it wants; nothing else is decoded."""

    async def checkpoints(self) -> Mapping[TopicPartition, int]:
        """What it has finished, durably."""

    async def handle(self, partition: TopicPartition, envelopes: Sequence[Envelope], position: int) -> None:
        """Finish everything of `partition` up to `position`."""


class CatchUpSubscription:
    """Puts one handler's partitions in order; calls may come from several tasks."""

    def __init__(
        self, reader: EventReader, handler: Handler, *, partitions: int, on_poison: Callable[[Poison], None]
    ) -> None:
        self._reader = reader
        self._handler = handler
        self._partition_count = partitions
        self._on_poison = on_poison
        self._types = frozenset(handler.types)
        self._topics = frozenset(handler.topics)
        self._done: dict[TopicPartition, int] = {}
        self._seen_by_reconcile: dict[TopicPartition, int] = {}
        self._turn = asyncio.Lock()

    @property
    def topics(self) -> Collection[str]:
        """The logs it reads."""
        return self._topics

    @property
    def done(self) -> Mapping[TopicPartition, int]:
        """What is finished, by partition; at least what the handler's checkpoints say."""
        return self._done

    async def assign(self, partitions: Collection[TopicPartition] | None = None) -> None:
        """Answer for these partitions (all of the handler's topics by default) and catch up on them."""
        if partitions is None:
            partitions = [
                TopicPartition(topic, number) for topic in self._topics for number in range(self._partition_count)
            ]
        async with self._turn:
            finished = await self._handler.checkpoints()
            self._done = {partition: finished.get(partition, 0) for partition in partitions}
            self._seen_by_reconcile = dict(self._done)
            await self._fill(await self._behind())

    async def receive(self, messages: Iterable[Incoming]) -> None:
        """Hand on what is new among `messages`, and before it whatever of the log is missing.

        Raises:
            Whatever the handler raises; then the same messages are safe to give again.
        """
        async with self._turn:
            waiting = self._by_partition(messages)
            while waiting:
                runs, waiting = self._split(waiting)
                await gather_all(self._handle(partition, run) for partition, run in runs.items() if run)
                await self._fill({partition: rest[0].previous for partition, rest in waiting.items()})

    async def reconcile(self) -> int:
        """Fill every partition that has not moved since the last sweep although more was published; say how many."""
        async with self._turn:
            behind, seen = await self._behind(), self._seen_by_reconcile
            stalled = {
                partition: head for partition, head in behind.items() if seen.get(partition) == self._done[partition]
            }
            await self._fill(stalled)
            self._seen_by_reconcile = dict(self._done)
        return len(stalled)

    async def published(self) -> Mapping[TopicPartition, int]:
        """The last published position of each assigned partition; takes no lock, so it answers at any time."""
        published = await self._reader.checkpoints(RELAY)
        return {partition: position for partition, position in published.items() if partition in self._done}

    async def _behind(self) -> dict[TopicPartition, int]:
        return {partition: head for partition, head in (await self.published()).items() if head > self._done[partition]}

    def _by_partition(self, messages: Iterable[Incoming]) -> dict[TopicPartition, list[Incoming]]:
        waiting: dict[TopicPartition, list[Incoming]] = defaultdict(list)
        for message in messages:
            if message.position > self._done.get(message.partition, message.position):
                waiting[message.partition].append(message)
        return waiting

    def _split(
        self, waiting: Mapping[TopicPartition, Sequence[Incoming]]
    ) -> tuple[dict[TopicPartition, list[Incoming]], dict[TopicPartition, list[Incoming]]]:
        """Each partition's messages before its first hole, and those from it on."""
        runs: dict[TopicPartition, list[Incoming]] = {}
        later: dict[TopicPartition, list[Incoming]] = {}
        for partition, messages in waiting.items():
            reach, run = self._done[partition], runs.setdefault(partition, [])
            for index, message in enumerate(messages):
                if message.previous > reach:
                    later[partition] = list(messages[index:])
                    break
                if message.position > reach:
                    run.append(message)
                    reach = message.position
        return runs, later

    async def _handle(self, partition: TopicPartition, run: Sequence[Incoming]) -> None:
        wanted = self._readable(envelope_from, (message for message in run if message.type in self._types))
        await self._finish(partition, wanted, run[-1].position)

    async def _finish(self, partition: TopicPartition, envelopes: Sequence[Envelope], position: int) -> None:
        await self._handler.handle(partition, envelopes, position)
        self._done[partition] = position

    async def _fill(self, until: Mapping[TopicPartition, int]) -> None:
        """Read the log once for all of these partitions, each from where it stands to the furthest of them."""
        if not until:
            return
        position, end = min(self._done[partition] for partition in until), max(until.values())
        while position < end:
            page = await self._reader.log(position, limit=PAGE, until=end, types=sorted(self._types))
            position = page[-1].position if len(page) == PAGE else end
            found = self._routed(page, until.keys())
            await gather_all(
                self._finish(partition, found[partition], position)
                for partition in until
                if self._done[partition] < position
            )

    def _routed(
        self, page: Sequence[Stored], partitions: Collection[TopicPartition]
    ) -> dict[TopicPartition, list[Envelope]]:
        route = partial(published_to, partitions=self._partition_count)
        found: dict[TopicPartition, list[Envelope]] = defaultdict(list)
        for stored in page:
            for routed in self._readable(route, (stored,)):
                for partition in routed:
                    if partition in partitions and stored.position > self._done[partition]:
                        found[partition] += self._readable(decode, (stored,))
        return found

    def _readable(self, read: Callable[[T], R], items: Iterable[T]) -> list[R]:
        found = []
        for item in items:
            try:
                found.append(read(item))
            except Poison as poison:
                self._on_poison(poison)
        return found
