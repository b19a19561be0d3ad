"""Requests that were refused as forged: each is logged, counted, and told to a recorder."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog
from prometheus_client import CollectorRegistry, Counter

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A request that was refused; its parts are few enough to be counted by."""

    code: str
    """The error code of the answer: `csrf_failed` or `origin_refused`."""
    method: str
    route: str
    """The template of its route, never a path."""
    address: str
    """The client's address."""
    user_agent: str
    session_id: str | None


class DenialRecorder(Protocol):
    """Takes note of denials as security events."""

    def record(self, denial: Denial) -> None:
        """Take note of one; returns at once and never raises."""


class LoggedDenials:
    """Writes a line for each; addresses and agents are left out of the log."""

    def record(self, denial: Denial) -> None:
        log.warning("request refused", code=denial.code, method=denial.method, route=denial.route)


def counting(recorder: DenialRecorder, registry: CollectorRegistry) -> Callable[[Denial], None]:
    """Return a function that counts a denial and tells the recorder."""
    counter = Counter("aioutlet_denials", "Requests refused as forged", ("code",), registry=registry)

    def record(denial: Denial) -> None:
        counter.labels(denial.code).inc()
        recorder.record(denial)

    return record
