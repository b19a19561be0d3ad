"""What one append will carry, decided on states nobody else sees until it is recorded."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from event_store.records import AppendRequest, Checkpoint, Timer
from event_store.repository import Repository, VersionedState
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.message import Event

S = TypeVar("S")


class UnitOfWork:
    """Collects events, timers and states over one batch; nothing outside changes before `keep`."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._events: list[Envelope] = []
        self._said: Counter[tuple[str, str]] = Counter()
        self._timers: dict[str, Timer] = {}
        self._cleared: set[str] = set()
        self._states: dict[str, tuple[Repository[Any, Any, Any], VersionedState[Any]]] = {}

    async def load(self, repository: Repository[Any, Any, Any], streams: Iterable[str]) -> None:
        """Bring these streams in at once, so that a batch costs one read."""
        missing = [stream for stream in dict.fromkeys(streams) if stream not in self._states]
        for stream, loaded in (await repository.load_many(missing)).items():
            self._states[stream] = (repository, loaded)

    def state(self, stream: str) -> Any:
        """What is true of a loaded stream, this unit included."""
        return self._states[stream][1].state

    def decide(self, stream: str, command: Any, cause: Cause) -> Sequence[Event]:
        """Let the stream's decider answer `command`, and record what it says."""
        repository, loaded = self._states[stream]
        events = repository.decider.decide(command, loaded.state)
        self.record(stream, events, cause)
        return events

    def record(self, stream: str, events: Sequence[Any], cause: Cause) -> None:
        """Put decided events on a loaded stream."""
        if not events:
            return
        repository, loaded = self._states[stream]
        said = self._said[stream, cause.id]
        self._events += wrap_events(stream, loaded.version, events, cause, offset=said)
        self._said[stream, cause.id] += len(events)
        state = repository.decider.fold(events, loaded.state)
        self._states[stream] = (repository, VersionedState(state, loaded.version + len(events)))

    def set_timer(self, timer: Timer) -> None:
        """Set or replace a timer."""
        self._timers[timer.id] = timer
        self._cleared.discard(timer.id)

    def cancel_timer(self, timer_id: str) -> None:
        """Clear a timer."""
        self._timers.pop(timer_id, None)
        self._cleared.add(timer_id)

    def request(self, checkpoints: Iterable[Checkpoint]) -> AppendRequest:
        """All of it as one append."""
        return AppendRequest(
            events=tuple(self._events),
            timers=tuple(self._timers.values()),
            cleared=tuple(self._cleared),
            checkpoints=tuple(checkpoints),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing was decided at all."""
        return not (self._events or self._timers or self._cleared)

    def keep(self) -> None:
        """The append is recorded: its states are the newest there are."""
        for stream, (repository, loaded) in self._states.items():
            repository.keep(stream, loaded)

    def discard(self) -> None:
        """The append lost a race: what was loaded may be old."""
        for stream, (repository, _) in self._states.items():
            repository.forget(stream)
