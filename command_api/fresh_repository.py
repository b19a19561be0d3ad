"""Where streams stand now: what is remembered, brought up to date by one read each time it is asked for."""

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar, cast

from domain.decider import Decider
from edge.coalescer import Coalescer
from event_store.repository import Repository, SnapshotPolicy, VersionedState
from event_store.store import EventStore
from schemas.codec import Stored, decode
from schemas.envelope import Envelope
from schemas.errors import Poison

PAGE = 1_000
FAR = 20_000
"""Positions of the log that are worth looking through; beyond, what is remembered is read anew when it is wanted."""

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


class FreshRepository(Generic[C, S, E]):
    """The states of one kind of stream, never older than the moment they were asked for.

    An append is guarded by its version, a refusal by nothing: so even what is remembered is checked for news.
    """

    def __init__(
        self,
        store: EventStore,
        decider: Decider[C, S, E],
        *,
        remembered: int,
        snapshots: SnapshotPolicy[S] | None = None,
    ) -> None:
        """Read from `store`; keep the last `remembered` states."""
        self.decider = decider
        self._store = store
        self._news = Coalescer(self._since)
        self._repository: Repository[C, S, E] = Repository(store, decider, remembered, snapshots=snapshots)

    async def load(self, streams: Iterable[str]) -> dict[str, VersionedState[S]]:
        """State and version of each stream; an empty one is at version 0. One shared read if all are remembered."""
        known = await self._repository.load_many(streams)
        news = await self._news.ask((stream, at.version) for stream, at in known.items())
        moved = {
            stream: self.keep(stream, at, newer)
            for stream, at in known.items()
            if (newer := [cast(E, each.event) for each in news[stream] if each.version > at.version])
        }
        return known | moved

    def keep(self, stream: str, at: VersionedState[S], events: list[E]) -> VersionedState[S]:
        """Remember where a stream stands after `events`."""
        moved = VersionedState(self.decider.fold(events, at.state), at.version + len(events))
        self._repository.keep(stream, moved)
        return moved

    def doubt(self, stream: str) -> None:
        """Somebody says the stream stands elsewhere: nothing to do, the next look sees all that is new."""

    async def _since(self, asked: set[tuple[str, int]]) -> dict[str, list[Envelope]]:
        """What is past these versions; past the oldest where callers know different ones."""
        return await self._store.streams(dict(sorted(asked, reverse=True)))


class FollowingRepository(FreshRepository[C, S, E]):
    """States of many streams that seldom move: one look at the log's news of `types` serves all that is remembered."""

    def __init__(self, store: EventStore, decider: Decider[C, S, E], *, remembered: int, types: Sequence[str]) -> None:
        """Read from `store`; keep the last `remembered` states."""
        super().__init__(store, decider, remembered=remembered)
        self._types = types
        self._now = Coalescer[str, None](self._follow)
        self._position = 0

    async def load(self, streams: Iterable[str]) -> dict[str, VersionedState[S]]:
        """State and version of each stream; an empty one is at version 0. One shared look at what is new."""
        await self._now.ask(())
        return await self._repository.load_many(streams)

    def doubt(self, stream: str) -> None:
        """It may have moved by an event that `types` does not know, of a later release: read it again."""
        self._repository.forget(stream)

    async def _follow(self, _: set[str]) -> None:
        known = await self._store.wait_past(self._position, timeout=0)
        if known > self._position + FAR:
            self._repository.clear()
            self._position = known
        while await self._look() == PAGE:
            pass
        self._position = max(self._position, known)

    async def _look(self) -> int:
        """Learn the next page of news; how many there were."""
        news = await self._store.log(self._position, limit=PAGE, types=self._types)
        for stored in news:
            self._learn(stored)
            self._position = stored.position
        return len(news)

    def _learn(self, stored: Stored) -> None:
        at = self._repository.cached(stored.stream)
        if at and at.version < stored.version:
            try:
                self.keep(stored.stream, at, [cast(E, decode(stored).event)])
            except Poison:
                self.doubt(stored.stream)  # whoever asks for it reads it, and is told
