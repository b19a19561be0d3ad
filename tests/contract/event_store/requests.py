"""Small append requests to test a store with."""

from datetime import UTC, datetime
from typing import Any

from event_store.records import AppendRequest, IdempotencyRecord, Timer
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.message import Event
from schemas.order import OrderCompleted, OrderShipped

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def events(stream: str, after: int = 0, *, by: str = "m", n: int = 1, event: Event | None = None) -> list[Envelope]:
    """`n` events caused by message `by`: the same message gives the same ids."""
    event = event or OrderCompleted(order_id="42")
    return wrap_events(stream, after, [event] * n, Cause(id=by, at=NOON, correlation_id="c"))


def request(stream: str, after: int = 0, *, by: str = "m", n: int = 1, **rows: Any) -> AppendRequest:
    """A request with events of one stream, and side rows."""
    return AppendRequest(events=tuple(events(stream, after, by=by, n=n)), **rows)


def shipped(stream: str, after: int = 0, *, by: str = "s") -> AppendRequest:
    """A request with an event of another type."""
    return AppendRequest(events=tuple(events(stream, after, by=by, event=OrderShipped(order_id="42"))))


def record(
    key: str = "k", *, fingerprint: bytes = b"f", expires_at: datetime, body: bytes = b"{}"
) -> IdempotencyRecord:
    return IdempotencyRecord(key, fingerprint, body, expires_at)


def timer(name: str, due_at: datetime, *, token: str = "1") -> Timer:
    return Timer(name, "saga", f"order-{name}", token, due_at)
