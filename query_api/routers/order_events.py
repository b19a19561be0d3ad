"""An order as it goes on: what it is, then each change, as server-sent events."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import AsyncExitStack
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import Response

from edge.access import owned
from edge.auth import CurrentActor, session_of, verify_again
from edge.event_streams import (
    DESCRIPTION,
    HEARTBEAT,
    HEARTBEAT_AFTER,
    LAST_EVENT_ID,
    EventStream,
    OpenStreams,
    event_bytes,
    first_bytes,
)
from query_api.context import CurrentContext
from query_api.freshness import HEADER
from query_api.order_changes import FollowedOrder, OrderChanges
from query_api.routers.orders import find_own_order, present_order
from schemas.documents import Document, FulfilmentStatus
from schemas.errors import SessionEnded, Unauthorised, Unavailable
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

    The id of an event is the position it tells up to. The stream ends after the order's end, and with the token.
    """
    streams: OpenStreams = request.app.state.streams
    changes: OrderChanges = request.app.state.order_changes
    async with AsyncExitStack() as resources:
        followed = resources.enter_context(changes.following(order_id))
        document = await find_own_order(context, actor, order_id, minimum)
        if has_ended(document) and document["position"] <= told:
            return Response(status_code=204)
        resources.enter_context(streams.admitted(session_of(request) or actor.subject))
        followed.offer(document)
        return EventStream(_tell(request, followed, told), streams, resources.pop_all())


async def _tell(request: Request, followed: FollowedOrder, told: int) -> AsyncGenerator[bytes]:
    yield first_bytes()
    while True:
        document = await _next(followed)
        try:
            await verify_again(request)
        except (Unauthorised, SessionEnded, Unavailable):
            return
        if document is None:
            yield HEARTBEAT
        elif document["position"] > told:
            yield order_event(document, told)
            told = document["position"]
            if has_ended(document):
                return


async def _next(followed: FollowedOrder) -> Document | None:
    try:
        async with asyncio.timeout(HEARTBEAT_AFTER):
            return await followed.changed()
    except TimeoutError:
        return None


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
