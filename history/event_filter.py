"""Which events of the log somebody asks for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from event_store.scan import Scan
from schemas.logged_event import LoggedEvent
from schemas.registry import EVENTS
from schemas.topics import ROUTES

ALL_OF: Final = ".*"
"""At the end of a type: all types that begin with what is before it."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What holds of the wanted events, as far as it is given.

    `types` are wire names, `streams` whole names and `prefixes` beginnings of names of streams. `since` is in the range
    of the time of recording and `until` is not.
    """

    types: frozenset[str] | None = None
    streams: frozenset[str] | None = None
    prefixes: tuple[str, ...] | None = None
    actor_type: str | None = None
    actor_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def wants_nothing(self) -> bool:
        """Whether no event can be wanted: no type, no stream or no time is left."""
        no_time = self.since is not None and self.until is not None and self.since >= self.until
        return no_time or self.types == frozenset() or self.streams == frozenset() or self.prefixes == ()

    @property
    def is_whole_log(self) -> bool:
        """Whether every event is wanted."""
        return self == EventFilter()

    @property
    def is_scan(self) -> bool:
        """Whether every event that meets the scan is wanted."""
        return self == EventFilter(types=self.types, prefixes=self.prefixes)

    def as_scan(self) -> Scan:
        """Return what a database can compare: every wanted event meets it, and few others do."""
        return Scan(
            types=tuple(sorted(self.types or ())),
            prefixes=tuple(sorted(self.streams)) if self.streams else self.prefixes or (),
            contains=tuple(self._parts()),
        )

    def wants(self, event: LoggedEvent) -> bool:
        """Whether this event is wanted."""
        actor = event.actor
        return (
            (self.types is None or event.type in self.types)
            and (self.streams is None or event.stream in self.streams)
            and (self.prefixes is None or event.stream.startswith(self.prefixes))
            and self.actor_type in (None, actor and actor.type)
            and self.actor_id in (None, actor and actor.id)
            and self.correlation_id in (None, event.correlation_id)
            and self.causation_id in (None, event.causation_id)
            and self._is_in_time(event)
        )

    def _is_in_time(self, event: LoggedEvent) -> bool:
        if self.since is None and self.until is None:
            return True
        time = recorded_at(event)
        return time is not None and (self.since is None or self.since <= time) and (not self.until or time < self.until)

    def _parts(self) -> Iterator[bytes]:
        """Yield what the stored bytes contain, as `schemas.codec.encode` writes them."""
        if self.actor_type is not None:
            yield b'"actor":{"type":%b' % orjson.dumps(self.actor_type)
        if self.actor_id is not None:
            yield b'"id":%b' % orjson.dumps(self.actor_id)
        if self.correlation_id is not None:
            yield b'"correlationId":%b' % orjson.dumps(self.correlation_id)
        if self.causation_id is not None:
            yield b'"causationId":%b' % orjson.dumps(self.causation_id)


def recorded_at(event: LoggedEvent) -> datetime | None:
    """Return when an event was recorded, None where its bytes do not say it."""
    try:
        time = datetime.fromisoformat(event.recorded_at or event.occurred_at or "")
    except ValueError:
        return None
    return time if time.tzinfo else None


def types_named(names: Iterable[str]) -> frozenset[str]:
    """Return the wire names that these mean, of which some may end in `.*`; a name that means none is left out."""
    return frozenset(each for name in names for each in _named(name))


def types_of_topics(topics: Iterable[str]) -> frozenset[str]:
    """Return the wire names of the events that are published to any of these topics."""
    wanted = frozenset(topics)
    return frozenset(name for name, routes in ROUTES.items() if wanted & {route.topic for route in routes})


def _named(name: str) -> Iterable[str]:
    if name.endswith(ALL_OF):
        return [each for each in EVENTS if each.startswith(name.removesuffix("*"))]
    return [name] if name in EVENTS else []
