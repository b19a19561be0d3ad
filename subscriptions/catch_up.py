"""A subscription: hands a consumer every event once and in order, from Kafka, and from the store where there is a gap.

Every message names the position before it in its partition. Where that is past the consumer's checkpoint, the events
between are read from the store and handled alike. That covers an empty broker, lost messages, short retention, a
restart and a rebuild.

A position is believed only where the log has that event: a broker may hold messages of another log, or of this one
before a backup of it was put back. Such messages are set aside.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol

import structlog

from concurrency.gather import gather_all
from event_store.reading import EventReader
from schemas.codec import Stored, decode, id_of
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.topics import TopicPartition
from schemas.wire import Incoming, envelope_from, published_to
from subscriptions.log_watch import check_recorded

RELAY = "relay"
"""The consumer whose checkpoints are the last published positions."""
PAGE = 2_000
MAX_SHOWN = 64
"""Letters of what another log's message says that are logged."""
SetAside = Callable[[Sequence[Incoming]], None]
"""Called with messages whose events the log does not have."""

log = structlog.get_logger(__name__)


def log_set_aside(messages: Sequence[Incoming]) -> None:
    """Log that these messages were set aside, in one line."""
    first = messages[0]
    log.error(
        "messages set aside, the log does not have their events",
        messages=len(messages),
        topic=first.partition.topic,
        partition=first.partition.partition,
        position=first.position,
        eventId=first.event_id[:MAX_SHOWN],
        log=first.log[:MAX_SHOWN],
    )


class UnreadableEvent(NamedTuple):
    """An event of a wanted type that this release cannot decode; `stream` is empty where not even that is known."""

    position: int
    stream: str
    cause: Poison
    type: str = ""


class Handler(Protocol):
    """What a subscription hands events to: a processor or a projection."""

    @property
    def consumer(self) -> str:
        """The name under which it keeps its checkpoints."""

    @property
    def topics(self) -> Collection[str]:
        """The topics whose partitions it handles."""

    @property
    def types(self) -> Collection[str]:
        """The wire names of the events it wants; others are not even decoded."""

    async def checkpoints(self) -> Mapping[TopicPartition, int]:
        """Return the positions up to which it has finished, by partition."""

    async def handle(
        self,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        position: int,
        unreadable: Sequence[UnreadableEvent] = (),
        *,
        event_id: str,
    ) -> None:
        """Handle the wanted events of one partition, in position order, and save `position` as its checkpoint.

        `unreadable` are those that could not be decoded; they are reported already. `event_id` is that of the event at
        `position`, wanted or not. Different partitions may be handled at once. After a crash the same events may be
        given again.
        """


