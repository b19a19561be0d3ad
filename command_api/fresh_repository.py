"""Repositories of the command API: they bring cached states up to date first, so that no refusal uses an old state."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar, cast

from concurrency.batcher import Batcher
from domain.decider import Decider
from event_store.repository import Repository, SnapshotPolicy, VersionedState
from event_store.store import EventStore
from schemas.codec import Stored, decode_event
from schemas.errors import Poison
from schemas.message import Event

PAGE = 1_000
MAX_CATCH_UP = 20_000
"""Positions; a cache further behind the log is cleared instead of brought up to date."""

News = tuple[int, Sequence[Event]] | Poison
"""A version and the events of the stream after it, or why they cannot be read."""
C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


class FreshRepository(Repository[C, S, E]):
    """Reads the events after the cached versions on every load; concurrent loads share one read.

    A stream that cannot be read is `StreamUnreadable` to whoever needs it, and to nobody else.
    """

    def __init__(
        self,
        store: EventStore,
        decider: Decider[C, S, E],
        capacity: int,
        *,
        snapshots: SnapshotPolicy[S] | None = None,
    ) -> None:
        super().__init__(store, decider, capacity, snapshots=snapshots, is_shared=True)
        self._reads = Batcher(self._read_after)

    async def load_many(self, streams: Iterable[str]) -> dict[str, VersionedState[S]]:
        cached = await super().load_many(streams)
        with self.reading():
            news = await self._reads.ask([(stream, at.version) for stream, at in cached.items()])
            newer = {stream: _after(at.version, news[stream]) for stream, at in cached.items()}
        return {stream: self._advance(stream, at, newer[stream]) for stream, at in cached.items()}

    def evict(self, stream: str) -> None:
        """Do nothing: the next load reads newer events anyway."""

    def _advance(self, stream: str, at: VersionedState[S], events: Sequence[Event]) -> VersionedState[S]:
        if events:
            at = self.fold(at, events)
            self.put(stream, at)
        return at

    async def _read_after(self, requests: Sequence[Sequence[tuple[str, int]]]) -> Mapping[str, News]:
        """Read the streams after these versions; after the oldest where requests differ.

        A stream that cannot be read is nobody's fault but its own: then each is read alone.
        """
        after = dict(sorted(chain.from_iterable(requests), reverse=True))
        try:
            events = await self._store.events(after)
        except Poison:
            return {stream: await self._read_one(stream, version) for stream, version in after.items()}
        return {stream: (after[stream], found) for stream, found in events.items()}

    async def _read_one(self, stream: str, version: int) -> News:
        try:
            return version, (await self._store.events({stream: version}))[stream]
        except Poison as poison:
            return poison


def _after(version: int, news: News) -> Sequence[Event]:
    if isinstance(news, Poison):
        raise news
    read_after, events = news
    return events[version - read_after :]


class FollowingRepository(Repository[C, S, E]):
    """Keeps all cached states up to date by a follower of the events of `types`; for streams that seldom change.

    Many depend on them: one that cannot be read is `StreamUnreadable`, which names it.
    """

    def __init__(
        self,
        store: EventStore,
        decider: Decider[C, S, E],
        capacity: int,
        *,
        types: Sequence[str],
        follower: "LogFollower",
    ) -> None:
        super().__init__(store, decider, capacity, is_shared=True)
        self._follower = follower
        follower.add(self, types)

    async def load_many(self, streams: Iterable[str]) -> dict[str, VersionedState[S]]:
        await self._follower.catch_up()
        return await super().load_many(streams)

    async def load_caught_up(self, stream: str) -> VersionedState[S]:
        """Return the state of one stream, as new as the last catch-up of the follower: nothing is read for it again."""
        return self.cached(stream) or await self.load(stream)

    def apply(self, stored: Stored) -> None:
        """Bring a cached state up to date by the next event of its stream."""
        at = self.cached(stored.stream)
        if at and at.version < stored.version:
            try:
                event = cast(E, decode_event(stored))
            except Poison:
                self.evict(stored.stream)  # the next load reads the stream and raises
            else:
                self.put(stored.stream, VersionedState(self.decider.fold([event], at.state), stored.version))


class LogFollower:
    """Follows the log on behalf of several repositories: one read, shared by concurrent callers, serves all of them."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._repositories: dict[str, FollowingRepository[Any, Any, Any]] = {}
        self._catch_ups = Batcher(self._catch_up)
        self._position = 0

    def add(self, repository: FollowingRepository[Any, Any, Any], types: Sequence[str]) -> None:
        """Bring this repository up to date too, by the events of these types."""
        self._repositories |= dict.fromkeys(types, repository)

    async def catch_up(self) -> None:
        """Bring every repository up to what was recorded before this call."""
        await self._catch_ups.ask(None)

    async def _catch_up(self, _: Sequence[None]) -> None:
        head = await self._store.wait_past(self._position, timeout=0)
        if head > self._position + MAX_CATCH_UP:
            for repository in self._repositories.values():
                repository.clear()
            self._position = head
        while await self._read_page() == PAGE:
            pass
        self._position = max(self._position, head)

    async def _read_page(self) -> int:
        """Apply the next page of events; return their number."""
        page = await self._store.log(self._position, limit=PAGE, types=tuple(self._repositories))
        for stored in page:
            self._repositories[stored.type].apply(stored)
            self._position = stored.position
        return len(page)
