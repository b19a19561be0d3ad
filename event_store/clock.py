"""Where the store's own times come from: `recordedAt`, and whether an answer has expired."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the time in UTC; a port, so that a test or a simulation can set it."""


def wall_clock() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)
