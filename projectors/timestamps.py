"""Times as documents hold them: RFC 3339 in UTC with microseconds, so that they sort as text.

Minutes, hours and days that are asked for by name are in the basic format of ISO 8601: a name that begins like a date
(`2026-03-14T12`) is taken for one by the embedded shop's document server, and found by none of its queries.
"""

from datetime import UTC, datetime
from functools import lru_cache

from schemas.documents import document_time
from schemas.envelope import Envelope


def occurred_at(envelope: Envelope) -> str:
    """Return the event's time as text."""
    return document_time(envelope.occurred_at)


def minute_of(at: datetime) -> str:
    """Return the minute of a time as text: `20260314T1205Z`."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%MZ")


def hour_of(at: datetime) -> str:
    """Return the hour of a time as text: `20260314T12`."""
    return buckets_of(document_time(at))[0]


def day_of(at: datetime) -> str:
    """Return the day of a time as text: `20260314`."""
    return buckets_of(document_time(at))[1]


@lru_cache(maxsize=4_096)
def buckets_of(at: str) -> tuple[str, str]:
    """Return the hour and the day of a time that a document holds."""
    hour = at[: len("2026-03-14T12")].replace("-", "")
    return hour, hour[: len("20260314")]
