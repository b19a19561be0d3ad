"""What there is about one order beside its events: timers, what is parked, and documents as they are kept."""

from typing import Any

from schemas.dead_letters import DeadLetterListed
from schemas.message import IncompleteFrom, Instant, Message


class WaitingTimer(Message):
    """A timer that is set; `attempts` counts the firings that failed."""

    kind: str
    token: str
    due_at: Instant
    attempts: int


class KeptDocument(Message):
    """One document as it is kept, without what is sealed; it was folded from the order's events up to `position`."""

    view: str
    position: int
    version: int | None
    incomplete_from: IncompleteFrom = None
    content: dict[str, Any]


class OrderRecords(Message):
    """The timers of an order, what is parked of it, and its documents."""

    timers: tuple[WaitingTimer, ...]
    parked: tuple[DeadLetterListed, ...]
    documents: tuple[KeptDocument, ...]
