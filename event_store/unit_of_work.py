"""Load, decide, append: how HTTP handlers and processors record events."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from concurrency.jitter import pause_with_jitter
from event_store.records import AppendRequest, AppendResult, Checkpoint, IdempotencyRecord, ParkedMessage, Timer
from event_store.repository import DeciderProtocol, Repository, VersionedState
from event_store.store import EventStore
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.errors import Conflict
from schemas.message import Event

AnyRepository = Repository[Any, Any, Any]
EMPTY_REQUEST = AppendRequest()
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.25
"""Seconds before deciding again after a conflict: at most the first, doubling to the longest."""


class LoadedStream:
    """A stream within one unit of work: the state it was loaded with, and the events decided here."""

    def __init__(
        self,
        decider: DeciderProtocol[Any, Any, Any],
        state: Any,
        version: int,
        repository: AnyRepository | None = None,
        *,
        is_from_cache: bool = False,
    ) -> None:
        """Start from a state and its version; without a repository the state is not cached."""
        self.decider = decider
        self.repository = repository
        self.version = version
        self.was_cached = is_from_cache
        self._was_asked = False
        self._is_from_cache = is_from_cache
        self._state = state
        self._unfolded: list[Event] = []

    @property
    def may_be_outdated(self) -> bool:
        """Whether nothing was decided on a cached state that was asked for: then no append finds out how old it is."""
        return self._is_from_cache and self._was_asked

    @property
    def state(self) -> Any:
        """The state including the events decided here; they are folded when it is asked for."""
        self._was_asked = True
        if self._unfolded:
            self._state = self.decider.fold(self._unfolded, self._state)
            self._unfolded = []
        return self._state

    def add(self, events: Sequence[Event], state: Any = None) -> None:
        """Add decided events; `state` is the state after them, where it is known already."""
        if state is None:
            self._unfolded += events
        else:
            self._state, self._unfolded = state, []
        self.version += len(events)
        self._is_from_cache = False


class UnitOfWork:
    """The events, timers and states of one append; nothing is visible outside before it is committed."""

    def __init__(self, store: EventStore, *, attempt: int = 0, is_last: bool = True) -> None:
        """Start attempt number `attempt`; the last one raises its `Conflict` instead of reporting it."""
        self.attempt = attempt
        self.is_last = is_last
        self.is_committed = False
        self.conflicts: tuple[str, ...] = ()
        """The streams to which others had appended when the commit failed."""
        self._store = store
        self._streams: dict[str, LoadedStream] = {}
        self._events: list[Envelope] = []
        self._event_counts: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._timers: dict[str, Timer] = {}
        self._cancelled: set[str] = set()
        self._positions: dict[str, int] = {}
        self._parked: list[ParkedMessage] = []
        self._unparked: list[ParkedMessage] = []

    async def load(self, repository: AnyRepository, streams: Iterable[str]) -> None:
        """Load the streams that are not loaded yet, in one read."""
        missing = [stream for stream in dict.fromkeys(streams) if stream not in self._streams]
        cached = {stream for stream in missing if repository.cached(stream)}
        for stream, loaded in (await repository.load_many(missing)).items():
            self._streams[stream] = LoadedStream(
                repository.decider, loaded.state, loaded.version, repository, is_from_cache=stream in cached
            )

    def begin(self, decider: DeciderProtocol[Any, Any, Any], stream: str) -> None:
        """Start a new stream: nothing is read, and the commit conflicts where it is not empty."""
        self._streams[stream] = LoadedStream(decider, decider.initial, 0)

    def state(self, stream: str) -> Any:
        """Return the state of a loaded stream, including the events decided here."""
        return self._streams[stream].state

    def version(self, stream: str) -> int:
        """Return the version of a loaded stream, including the events decided here."""
        return self._streams[stream].version

    def decide(self, stream: str, command: Any, cause: Cause, *, subject_id: str | None = None) -> Sequence[Any]:
        """Let the stream's decider handle `command`, record its events and return them.

        Raises:
            Refused: The decider says no.
        """
        loaded = self._streams[stream]
        events = loaded.decider.decide(command, loaded.state)
        self.record(stream, events, cause, subject_id=subject_id)
        return events

    def record(
        self, stream: str, events: Sequence[Event], cause: Cause, *, subject_id: str | None = None, state: Any = None
    ) -> None:
        """Add decided events to a loaded stream; `state` is the state after them, where it is known already."""
        if events:
            loaded, recorded = self._streams[stream], self._event_counts[stream, cause.id]
            self._events += wrap_events(stream, loaded.version, events, cause, subject_id=subject_id, recorded=recorded)
            self._event_counts[stream, cause.id] += len(events)
            loaded.add(events, state)

    def claim(self, stream: str, event: Event, cause: Cause) -> None:
        """Record the first event of a stream named by a unique value; the commit conflicts where it is taken."""
        self._events += wrap_events(stream, 0, [event], cause)

    def set_timer(self, timer: Timer) -> None:
        """Set or replace a timer."""
        self._timers[timer.id] = timer
        self._cancelled.discard(timer.id)

    def cancel_timer(self, timer_id: str) -> None:
        """Cancel a timer, if there is one."""
        self._timers.pop(timer_id, None)
        self._cancelled.add(timer_id)

    def park(self, messages: Iterable[ParkedMessage]) -> None:
        """Park messages, or replace them where they are parked already."""
        self._parked += messages

    def unpark(self, messages: Iterable[ParkedMessage]) -> None:
        """Remove parked messages, which are handled now."""
        self._unparked += messages

    def request(
        self,
        *,
        checkpoints: Sequence[Checkpoint] = (),
        idempotency: IdempotencyRecord | None = None,
        claim: IdempotencyRecord | None = None,
    ) -> AppendRequest:
        """Return everything as one append request."""
        return AppendRequest(
            events=tuple(self._events),
            idempotency=idempotency,
            claim=claim,
            timers=tuple(self._timers.values()),
            cancelled_timers=tuple(self._cancelled),
            checkpoints=tuple(checkpoints),
            parked=tuple(self._parked),
            unparked=tuple(self._unparked),
        )

    async def commit(
        self,
        *,
        checkpoints: Sequence[Checkpoint] = (),
        idempotency: IdempotencyRecord | None = None,
        claim: IdempotencyRecord | None = None,
    ) -> bool:
        """Append everything; return False when others have appended first and another attempt is worth while.

        Raises:
            Conflict: Others had appended first at the last attempt too. Nothing was recorded; safe to repeat.
            IdempotencyKeyTaken: The key was used meanwhile. Nothing was recorded.
            Unavailable: The store does not answer.
        """
        request = self.request(checkpoints=checkpoints, idempotency=idempotency, claim=claim)
        try:
            self._on_committed(await self._store.append(request) if request != EMPTY_REQUEST else AppendResult(0, 0))
        except Conflict as conflict:
            self._on_conflict(conflict)
            await pause_with_jitter(self.attempt, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        return self.is_committed

    async def is_outdated(self) -> bool:
        """Whether others have appended to a stream for which nothing was decided on a cached state.

        An append to it would have met a conflict. Such states are forgotten, as after one: decide again.
        """
        versions = {stream: loaded.version for stream, loaded in self._streams.items() if loaded.may_be_outdated}
        newer = await self._store.events(versions) if versions else {}
        outdated = [stream for stream in versions if newer[stream]]
        for stream in outdated:
            repository = self._streams[stream].repository
            assert repository  # noqa: S101 - it has cached the state
            repository.evict(stream)
        return bool(outdated)

    def forget_cached(self) -> bool:
        """Forget all states that a decision has failed on; return whether one was cached, and so may be old.

        Those that were just read are cached by now: if they stayed, each attempt would find others that may be old.
        """
        for stream, loaded in self._streams.items():
            if loaded.repository is not None:
                loaded.repository.evict(stream)
        return any(loaded.was_cached for loaded in self._streams.values())

    async def position(self, stream: str, version: int) -> int:
        """Return the position of an event of a committed stream; 0 for version 0."""
        if stream in self._positions and version == self.version(stream):
            return self._positions[stream]
        return await self._store.position_of(stream, version)

    def _on_committed(self, result: AppendResult) -> None:
        self.is_committed = True
        for position, envelope in enumerate(self._events, start=result.first):
            self._positions[envelope.stream] = position
        for stream, loaded in self._streams.items():
            if loaded.repository is not None and stream in self._positions:
                loaded.repository.put(stream, VersionedState(loaded.state, loaded.version))

    def _on_conflict(self, conflict: Conflict) -> None:
        self.conflicts = conflict.streams
        self.forget_cached()
        if self.is_last:
            raise conflict


def retry_on_conflict(store: EventStore, *, attempts: int | None = None) -> Iterator[UnitOfWork]:
    """Yield units of work until one is committed, at most `attempts`; each loads newer states.

    A commit that meets a conflict pauses a little, with full jitter. The last one's commit raises its `Conflict`.
    """
    for attempt in count():
        unit = UnitOfWork(store, attempt=attempt, is_last=attempts is not None and attempt >= attempts - 1)
        yield unit
        if unit.is_committed or unit.is_last:
            return
