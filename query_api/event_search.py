"""What is asked of the log: filters as query parameters, and the cursor of the next part of what is found."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from edge.problems import field_error
from history.event_filter import EventFilter, types_named, types_of_topics
from history.event_log import EventLog
from history.found import PageRequest, Place
from query_api.cursors import decode_cursor, encode_cursor, invalid_cursor
from query_api.paging import Cursor, Limit, QueryParameters
from schemas.actor_type import ActorType
from schemas.errors import Invalid
from schemas.logged_event import MAX_NAMES, Category, CorrelationId, StreamName, Topic, TypeName
from schemas.message import Id

POSITIONS = 2**63 - 1


class EventParameters(QueryParameters):
    """Which events are wanted: all that is given must hold.

    `stream` is a whole name and `category` what is before its hyphen; `order` means all streams of one order, by its id
    or number. `type` may end in `.*`. Of `type`, `topic`, `stream` and `category` any of those given (repeat it) will
    do. `since` is in the range of the time of recording and `until` is not.
    """

    stream: Annotated[tuple[StreamName, ...], Field(max_length=MAX_NAMES)] = ()
    category: Annotated[tuple[Category, ...], Field(max_length=MAX_NAMES)] = ()
    order: Id | None = None
    type: Annotated[tuple[TypeName, ...], Field(max_length=MAX_NAMES)] = ()
    topic: Annotated[tuple[Topic, ...], Field(max_length=MAX_NAMES)] = ()
    actor_type: ActorType | None = None
    actor_id: CorrelationId | None = None
    correlation_id: CorrelationId | None = None
    causation_id: CorrelationId | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class SearchParameters(EventParameters):
    """How they are listed: the newest first or the oldest, from a position on or from a cursor (the `next` of a part).

    A search of whole streams begins at their end or beginning, whatever the position.
    """

    sort: Literal["newest", "oldest"] = "newest"
    position: Annotated[int, Field(ge=1, le=POSITIONS)] | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


async def build_filter(parameters: EventParameters, log: EventLog) -> EventFilter:
    """Return the filter of these parameters.

    Raises:
        Invalid: No event has such a type.
    """
    return EventFilter(
        types=_types(parameters),
        streams=await _streams(parameters, log),
        prefixes=tuple(f"{category}-" for category in parameters.category) or None,
        actor_type=parameters.actor_type,
        actor_id=parameters.actor_id,
        correlation_id=parameters.correlation_id,
        causation_id=parameters.causation_id,
        since=parameters.since,
        until=parameters.until,
    )


def build_page_request(parameters: SearchParameters) -> PageRequest:
    """Return how the log is searched.

    Raises:
        Invalid: The cursor is none of this search.
    """
    start = _read_cursor(parameters.cursor, parameters) if parameters.cursor else parameters.position
    return PageRequest(start=start, newest_first=parameters.sort == "newest", limit=parameters.limit)


def write_cursor(place: Place, parameters: SearchParameters) -> str:
    """Return the cursor of the part that begins at a place."""
    return encode_cursor(place, of=parameters.without_place())


def _read_cursor(cursor: str, parameters: SearchParameters) -> Place:
    place: Place = decode_cursor(cursor, of=parameters.without_place())
    if not _is_place(place):
        raise invalid_cursor()
    return place


def _is_place(value: object) -> bool:
    """Whether this is a position, or versions of streams: who knows how may write a cursor too."""
    numbers = value.values() if isinstance(value, dict) else [value]
    return all(type(number) is int and 0 <= number <= POSITIONS for number in numbers)


def _types(parameters: EventParameters) -> frozenset[str] | None:
    types = types_of_topics(parameters.topic) if parameters.topic else None
    if not parameters.type:
        return types
    unknown = [name for name in parameters.type if not types_named([name])]
    if unknown:
        detail = f"no event has the type {unknown[0]}"
        raise Invalid(detail, errors=[field_error("type", "type", detail, where="query")])
    named = types_named(parameters.type)
    return named if types is None else named & types


async def _streams(parameters: EventParameters, log: EventLog) -> frozenset[str] | None:
    named = frozenset(parameters.stream) if parameters.stream else None
    if parameters.order is None:
        return named
    of_order = frozenset(await log.streams_of_order(parameters.order))
    return of_order if named is None else named & of_order
