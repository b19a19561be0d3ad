"""What the command line says of which events are wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from event_store.reading import EventReader
from history.event_filter import EventFilter, types_named
from history.event_log import EventLog
from schemas.errors import Invalid


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a replay; of types, streams and categories any of those given will do."""

    streams: Sequence[str] = ()
    categories: Sequence[str] = ()
    types: Sequence[str] = ()
    order: str | None = None
    correlation: str | None = None
    since: str | None = None
    until: str | None = None


async def filter_of(asked: Asked, reader: EventReader) -> EventFilter:
    """Return the filter of these options.

    Raises:
        Invalid: No event has such a type, or a time cannot be read.
    """
    for name in asked.types:
        if not types_named([name]):
            raise Invalid(f"no event has the type {name}; 'order.*' means all that begin with it")
    streams = frozenset(asked.streams) if asked.streams else None
    if asked.order:
        of_order = frozenset(await EventLog(reader).streams_of_order(asked.order))
        streams = of_order if streams is None else streams & of_order
    return EventFilter(
        types=types_named(asked.types) if asked.types else None,
        streams=streams,
        prefixes=tuple(f"{category}-" for category in asked.categories) or None,
        correlation_id=asked.correlation,
        since=_time(asked.since),
        until=_time(asked.until),
    )


def _time(written: str | None) -> datetime | None:
    """Return a time; one without a zone is in UTC."""
    try:
        time = datetime.fromisoformat(written) if written else None
    except ValueError as error:
        raise Invalid(f"{written} is no time; write 2026-11-30 or 2026-11-30T12:00:00Z") from error
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
