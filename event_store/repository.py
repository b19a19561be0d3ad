"""States at hand: what a decider has made of each stream, warm in a bounded cache, from snapshots where it is long."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

from event_store.records import Snapshot
from event_store.store import EventStore
from schemas.envelope import Envelope
from schemas.errors import Unavailable

C = TypeVar("C")
C_contra = TypeVar("C_contra", contravariant=True)
S = TypeVar("S")
E = TypeVar("E")


class DeciderProtocol(Protocol[C_contra, S, E]):
    """What a decider must offer here."""

    @property
    def initial(self) -> S:
        """The state of an empty stream."""

    @property
    def decide(self) -> Callable[[C_contra, S], Sequence[E]]:
        """The events that a command leads to in a state."""

    def fold(self, events: Iterable[E], state: S | None = None) -> S:
        """The state after `events`, from `state` or from the beginning."""


class SnapshotFormat(Protocol[S]):
    """How states become bytes and back."""

    @property
    def version(self) -> str:
        """Names what was dumped; snapshots of another version are never loaded."""

    @property
    def dump(self) -> Callable[[S], bytes]:
        """The state as bytes; called in a thread."""

    @property
    def load(self) -> Callable[[bytes], S]:
        """The state that was dumped."""


@dataclass(frozen=True)
class SnapshotPolicy(Generic[S]):
    """A snapshot in `format` is taken every `every` events of a stream."""

    format: SnapshotFormat[S]
    every: int = 1_000


@dataclass(frozen=True)
class VersionedState(Generic[S]):
    """A state and the version of its stream, 0 where there is nothing yet."""

    state: S
    version: int


class Repository(Generic[C, S, E]):
    """The latest `capacity` states used.

    A cached state is answered as it is: an append expects its version, so a stale one costs a `Conflict`, after which
    the caller forgets the stream and loads again. Snapshots that have fallen due are saved by the next load.
    """

    def __init__(
        self,
        store: EventStore,
        decider: DeciderProtocol[C, S, E],
        capacity: int = 10_000,
        *,
        snapshots: SnapshotPolicy[S] | None = None,
    ) -> None:
        self.decider = decider
        self._store = store
        self._capacity = capacity
        self._snapshots = snapshots
        # With cachetools.LRUCache, `load_many` of cached streams takes half as long again.
        self._cached: OrderedDict[str, VersionedState[S]] = OrderedDict()
        self._saved: dict[str, int] = {}
        self._due: dict[str, VersionedState[S]] = {}

    async def load(self, stream: str) -> VersionedState[S]:
        """The state of one stream."""
        return (await self.load_many((stream,)))[stream]

    async def load_many(self, streams: Iterable[str]) -> dict[str, VersionedState[S]]:
        """The states of many streams, those not at hand in one read; every name asked for is a key."""
        await self._save_due()
        wanted = dict.fromkeys(streams)
        found = {stream: held for stream in wanted if (held := self.cached(stream))}
        if len(found) < len(wanted):
            starts = {stream: await self._start(stream) for stream in wanted if stream not in found}
            read = await self._continued(starts)
            for stream, loaded in read.items():
                self.put(stream, loaded)
            found |= read
        return found

    def cached(self, stream: str) -> VersionedState[S] | None:
        """The state of one stream if it is remembered; then it is among the last used."""
        held = self._cached.get(stream)
        if held:
            self._cached.move_to_end(stream)
        return held

    def put(self, stream: str, loaded: VersionedState[S]) -> None:
        """Remember the state that a successful append left, unless a later one is remembered already."""
        held = self._cached.get(stream)
        if held is None or held.version <= loaded.version:
            self._cached[stream] = loaded
            if self._snapshots and loaded.version >= self._saved.get(stream, 0) + self._snapshots.every:
                self._due[stream] = loaded
        self._cached.move_to_end(stream)
        while len(self._cached) > self._capacity:
            self._drop(next(iter(self._cached)))

    def evict(self, stream: str) -> None:
        """Somebody else has appended to the stream: read it again next time."""
        self._drop(stream)

    def _drop(self, stream: str) -> None:
        self._cached.pop(stream, None)
        self._saved.pop(stream, None)
        self._due.pop(stream, None)

    def clear(self) -> None:
        """All may have moved without us."""
        for remembered in (self._cached, self._saved, self._due):
            remembered.clear()

    async def _start(self, stream: str) -> VersionedState[S]:
        if self._snapshots and (snapshot := await self._store.snapshot(stream, decider=self._snapshots.format.version)):
            self._saved[stream] = snapshot.version
            return VersionedState(self._snapshots.format.load(snapshot.state), snapshot.version)
        return VersionedState(self.decider.initial, 0)

    async def _continued(self, starts: Mapping[str, VersionedState[S]]) -> dict[str, VersionedState[S]]:
        read = await self._store.streams({stream: start.version for stream, start in starts.items()})
        return {stream: self._folded(start, read[stream]) for stream, start in starts.items()}

    def _folded(self, start: VersionedState[S], envelopes: Sequence[Envelope]) -> VersionedState[S]:
        if not envelopes:
            return start
        events = (cast("E", envelope.event) for envelope in envelopes)
        return VersionedState(self.decider.fold(events, start.state), envelopes[-1].version)

    async def _save_due(self) -> None:
        if self._snapshots and self._due:
            due, self._due = self._due, {}
            self._saved |= {stream: loaded.version for stream, loaded in due.items()}
            saved = await asyncio.to_thread(_dumped, self._snapshots, due)
            with suppress(Unavailable):  # losing them costs time, never truth
                await self._store.save_snapshots(saved)


def _dumped(snapshots: SnapshotPolicy[S], due: Mapping[str, VersionedState[S]]) -> list[Snapshot]:
    return [
        Snapshot(stream, loaded.version, snapshots.format.version, snapshots.format.dump(loaded.state))
        for stream, loaded in due.items()
    ]
