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


def rfc3339(at: datetime) -> str:
    """Return a time as text; all have the same length."""
    return document_time(at)
