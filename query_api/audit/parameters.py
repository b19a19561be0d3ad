"""What auditors search by, as query parameters, and what follows from it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from edge.client_address import network_of, parse_address
from edge.denials import Network
from edge.problems import field_error
from history.event_filter import types_named
from history.event_log import EventLog
from identity.sealing import strangers
from query_api.audit.report import Period
from query_api.audit.search import AuditSearch
from query_api.context import QueryContext
from query_api.cursors import decode_cursor, encode_cursor, invalid_cursor
from query_api.email_lookup import index_of_email
from query_api.event_search import POSITIONS
from query_api.paging import Cursor, Limit, QueryParameters
from schemas.audit import MAX_DAYS, Outcome, ReportFormat
from schemas.audit_keys import address_key, correlation_key, order_key, person_key, type_key
from schemas.documents import USERS_VIEW
from schemas.errors import Invalid
from schemas.logged_event import MAX_NAMES, CorrelationId, TypeName
from schemas.message import Id
from schemas.order_number import NUMBER_BEGINS
from schemas.text import Line

MONTHS = 24
"""In which an address is looked for: each has a key of its own."""
DAYS = 30
"""Of a report, unless its period is said."""


class PartParameters(QueryParameters):
    """Which part is listed: of a period of recording, `since` is in it and `until` is not; the newest come first."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    sort: Literal["newest", "oldest"] = "newest"
    limit: Limit = 50
    cursor: Cursor | None = None


class AuditParameters(PartParameters):
    """Which events are wanted: all that is given must hold.

    `person` is an id or a mail address: what they did, and what was done about them. `order` is an id or a number;
    `type` may end in `.*` and be repeated. `address` is that of a client, within the last 24 months before `until`.
    """

    person: Line | None = None
    order: Id | None = None
    type: Annotated[tuple[TypeName, ...], Field(max_length=MAX_NAMES)] = ()
    correlation_id: CorrelationId | None = None
    outcome: Outcome | None = None
    address: Network | None = None


class OrderParameters(PartParameters):
    """Which part of the life cycle is listed; the oldest events come first."""

    sort: Literal["newest", "oldest"] = "oldest"


class ReportParameters(QueryParameters):
    """The days of the report, in UTC, from the first to the last, by default the last 30; and what it is written as."""

    first: date | None = None
    last: date | None = None
    format: ReportFormat = ReportFormat.JSON


async def build_search(parameters: AuditParameters, context: QueryContext, log: EventLog) -> AuditSearch:
    """Return what is searched for; the groups are in the order of how few events they lead to.

    Raises:
        Invalid: It is no mail address, no address of a client, or no event has the type.
    """
    groups: list[frozenset[str]] = []
    if parameters.correlation_id:
        groups.append(frozenset({correlation_key(parameters.correlation_id)}))
    if parameters.order:
        order_id = await order_id_of(parameters.order, log)
        groups.append(frozenset({order_key(order_id)} if order_id else ()))
    if parameters.person:
        groups.append(frozenset(map(person_key, await _persons(parameters.person, context))))
    if parameters.address:
        groups.append(frozenset(map(address_key, await _addresses(parameters.address, parameters.until, context))))
    if parameters.type:
        groups.append(frozenset(map(type_key, _types(parameters.type))))
    return search_of(parameters, *groups, outcome=parameters.outcome)


def search_of(parameters: PartParameters, *groups: frozenset[str], outcome: Outcome | None = None) -> AuditSearch:
    """Return the search of these groups within the period of the parameters."""
    return AuditSearch(
        groups=groups,
        outcome=outcome,
        since=parameters.since,
        until=parameters.until,
        newest_first=parameters.sort == "newest",
    )


async def order_id_of(order: str, log: EventLog) -> str | None:
    """Return the id of an order by its id or number, None where the number is no order's."""
    return await log.order_of_number(order) if order.startswith(NUMBER_BEGINS) else order


def read_place(parameters: PartParameters, of: str) -> int | None:
    """Return where the part begins.

    Raises:
        Invalid: The cursor is none of this search.
    """
    if parameters.cursor is None:
        return None
    place = decode_cursor(parameters.cursor, of=_named(parameters, of))
    if type(place) is not int or not 0 < place <= POSITIONS:
        raise invalid_cursor()
    return place


def write_place(place: int | None, parameters: PartParameters, of: str) -> str | None:
    """Return the cursor of the part that begins at a position."""
    return None if place is None else encode_cursor(place, of=_named(parameters, of))


def period_of(parameters: ReportParameters, now: datetime) -> Period:
    """Return the days of a report.

    Raises:
        Invalid: It is none, or more than a year.
    """
    last = parameters.last or now.astimezone(UTC).date()
    first = parameters.first or last - timedelta(days=DAYS - 1)
    if not 0 <= (last - first).days < MAX_DAYS:
        detail = f"from 1 to {MAX_DAYS} days"
        raise Invalid(detail, errors=[field_error("last", "period", detail, where="query")])
    return Period(first, last)


def _named(parameters: PartParameters, of: str) -> bytes:
    return of.encode() + parameters.without_place()


async def _persons(person: str, context: QueryContext) -> Sequence[str]:
    """Return the ids of a person, or of all who have a mail address."""
    if "@" not in person:
        return [person]
    index = index_of_email(context, person, field="person")
    found = context.collection(USERS_VIEW).find({"emailIndex": {"$eq": index}}, {"_id": 1})
    return [document["_id"] async for document in found]


async def _addresses(text: str, until: datetime | None, context: QueryContext) -> Sequence[str]:
    """Return the blind indexes of an address under the keys of the months."""
    address = parse_address(text.partition("/")[0])
    if address is None:
        detail = "this is no network address"
        raise Invalid(detail, errors=[field_error("address", "address", detail, where="query")])
    last = (until or context.clock()).astimezone(UTC)
    months = [last.year * 12 + last.month - 1 - number for number in range(MONTHS)]
    subjects = [strangers(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)) for month in months]
    return await context.opener.indexes(subjects, network_of(address))


def _types(names: Sequence[str]) -> frozenset[str]:
    unknown = [name for name in names if not types_named([name])]
    if unknown:
        detail = f"no event has the type {unknown[0]}"
        raise Invalid(detail, errors=[field_error("type", "type", detail, where="query")])
    return types_named(names)
