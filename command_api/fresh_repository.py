"""Repositories for the HTTP side, where a refusal must not rest on an old state: what is cached is checked for news."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeVar, cast

from concurrency.batcher import Batcher
from domain.decider import Decider
from event_store.repository import Repository, SnapshotPolicy, VersionedState
from event_store.store import EventStore
from schemas.codec import Stored, decode
from schemas.envelope import Envelope
from schemas.errors import Poison

PAGE = 1_000
FAR = 20_000
"""Positions of the log that are worth reading; further behind, the cache is dropped and streams are read when asked."""

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


class FreshRepository(Repository[C, S, E]):
    """States never older than the moment they were asked for: callers at the same time share one read of what is new.

    An append is guarded by the expected version, a refusal by nothing.
    """

    def __init__(
        self,
        store: EventStore,
        decider: Decider[C, S, E],
        capacity: int,
        *,
        snapshots: SnapshotPolicy[S] | None = None,
    ) -> None:
        super().__init__(store, decider, capacity, snapshots=snapshots)
        self._news = Batcher(self._since)

    async def load_many(self, streams: Iterable[str]) -> dict[str, VersionedState[S]]:
        """As `Repository.load_many`."""
        known = await super().load_many(streams)
        news = await self._news.ask([(stream, at.version) for stream, at in known.items()])
        moved = {
            stream: self._advance(stream, at, newer)
            for stream, at in known.items()
            if (newer := [cast(E, each.event) for each in news[stream] if each.version > at.version])
        }
        return known | moved

    def evict(self, stream: str) -> None:
        """Keep the stream: the next load reads what is new anyway."""

    def _advance(self, stream: str, at: VersionedState[S], events: Sequence[E]) -> VersionedState[S]:
        advanced = VersionedState(self.decider.fold(events, at.state), at.version + len(events))
        self.put(stream, advanced)
        return advanced

    async def _since(self, asked: Sequence[Sequence[tuple[str, int]]]) -> dict[str, list[Envelope]]:
        """What is past these versions; past the oldest where callers know different ones."""
        return await self._store.streams(dict(sorted(chain.from_iterable(asked), reverse=True)))


class FollowingRepository(Repository[C, S, E]):
    """States of many streams that seldom change: one read of the log's news of `types` serves all that are cached."""

    def __init__(self, store: EventStore, decider: Decider[C, S, E], capacity: int, *, types: Sequence[str]) -> None:
        super().__init__(store, decider, capacity)
        self._types = types
        self._news = Batcher(self._follow)
        self._position = 0

    async def load_many(self, streams: Iterable[str]) -> dict[str, VersionedState[S]]:
        """As `Repository.load_many`, after the news of the log."""
        await self._news.ask(None)
        return await super().load_many(streams)

    async def _follow(self, _: Sequence[None]) -> None:
        head = await self._store.wait_past(self._position, timeout=0)
        if head > self._position + FAR:
            self.clear()
            self._position = head
        while await self._read_page() == PAGE:
            pass
        self._position = max(self._position, head)

    async def _read_page(self) -> int:
        """Apply the next page of news; how many events it had."""
        news = await self._store.log(self._position, limit=PAGE, types=self._types)
        for stored in news:
            self._apply(stored)
            self._position = stored.position
        return len(news)

    def _apply(self, stored: Stored) -> None:
        at = self.cached(stored.stream)
        if at and at.version < stored.version:
            try:
                event = cast(E, decode(stored).event)
            except Poison:
                self.evict(stored.stream)  # whoever asks for it reads it, and gets the error
            else:
                self.put(stored.stream, VersionedState(self.decider.fold([event], at.state), stored.version))
