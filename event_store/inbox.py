"""Everything meant for one consumer, once and in order: from Kafka while it flows, else from the store.

Every message names the position before it in its partition. Where that is not what the consumer has finished
there is a hole, and the hole is read from the store through the same handler. A new broker, a lost one, short
retention, a restart and a rebuild are all this one case.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

import orjson

from event_store.reading import EventReader
from schemas.codec import Stored, decode
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.topics import ROUTES, Place, needs_data, partition_of
from schemas.wire import Incoming, envelope_from

RELAY = "relay"
"""The consumer whose checkpoints say what was published last in every place."""
PAGE = 2_000
T = TypeVar("T")
R = TypeVar("R")


class Handler(Protocol):
    """What stands behind an inbox: a processor or a projection.

    `handle` gets the wanted envelopes of one place in position order and must leave everything up to
    `position` finished; it may be given the same envelopes again after a crash. Different places may be
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

    async def checkpoints(self) -> Mapping[Place, int]:
        """What it has finished, durably."""

    async def handle(self, place: Place, envelopes: Sequence[Envelope], position: int) -> None:
        """Finish everything of `place` up to `position`."""


class Inbox:
    """Puts one handler's places in order; calls may come from several tasks."""

    def __init__(
        self, reader: EventReader, handler: Handler, *, partitions: int, on_poison: Callable[[Poison], None]
    ) -> None:
        self._reader = reader
        self._handler = handler
        self._partitions = partitions
        self._on_poison = on_poison
        self._types = frozenset(handler.types)
        self._topics = frozenset(handler.topics)
        self._done: dict[Place, int] = {}
        self._seen_by_sweep: dict[Place, int] = {}
        self._turn = asyncio.Lock()

    @property
    def topics(self) -> Collection[str]:
        """The logs it reads."""
        return self._topics

    @property
    def done(self) -> Mapping[Place, int]:
        """What is finished, by place; at least what the handler's checkpoints say."""
        return self._done

    async def assign(self, places: Collection[Place] | None = None) -> None:
        """Answer for these places (all of the handler's topics by default) and catch up on them."""
        if places is None:
            places = [Place(topic, number) for topic in self._topics for number in range(self._partitions)]
        async with self._turn:
            finished = await self._handler.checkpoints()
            self._done = {place: finished.get(place, 0) for place in places}
            self._seen_by_sweep = dict(self._done)
            await self._fill(await self._behind())

    async def receive(self, messages: Iterable[Incoming]) -> None:
        """Hand on what is new among `messages`, and before it whatever of the log is missing.

        Raises:
            Whatever the handler raises; then the same messages are safe to give again.
        """
        async with self._turn:
            waiting = self._by_place(messages)
            while waiting:
                runs, waiting = self._split(waiting)
                await self._together(self._handle(place, run) for place, run in runs.items() if run)
                await self._fill({place: rest[0].previous for place, rest in waiting.items()})

    async def sweep(self) -> int:
        """Fill every place that has not moved since the last sweep although more was published; say how many."""
        async with self._turn:
            behind, seen = await self._behind(), self._seen_by_sweep
            stalled = {place: head for place, head in behind.items() if seen.get(place) == self._done[place]}
            await self._fill(stalled)
            self._seen_by_sweep = dict(self._done)
        return len(stalled)

    async def published(self) -> Mapping[Place, int]:
        """What was published last, by place, of ours; it takes no turn, so it answers though the handler does not."""
        published = await self._reader.checkpoints(RELAY)
        return {place: position for place, position in published.items() if place in self._done}

    async def _behind(self) -> dict[Place, int]:
        return {place: head for place, head in (await self.published()).items() if head > self._done[place]}

    def _by_place(self, messages: Iterable[Incoming]) -> dict[Place, list[Incoming]]:
        waiting: dict[Place, list[Incoming]] = defaultdict(list)
        for message in messages:
            if message.position > self._done.get(message.place, message.position):
                waiting[message.place].append(message)
        return waiting

    def _split(
        self, waiting: Mapping[Place, Sequence[Incoming]]
    ) -> tuple[dict[Place, list[Incoming]], dict[Place, list[Incoming]]]:
        """Each place's messages before its first hole, and those from it on."""
        runs: dict[Place, list[Incoming]] = {}
        later: dict[Place, list[Incoming]] = {}
        for place, messages in waiting.items():
            reach, run = self._done[place], runs.setdefault(place, [])
            for index, message in enumerate(messages):
                if message.previous > reach:
                    later[place] = list(messages[index:])
                    break
                if message.position > reach:
                    run.append(message)
                    reach = message.position
        return runs, later

    async def _handle(self, place: Place, run: Sequence[Incoming]) -> None:
        wanted = self._readable(envelope_from, (message for message in run if message.type in self._types))
        await self._finish(place, wanted, run[-1].position)

    async def _finish(self, place: Place, envelopes: Sequence[Envelope], position: int) -> None:
        await self._handler.handle(place, envelopes, position)
        self._done[place] = position

    async def _fill(self, until: Mapping[Place, int]) -> None:
        """Read the log once for all of these places, each from where it stands to the furthest of them."""
        if not until:
            return
        position, end = min(self._done[place] for place in until), max(until.values())
        while position < end:
            page = await self._reader.log(position, limit=PAGE, until=end, types=sorted(self._types))
            position = page[-1].position if len(page) == PAGE else end
            found = self._routed(page, until.keys())
            await self._together(
                self._finish(place, found[place], position) for place in until if self._done[place] < position
            )

    def _routed(self, page: Sequence[Stored], places: Collection[Place]) -> dict[Place, list[Envelope]]:
        found: dict[Place, list[Envelope]] = defaultdict(list)
        for stored in page:
            for routed in self._readable(self._places_of, (stored,)):
                for place in routed:
                    if place in places and stored.position > self._done[place]:
                        found[place] += self._readable(decode, (stored,))
        return found

    def _places_of(self, stored: Stored) -> list[Place]:
        try:
            data = orjson.loads(stored.state)["data"] if needs_data(stored.type) else {}
            return [
                Place(route.topic, partition_of(route.key(stored.stream, data), self._partitions))
                for route in ROUTES[stored.type]
                if route.topic in self._topics
            ]
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise Poison(f"unroutable event at position {stored.position}: {error}") from error

    def _readable(self, read: Callable[[T], R], items: Iterable[T]) -> list[R]:
        found = []
        for item in items:
            try:
                found.append(read(item))
            except Poison as poison:
                self._on_poison(poison)
        return found

    async def _together(self, work: Iterable[Awaitable[None]]) -> None:
        """Let all of it end before the first error is raised: nothing goes on behind the caller's back."""
        for outcome in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
