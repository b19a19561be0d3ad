"""What there is about one order beside its events: timers, parked messages, and documents as they are kept."""

from collections.abc import Awaitable, Callable
from typing import Any

from query_api.context import QueryContext
from schemas.documents import ORDERS_VIEW, SAGAS_VIEW, Document
from schemas.message import Instant, Message

SEALED = "sealed"
VIEWS = (ORDERS_VIEW, SAGAS_VIEW)
"""Those whose documents have the id of an order."""


class WaitingTimer(Message):
    """A timer that is set; `attempts` counts the firings that failed."""

    kind: str
    token: str
    due_at: Instant
    attempts: int


class WaitingMessage(Message):
    """A message that a consumer could not handle, which it tries again at `retryAt`."""

    consumer: str
    position: int
    retry_at: Instant
    attempts: int
    cause: str


class Waiting(Message):
    """What waits for one order, as the store has it."""

    timers: tuple[WaitingTimer, ...] = ()
    parked: tuple[WaitingMessage, ...] = ()


class KeptDocument(Message):
    """One document as it is kept, without what is sealed; it was folded from the order's events up to `position`."""

    view: str
    position: int
    version: int | None
    content: dict[str, Any]


class OrderRecords(Waiting):
    """The timers of an order, its parked messages and its documents."""

    documents: tuple[KeptDocument, ...]


ReadWaiting = Callable[[str], Awaitable[Waiting]]
"""Returns what waits for an order."""


async def read_records(context: QueryContext, order_id: str, waiting: Waiting) -> OrderRecords:
    """Return what waits for an order, and its documents."""
    found = [(view.title, await context.find_by_id(view, order_id)) for view in VIEWS]
    documents = tuple(_keep(view, document) for view, document in found if document is not None)
    return OrderRecords(timers=waiting.timers, parked=waiting.parked, documents=documents)


def _keep(view: str, document: Document) -> KeptDocument:
    return KeptDocument(
        view=view,
        position=document["position"],
        version=document.get("version"),
        content=_without_sealed(document),
    )


def _without_sealed(value: Any) -> Any:
    if isinstance(value, dict):
        is_sealed = value.get(SEALED) == 1 and "text" in value
        return SEALED if is_sealed else {name: _without_sealed(each) for name, each in value.items()}
    return [_without_sealed(each) for each in value] if isinstance(value, list) else value
