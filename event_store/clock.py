"""The clock of the store: it stamps `recordedAt` and decides whether an idempotency record has expired."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the time in UTC; a parameter everywhere, so that a test can set it."""


def wall_clock() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)
