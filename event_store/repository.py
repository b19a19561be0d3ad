"""The states of streams: folded by a decider, kept in a bounded cache, from a snapshot where the stream is long."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Generic, Protocol, TypeVar, cast

from event_store.records import Snapshot
from event_store.store import EventStore
from schemas.errors import Poison, StreamUnreadable, Unavailable
from schemas.message import Event
from schemas.values import dataclass

C = TypeVar("C")
C_contra = TypeVar("C_contra", contravariant=True)
S = TypeVar("S")
E = TypeVar("E")


class DeciderProtocol(Protocol[C_contra, S, E]):
    """A decider as this package needs it."""

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


@dataclass(frozen=True, slots=True)
class SnapshotPolicy(Generic[S]):
    """A snapshot in `format` is taken every `every` events of a stream."""

    format: SnapshotFormat[S]
    every: int = 1_000


@dataclass(frozen=True, slots=True)
class VersionedState(Generic[S]):
    """A state and the version of its stream, 0 where it is empty."""

    state: S
    version: int


class Repository(Generic[C, S, E]):
    """Loads the states of streams, and caches the `capacity` last used.

    A cached state may be stale: the append that expects its version then raises a `Conflict`, after which the caller
    evicts the stream and loads again; where nothing is appended, `UnitOfWork.is_outdated` finds out. Snapshots that are
    due are saved by the next load. An event that cannot be read is `Poison`; where the streams are shared by many
    orders it is `StreamUnreadable`, which no order is to blame for.
    """

    def __init__(
        self,
        store: EventStore,
        decider: DeciderProtocol[C, S, E],
        capacity: int = 10_000,
        *,
        snapshots: SnapshotPolicy[S] | None = None,
        is_shared: bool = False,
    ) -> None:
        self.decider = decider
        self._is_shared = is_shared
        self._store = store
        self._capacity = capacity
        self._snapshots = snapshots
        # With cachetools.LRUCache, `load_many` of cached streams takes half as long again.
        self._cached: OrderedDict[str, VersionedState[S]] = OrderedDict()
        self._snapshot_versions: dict[str, int] = {}
        self._due: dict[str, VersionedState[S]] = {}

    async def load(self, stream: str) -> VersionedState[S]:
        """Return the state of one stream."""
        return (await self.load_many((stream,)))[stream]

    async def load_many(self, streams: Iterable[str]) -> dict[str, VersionedState[S]]:
        """Return the states of many streams, by stream; those that are not cached take one read."""
        if self._due:
            await self._save_due()
        wanted, find = dict.fromkeys(streams), self._cached.get
        states = {stream: cached for stream in wanted if (cached := find(stream))}
        self._note_uses(states)
        if len(states) < len(wanted):
            starts = {stream: await self._load_start(stream) for stream in wanted if stream not in states}
            with self.reading():
                folded = await self._fold_since(starts)
            for stream, loaded in folded.items():
                self.put(stream, loaded)
                states[stream] = loaded
        return states

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Raise `StreamUnreadable` in the place of `Poison` where the streams are shared."""
        try:
            yield
        except Poison as poison:
            if self._is_shared:
                raise StreamUnreadable(poison.detail, **poison.extra) from poison
            raise

    def cached(self, stream: str) -> VersionedState[S] | None:
        """Return the state of one stream if it is cached."""
        if cached := self._cached.get(stream):
            self._note_uses((stream,))
        return cached

    def put(self, stream: str, loaded: VersionedState[S]) -> None:
        """Cache a state, unless a later one is cached already."""
        cached = self._cached.get(stream)
        if cached is None or cached.version <= loaded.version:
            self._cached[stream] = loaded
            if self._snapshots and loaded.version >= self._snapshot_versions.get(stream, 0) + self._snapshots.every:
                self._due[stream] = loaded
        self._cached.move_to_end(stream)
        while len(self._cached) > self._capacity:
            self._drop(next(iter(self._cached)))

    def evict(self, stream: str) -> None:
        """Forget the state of a stream, because others have appended to it."""
        self._drop(stream)

    def clear(self) -> None:
        """Forget the states of all streams."""
        for by_stream in (self._cached, self._snapshot_versions, self._due):
            by_stream.clear()

    def _note_uses(self, streams: Iterable[str]) -> None:
        """Keep these cached streams longer than others; before half of the cache is full, nothing is dropped soon."""
        if 2 * len(self._cached) > self._capacity:
            for stream in streams:
                self._cached.move_to_end(stream)

    def _drop(self, stream: str) -> None:
        self._cached.pop(stream, None)
        self._snapshot_versions.pop(stream, None)
        self._due.pop(stream, None)

    async def _load_start(self, stream: str) -> VersionedState[S]:
        if self._snapshots and (snapshot := await self._store.snapshot(stream, decider=self._snapshots.format.version)):
            self._snapshot_versions[stream] = snapshot.version
            return VersionedState(self._snapshots.format.load(snapshot.state), snapshot.version)
        return VersionedState(self.decider.initial, 0)

    async def _fold_since(self, starts: Mapping[str, VersionedState[S]]) -> dict[str, VersionedState[S]]:
        events = await self._store.events({stream: start.version for stream, start in starts.items()})
        return {stream: self.fold(start, events[stream]) for stream, start in starts.items()}

    def fold(self, start: VersionedState[S], events: Sequence[Event]) -> VersionedState[S]:
        """Return the state after the next events of its stream."""
        if not events:
            return start
        return VersionedState(self.decider.fold(cast("Sequence[E]", events), start.state), start.version + len(events))

    async def _save_due(self) -> None:
        if self._snapshots and self._due:
            due, self._due = self._due, {}
            self._snapshot_versions |= {stream: loaded.version for stream, loaded in due.items()}
            snapshots = await asyncio.to_thread(_dump, self._snapshots, due)
            with suppress(Unavailable):  # without a snapshot the stream is folded from its beginning
                await self._store.save_snapshots(snapshots)


def _dump(policy: SnapshotPolicy[S], due: Mapping[str, VersionedState[S]]) -> list[Snapshot]:
    return [
        Snapshot(stream, loaded.version, policy.format.version, policy.format.dump(loaded.state))
        for stream, loaded in due.items()
    ]
