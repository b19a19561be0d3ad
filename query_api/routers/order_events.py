"""An order as it goes on: what it is, then each change, as server-sent events."""

from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import Response

from edge.access import owned
from edge.auth import CurrentActor, session_of
from edge.event_streams import DESCRIPTION, LAST_EVENT_ID, EventStream, OpenStreams, event_bytes
from query_api.context import CurrentContext
from query_api.freshness import HEADER
from query_api.order_changes import OrderChanges
from query_api.routers.orders import find_own_order, present_order
from query_api.telling import tell
from schemas.documents import Document, FulfilmentStatus
from schemas.order import OrderStatus

TOLD = (
    "orderId", "orderNumber", "customerId", "items", "subtotal", "tax", "shipping", "totalAmount", "currency", "status",
    "paymentStatus", "fulfilmentStatus", "outcome", "outcomeAt", "failure", "cancellation", "shipment", "createdAt",
    "updatedAt", "version", "position",
)  # fmt: skip
TOLD_OF_AN_ENTRY = ("at", "type", "title", "details", "position")
Position = Annotated[int, Header(alias=LAST_EVENT_ID, ge=0, le=2**63 - 1)]
MinPosition = Annotated[str | None, Header(alias=HEADER)]
router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("/{order_id}/events", response_class=Response, responses=DESCRIPTION, dependencies=[owned("admin")])
async def follow_order(
    order_id: str,
    request: Request,
    actor: CurrentActor,
    context: CurrentContext,
    told: Position = 0,
    minimum: MinPosition = None,
) -> Response:
    """Follow one order: its state with what happened after `Last-Event-ID`, and again after each change.

    The id of an event is the position it tells up to; one beyond the order's own is of another log, and counts as none.
    The stream ends after the order's end, and with the token.
    """
    streams: OpenStreams = request.app.state.streams
    changes: OrderChanges = request.app.state.order_changes
    async with AsyncExitStack() as resources:
        followed = resources.enter_context(changes.following(order_id))
        document = await find_own_order(context, actor, order_id, minimum)
        if told > document["position"]:
            told = 0
        if has_ended(document) and document["position"] == told:
            return Response(status_code=204)
        resources.enter_context(streams.admitted(session_of(request) or actor.subject))
        followed.offer(document)
        telling = tell(request, followed.changed, Telling(told).event_of, has_ended)
        return EventStream(telling, streams, resources.pop_all())


class Telling:
    """What was told of an order: everything up to a position."""

    def __init__(self, told: int) -> None:
        self._told = told

    def event_of(self, order: Document) -> bytes | None:
        """Return the event that tells what is new in an order, if anything is."""
        position: int = order["position"]
        if position <= self._told:
            return None
        event, self._told = order_event(order, self._told), position
        return event


def has_ended(order: Document) -> bool:
    """Whether an order has come to an end, and what ended it was told too."""
    match order["status"]:
        case OrderStatus.DELIVERED:
            return bool(order["fulfilmentStatus"] == FulfilmentStatus.DELIVERED)
        case OrderStatus.CANCELLED:
            return bool(order["outcome"] == "cancelled")
        case OrderStatus.FAILED:
            return bool(order["outcome"] == "failed")
    return False


def order_event(order: Document, told: int) -> bytes:
    """Return an order's state with that part of its timeline which was not told, without its addresses."""
    shown = _part(present_order(order), TOLD)
    shown["timeline"] = [_part(entry, TOLD_OF_AN_ENTRY) for entry in order["timeline"] if entry["position"] > told]
    return event_bytes("order", orjson.dumps(shown), event_id=str(order["position"]))


def _part(document: Mapping[str, Any], names: Collection[str]) -> Document:
    return {name: document[name] for name in names if name in document}
