"""Moments as documents keep them: RFC 3339 in UTC, so that their order is the order of their text."""

from datetime import UTC, datetime

from schemas.envelope import Envelope


def occurred_at(envelope: Envelope) -> str:
    """When the event happened."""
    return rfc3339(envelope.occurred_at)


def rfc3339(at: datetime) -> str:
    """A moment to the microsecond, always as long."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
