"""The chain of one event: what caused it, back to the beginning, and all that it led to."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import orjson

from event_store.reading import EventReader
from event_store.scan import Scan
from history.event_filter import EventFilter
from history.reading_stored import logged_event
from history.search import read_stored
from schemas.actor_type import ActorType
from schemas.logged_event import EventChain, LinkedEvent, LoggedEvent, Relation

LOOK = 20_000
"""Events before the one asked for, and as many after it, among which its relatives are looked for."""
LIMIT = 150
"""Relatives before it, and after it, at most."""


@dataclass(frozen=True, slots=True)
class Relatives:
    """The events of one correlation around one of them."""

    events: list[LoggedEvent]
    first: int
    last: int
    left_out: bool

    def by_id(self) -> dict[str, LoggedEvent]:
        """Return them by their ids."""
        return {event.id: event for event in self.events if event.id}


class _Trace(NamedTuple):
    """The causes of an event, the nearest first, and the id of what caused the last of them."""

    causes: list[LoggedEvent]
    origin_id: str | None


async def find_relatives(reader: EventReader, event: LoggedEvent, *, look: int = LOOK, limit: int = LIMIT) -> Relatives:
    """Return the events with the correlation of this one, at most `limit` on either side, in position order."""
    at, head = event.position, await reader.head()
    first, last = max(1, at - look), min(head, at + look)
    wanted = EventFilter(correlation_id=event.correlation_id)
    if event.correlation_id is None:
        return Relatives([event], first, last, left_out=False)
    scan = wanted.as_scan()
    before = await reader.scan(scan, first - 1, at - 1, limit=limit + 1, newest_first=True)
    after = await reader.scan(scan, at, last, limit=limit + 1)
    rows = [*reversed(before[:limit]), *after[:limit]]
    found = [each for each in map(logged_event, rows) if wanted.wants(each)]
    events = sorted([*found, event], key=lambda each: each.position)
    return Relatives(events, first, last, left_out=max(len(before), len(after)) > limit)


async def find_chain(reader: EventReader, position: int, *, look: int = LOOK, limit: int = LIMIT) -> EventChain:
    """Return the chain of the event at a position.

    Raises:
        NotFound: The log has no such position.
    """
    event = logged_event(await read_stored(reader, position))
    relatives = await find_relatives(reader, event, look=look, limit=limit)
    trace = await _trace(reader, event, relatives)
    earliest = trace.causes[-1] if trace.causes else event
    siblings = [
        each
        for each in relatives.events
        if trace.origin_id and each.causation_id == trace.origin_id and each.position != earliest.position
    ]
    related: list[tuple[Relation, Iterable[LoggedEvent]]] = [
        ("cause", trace.causes),
        ("itself", [event]),
        ("effect", _effects(event, relatives.events)),
        ("sibling", siblings),
    ]
    return EventChain(
        position=position,
        origin=_origin(earliest),
        first=relatives.first,
        last=relatives.last,
        left_out=relatives.left_out,
        items=sorted(_link(related), key=lambda each: each.position),
    )


async def _trace(reader: EventReader, event: LoggedEvent, relatives: Relatives) -> _Trace:
    known, causes, at = relatives.by_id(), list[LoggedEvent](), event
    while at.causation_id and len(causes) < LIMIT:
        cause = known.get(at.causation_id) or await _find_by_id(reader, at.causation_id, relatives.first, at.position)
        if cause is None or cause.position >= at.position:
            break
        causes.append(cause)
        at = cause
    return _Trace(causes, at.causation_id)


async def _find_by_id(reader: EventReader, event_id: str, first: int, before: int) -> LoggedEvent | None:
    """Return the event of another correlation with this id, if it is one of those before."""
    wanted = Scan(contains=(b'{"id":%b,"type":' % orjson.dumps(event_id),))
    rows = await reader.scan(wanted, first - 1, before - 1, limit=1, newest_first=True)
    return next((event for event in map(logged_event, rows) if event.id == event_id), None)


def _effects(event: LoggedEvent, others: Iterable[LoggedEvent]) -> Iterator[LoggedEvent]:
    """Yield what an event led to, and what that led to."""
    effects = defaultdict[str, list[LoggedEvent]](list)
    for each in others:
        if each.causation_id:
            effects[each.causation_id].append(each)
    left = deque([event])
    while left:
        cause = left.popleft()
        led_to = [each for each in effects.pop(cause.id or "", ()) if each.position > cause.position]
        yield from led_to
        left.extend(led_to)


def _link(related: Iterable[tuple[Relation, Iterable[LoggedEvent]]]) -> list[LinkedEvent]:
    relations = {event.position: (relation, event) for relation, events in related for event in events}
    positions = {event.id: position for position, (_, event) in relations.items() if event.id}
    return [
        LinkedEvent(**dict(event), relation=relation, cause=positions.get(event.causation_id or ""))
        for relation, event in relations.values()
    ]


def _origin(earliest: LoggedEvent) -> Literal["request", "unknown"]:
    """Reactions of the shop are recorded in its own name, requests in that of who made them."""
    is_request = earliest.actor is not None and earliest.actor.type != ActorType.SYSTEM
    return "request" if is_request else "unknown"
