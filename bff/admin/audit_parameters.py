"""The query parameters of the audit; what they may be, the query API checks."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from bff.parameters import ListParameters, Parameters, Word
from edge.denials import Network
from schemas.audit import Outcome, ReportFormat
from schemas.logged_event import MAX_NAMES, CorrelationId, TypeName
from schemas.message import Id


class AuditPartParameters(ListParameters):
    """Which part is listed: of a period of recording, `since` is in it and `until` is not; and in which order."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    sort: Literal["newest", "oldest"] | None = None


class AuditParameters(AuditPartParameters):
    """Which events are wanted: by a person's id or mail address, an order's id or number, a client's address."""

    person: Word | None = None
    order: Id | None = None
    type: Annotated[tuple[TypeName, ...], Field(max_length=MAX_NAMES)] = ()
    correlation_id: CorrelationId | None = None
    outcome: Outcome | None = None
    address: Network | None = None


class ReportParameters(Parameters):
    """The days of the report, in UTC, from the first to the last; and what it is written as."""

    first: date | None = None
    last: date | None = None
    format: ReportFormat | None = None
