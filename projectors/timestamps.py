"""Times as documents hold them: RFC 3339 in UTC with microseconds, so that they sort as text."""

from datetime import UTC, datetime

from schemas.documents import document_time
from schemas.envelope import Envelope


def occurred_at(envelope: Envelope) -> str:
    """Return the event's time as text."""
    return rfc3339(envelope.occurred_at)


def minute_of(at: datetime) -> str:
    """Return the minute of a time as text: `2026-03-14T12:05Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def hour_of(at: datetime) -> str:
    """Return the hour of a time as text: `2026-03-14T12`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H")


def day_of(at: datetime) -> str:
    """Return the day of a time as text: `2026-03-14`."""
    return at.astimezone(UTC).strftime("%Y-%m-%d")


def buckets_of(at: str) -> tuple[str, str]:
    """Return the hour and the day of a time that a document holds."""
    return at[: len("2026-03-14T12")], at[: len("2026-03-14")]


def rfc3339(at: datetime) -> str:
    """Return a time as text; all have the same length."""
    return document_time(at)
