"""What auditors ask of all events and are answered, and the events that say what they have read."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Field

from schemas.log_proof import SignedHead
from schemas.logged_event import CorrelationId, LoggedEvent, Said
from schemas.message import Command, Event, Id, Instant, Message

MAX_DAYS = 366
"""Of one report."""
MAX_NOTABLE = 1_000
"""Events that a report names one by one."""
Day = Annotated[date, Field(json_schema_extra={"maxLength": len("2026-03-14")})]
"""In UTC."""


class Outcome(StrEnum):
    """Whether an event says that something succeeded."""

    SUCCESS = "success"
    FAILURE = "failure"


class AuditSection(StrEnum):
    """What an auditor can read."""

    EVENTS = "events"
    USER = "user"
    ORDER = "order"
    SECURITY = "security"
    REPORT = "report"


class ReportFormat(StrEnum):
    """What a report is written as; JSON is read, the others are exported."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


class AuditRead(Event):
    """An auditor read a section within one minute, about one person or order where it is theirs."""

    wire_name: ClassVar[str] = "audit.read"

    minute: Instant
    section: AuditSection
    about: CorrelationId | None = None
    by: Id


class AuditExported(Event):
    """An auditor took a report out of the shop: of the days from the first to the last."""

    wire_name: ClassVar[str] = "audit.exported"

    minute: Instant
    format: ReportFormat
    first: date
    last: date
    by: Id


AuditTrailEvent = AuditRead | AuditExported


class RecordAuditRead(Command):
    """Record that somebody reads a section now; within a minute once."""

    section: AuditSection
    about: CorrelationId | None = None
    by: Id


class RecordAuditExport(Command):
    """Record that somebody takes out a report now; within a minute once."""

    format: ReportFormat
    first: Day
    last: Day
    by: Id


class AuditedEvent(LoggedEvent):
    """One event with what auditors ask of it.

    `facts` are the fields of its data that are text, numbers, or true or false; nothing personal is among them. `ip`
    and `user_agent` are those of the client that caused it, null where none is recorded or its person was erased.
    """

    outcome: Outcome | None
    order_id: Said = None
    facts: dict[str, Any]
    ip: str | None = None
    user_agent: str | None = None


class AuditPage(Message):
    """One part of what was found, and the cursor of the next part; without it there is no more.

    A part may have fewer events than were asked for: `looked_at` were read to compare them. `head` is the last position
    of the log.
    """

    items: list[AuditedEvent]
    next: str | None
    looked_at: int
    head: int


class TypeCount(Message):
    """How often something of a type was recorded in the period."""

    type: str
    outcome: Outcome
    count: Annotated[int, Field(ge=0)]


class DayCount(Message):
    """How many events one day had, and how many of them were failures."""

    day: date
    events: int
    failures: int


class AuditReport(Message):
    """What the log says of a period of whole days (UTC), from the first to the last.

    `notable` are the events of the security trail but for logins and refused requests, oldest first; `left_out` says
    that there were more. `head` is the signed head of the log by which all this can be verified, null where it is not
    signed here.
    """

    first: date
    last: date
    made_at: Instant
    made_by: str
    events: int
    failures: int
    types: list[TypeCount]
    days: list[DayCount]
    notable: list[AuditedEvent]
    left_out: bool
    head: SignedHead | None