class CatchUpSubscription:
    """Hands one handler its partitions' events in order; may be called from several tasks."""

    def __init__(
        self,
        reader: EventReader,
        handler: Handler,
        *,
        partitions: int,
        on_poison: Callable[[Poison], None],
        on_set_aside: SetAside = log_set_aside,
    ) -> None:
        self._reader = reader
        self._handler = handler
        self._partition_count = partitions
        self._on_poison = on_poison
        self._on_set_aside = on_set_aside
        self._types = frozenset(handler.types)
        self._topics = frozenset(handler.topics)
        self._log_id = ""
        self._positions: dict[TopicPartition, int] = {}
        self._event_ids: dict[TopicPartition, str] = {}
        """Of the events at `_positions`; a partition at position 0 has none."""
        self._reconciled: dict[TopicPartition, int] = {}
        self._lock = asyncio.Lock()

    @property
    def topics(self) -> Collection[str]:
        """As `Handler.topics`."""
        return self._topics

    @property
    def positions(self) -> Mapping[TopicPartition, int]:
        """The positions up to which the assigned partitions are finished."""
        return self._positions

    async def assign(self, partitions: Collection[TopicPartition] | None = None) -> None:
        """Handle these partitions (by default all of the handler's topics) from now on, and catch up on them."""
        if partitions is None:
            partitions = [
                TopicPartition(topic, number) for topic in self._topics for number in range(self._partition_count)
            ]
        async with self._lock:
            checkpoints = await self._handler.checkpoints()
            self._log_id = await self._reader.log_id()
            ids = await self._reader.event_ids(set(checkpoints.values()))
            self._positions = dict.fromkeys(partitions, 0)
            for partition in checkpoints.keys() & self._positions.keys():
                if (event_id := ids.get(checkpoints[partition])) is not None:
                    self._positions[partition] = checkpoints[partition]
                    self._event_ids[partition] = event_id
            self._reconciled = dict(self._positions)
            await self._catch_up(await self._find_lagging())

    async def receive(self, messages: Iterable[Incoming]) -> None:
        """Handle what is new among `messages`, after what is missing before it.

        Raises:
            LogReplaced: The log does not have what was handled before.
            Exception: What the handler raises; then the same messages may be given again.
        """
        async with self._lock:
            waiting = await self._set_aside_unrecorded(self._group_by_partition(messages))
            while waiting:
                ready, waiting = self._split_at_gaps(waiting)
                await gather_all(self._handle(partition, ready[partition]) for partition in ready if ready[partition])
                await self._catch_up({partition: rest[0].previous for partition, rest in waiting.items()})

    async def reconcile(self) -> int:
        """Catch up partitions that stand still since the last call although more is published; return how many."""
        async with self._lock:
            lagging, before = await self._find_lagging(), self._reconciled
            stalled = {
                partition: last
                for partition, last in lagging.items()
                if before.get(partition) == self._positions[partition]
            }
            await self._catch_up(stalled)
            self._reconciled = dict(self._positions)
        return len(stalled)

    async def published(self) -> Mapping[TopicPartition, int]:
        """Return the last published position of each assigned partition; never waits for a running call."""
        published = await self._reader.checkpoints(RELAY)
        return {partition: position for partition, position in published.items() if partition in self._positions}

    async def _find_lagging(self) -> dict[TopicPartition, int]:
        published = await self.published()
        return {partition: last for partition, last in published.items() if last > self._positions[partition]}

    def _group_by_partition(self, messages: Iterable[Incoming]) -> dict[TopicPartition, list[Incoming]]:
        grouped: dict[TopicPartition, list[Incoming]] = defaultdict(list)
        for message in messages:
            if message.position > self._positions.get(message.partition, message.position):
                grouped[message.partition].append(message)
        return grouped

    async def _set_aside_unrecorded(
        self, grouped: Mapping[TopicPartition, Sequence[Incoming]]
    ) -> dict[TopicPartition, list[Incoming]]:
        """Return the messages whose events the log has at their positions."""
        recorded: dict[TopicPartition, list[Incoming]] = {}
        ids = await self._read_event_ids(grouped, {message.position for each in grouped.values() for message in each})
        for partition, messages in grouped.items():
            recorded[partition] = [message for message in messages if self._is_recorded(message, ids)]
            if len(recorded[partition]) < len(messages):
                self._on_set_aside([message for message in messages if not self._is_recorded(message, ids)])
        return {partition: messages for partition, messages in recorded.items() if messages}

    def _is_recorded(self, message: Incoming, ids: Mapping[int, str]) -> bool:
        is_of_this_log = message.log in ("", self._log_id) and message.previous < message.position
        # Bytes that cannot be read have no id: then it must be the log's name that tells them from another log's.
        is_named = bool(message.event_id) or message.log == self._log_id
        return is_of_this_log and is_named and ids.get(message.position) == message.event_id

    async def _read_event_ids(
        self, partitions: Collection[TopicPartition], positions: Collection[int]
    ) -> dict[int, str]:
        """Return the ids of the events at `positions`, once the log was seen to have what these partitions finished."""
        if not partitions:
            return {}
        finished = {partition: self._positions[partition] for partition in partitions if self._positions[partition]}
        ids = await self._reader.event_ids({*positions, *finished.values()})
        for partition, position in finished.items():
            check_recorded(position, self._event_ids[partition], ids.get(position))
        return ids

    def _split_at_gaps(
        self, waiting: Mapping[TopicPartition, Sequence[Incoming]]
    ) -> tuple[dict[TopicPartition, list[Incoming]], dict[TopicPartition, list[Incoming]]]:
        """Return each partition's messages before its first gap, and those after it."""
        before: dict[TopicPartition, list[Incoming]] = {}
        after: dict[TopicPartition, list[Incoming]] = {}
        for partition, messages in waiting.items():
            position, ready = self._positions[partition], before.setdefault(partition, [])
            for index, message in enumerate(messages):
                if message.previous > position:
                    after[partition] = list(messages[index:])
                    break
                if message.position > position:
                    ready.append(message)
                    position = message.position
        return before, after

    async def _handle(self, partition: TopicPartition, messages: Sequence[Incoming]) -> None:
        found = Found()
        for message in messages:
            if message.type in self._types:
                self._read(found, message.position, message.stream, message.type, partial(envelope_from, message))
        await self._finish(partition, found, messages[-1].position, messages[-1].event_id)

    async def _finish(self, partition: TopicPartition, found: "Found", position: int, event_id: str) -> None:
        await self._handler.handle(partition, found.envelopes, position, found.unreadable, event_id=event_id)
        self._positions[partition], self._event_ids[partition] = position, event_id

    async def _catch_up(self, until: Mapping[TopicPartition, int]) -> None:
        """Read the log once for these partitions: from the lowest of their positions to the highest of `until`."""
        if not until:
            return
        position = min(self._positions[partition] for partition in until)
        end = min(max(until.values()), await self._reader.head())
        last_id = (await self._read_event_ids(until, {end})).get(end, "")
        while position < end:
            page = await self._reader.log(position, limit=PAGE, until=end, types=sorted(self._types))
            is_full = len(page) == PAGE
            position, event_id = (page[-1].position, id_of(page[-1].state)) if is_full else (end, last_id)
            found = self._route(page, until.keys())
            await gather_all(
                self._finish(partition, found[partition], position, event_id)
                for partition in until
                if self._positions[partition] < position
            )

    def _route(self, page: Sequence[Stored], partitions: Collection[TopicPartition]) -> dict[TopicPartition, "Found"]:
        found: dict[TopicPartition, Found] = defaultdict(Found)
        for stored in page:
            for partition in self._destinations(stored):
                if partition in partitions and stored.position > self._positions[partition]:
                    self._read(found[partition], stored.position, stored.stream, stored.type, partial(decode, stored))
        return found

    def _destinations(self, stored: Stored) -> Sequence[TopicPartition]:
        try:
            return published_to(stored, self._partition_count)
        except Poison as poison:
            self._on_poison(poison)
            return ()

    def _read(self, found: "Found", position: int, stream: str, event_type: str, read: Callable[[], Envelope]) -> None:
        try:
            found.envelopes.append(read())
        except Poison as poison:
            self._on_poison(poison)
            found.unreadable.append(UnreadableEvent(position, stream, poison, event_type))


@dataclass(slots=True)
class Found:
    """The wanted events of one partition: those that could be read, and the others."""

    envelopes: list[Envelope] = field(default_factory=list)
    unreadable: list[UnreadableEvent] = field(default_factory=list)
