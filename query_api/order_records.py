"""What there is about one order beside its events, read from the store and from its documents."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from history.parked_rows import ParkedRows
from query_api.context import QueryContext
from query_api.dead_letters import dead_letters_about
from query_api.incomplete import FIELD
from schemas.documents import ORDERS_VIEW, SAGAS_VIEW, Document
from schemas.order_records import KeptDocument, OrderRecords, WaitingTimer

SEALED = "sealed"
VIEWS = (ORDERS_VIEW, SAGAS_VIEW)
"""Those whose documents have the id of an order."""
ReadTimers = Callable[[str], Awaitable[Sequence[WaitingTimer]]]
"""Returns the timers that are set for an order."""


async def read_records(
    context: QueryContext, order_id: str, read_timers: ReadTimers | None, rows: ParkedRows | None
) -> OrderRecords:
    """Return what there is about an order; nothing of what this process cannot read."""
    found = [(view.title, await context.find_by_id(view, order_id)) for view in VIEWS]
    return OrderRecords(
        timers=tuple(await read_timers(order_id)) if read_timers else (),
        parked=tuple(await dead_letters_about(context, rows, order_id)) if rows else (),
        documents=tuple(_keep(view, document) for view, document in found if document is not None),
    )


def _keep(view: str, document: Document) -> KeptDocument:
    return KeptDocument(
        view=view,
        position=document["position"],
        version=document.get("version"),
        incomplete_from=document.get(FIELD),
        content=_without_sealed({name: value for name, value in document.items() if name != FIELD}),
    )


def _without_sealed(value: Any) -> Any:
    if isinstance(value, dict):
        is_sealed = value.get(SEALED) == 1 and "text" in value
        return SEALED if is_sealed else {name: _without_sealed(each) for name, each in value.items()}
    return [_without_sealed(each) for each in value] if isinstance(value, list) else value
