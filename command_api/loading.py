"""Where streams stand now: what is remembered, brought up to date by one read each time it is asked for."""

from collections.abc import Iterable
from typing import Generic, TypeVar, cast

from domain.decider import Decider
from edge.sharing import Sharing
from event_store.repository import Loaded, Repository, Snapshots
from event_store.store import EventStore
from schemas.envelope import Envelope

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


class States(Generic[C, S, E]):
    """The states of one kind of stream, never older than the moment they were asked for.

    An append is guarded by its version, a refusal by nothing: so even what is remembered is checked for news.
    """

    def __init__(
        self,
        store: EventStore,
        decider: Decider[C, S, E],
        *,
        remembered: int,
        snapshots: Snapshots[S] | None = None,
    ) -> None:
        """Read from `store`; keep the last `remembered` states."""
        self.decider = decider
        self._store = store
        self._news = Sharing(self._since)
        self._repository: Repository[C, S, E] = Repository(store, decider, remembered, snapshots=snapshots)

    async def load(self, streams: Iterable[str]) -> dict[str, Loaded[S]]:
        """State and version of each stream; an empty one is at version 0. One shared read if all are remembered."""
        known = await self._repository.load_many(streams)
        news = await self._news.ask((stream, at.version) for stream, at in known.items())
        moved = {
            stream: self.keep(stream, at, newer)
            for stream, at in known.items()
            if (newer := [cast(E, each.event) for each in news[stream] if each.version > at.version])
        }
        return known | moved

    def keep(self, stream: str, at: Loaded[S], events: list[E]) -> Loaded[S]:
        """Remember where a stream stands after `events`."""
        moved = Loaded(self.decider.fold(events, at.state), at.version + len(events))
        self._repository.keep(stream, moved)
        return moved

    async def _since(self, asked: set[tuple[str, int]]) -> dict[str, list[Envelope]]:
        """What is past these versions; past the oldest where callers know different ones."""
        return await self._store.streams(dict(sorted(asked, reverse=True)))
