"""A customer's orders, and what an admin does with any."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from bff.answers import Order, OrderPlaced, Orders
from bff.bodies import Cancellation, NewOrder, NewStatus
from bff.calls import CurrentCalls
from bff.event_streams import pass_stream
from bff.parameters import OrderParameters
from bff.path_ids import PathId
from edge.access import owned, restricted
from edge.event_streams import DESCRIPTION, LAST_EVENT_ID
from schemas.accepted import OrderAccepted
from schemas.errors import Forbidden, MissingIdempotencyKey
from schemas.message import Id
from schemas.stream_names import cart_stream, order_stream

IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key")]
LastEventId = Annotated[str | None, Header(alias=LAST_EVENT_ID, pattern=r"^[0-9]{1,18}$")]
router = APIRouter(prefix="/bff/orders", tags=["orders"])


@router.post("", status_code=201, dependencies=[restricted("customer", "admin"), owned()])
async def place_order(body: NewOrder, calls: CurrentCalls, key: IdempotencyKey = None) -> OrderPlaced:
    """Place an order for oneself, of items or of what is in the cart.

    `Idempotency-Key` is required, and the same key and body give the same order. Of several tabs that order one cart,
    the first does; the others are refused with its order.
    """
    if key is None:
        raise MissingIdempotencyKey("send an Idempotency-Key, so that this can be repeated safely")
    customer_id = await calls.subject()
    if body.customer_id not in (None, customer_id):
        raise Forbidden("an order is placed for oneself")
    order = body.model_copy(update={"customer_id": customer_id})
    placed = await calls.command("POST", "/orders", order, answer=OrderPlaced)
    if body.cart_id is not None:  # its event is recorded just before that of the order
        calls.session.written.note(cart_stream(customer_id), placed.position - 1)
    return placed


@router.get("", response_model_exclude_unset=True, dependencies=[owned()])
async def list_orders(parameters: Annotated[OrderParameters, Query()], calls: CurrentCalls) -> Orders:
    """List one's own orders without their timelines, the newest first; the one just placed is among them."""
    pairs = [*parameters.pairs(), ("customerId", await calls.subject())]
    minimum = calls.session.written.of_category("order")
    return await calls.query("/orders", answer=Orders, parameters=pairs, minimum=minimum)


@router.get("/{order_id}", response_model_exclude_unset=True, dependencies=[owned("admin")])
async def get_order(order_id: PathId, calls: CurrentCalls) -> Order:
    """Get one order with its items, statuses and timeline; that of another customer is not found."""
    minimum = calls.session.written.of_stream(order_stream(order_id))
    return await calls.query(f"/orders/{order_id}", answer=Order, minimum=minimum)


@router.get("/{order_id}/events", response_class=Response, responses=DESCRIPTION, dependencies=[owned("admin")])
async def follow_order(order_id: Id, calls: CurrentCalls, _: LastEventId = None) -> Response:
    """Follow one order: its state with what happened after `Last-Event-ID`, and again after each change."""
    minimum = calls.session.written.of_stream(order_stream(order_id))
    return await pass_stream(calls, f"/orders/{order_id}/events", minimum=minimum)


@router.post("/{order_id}/cancel", dependencies=[restricted("customer", "admin"), owned("admin")])
async def cancel_order(order_id: Id, calls: CurrentCalls, body: Cancellation = Cancellation()) -> OrderAccepted:  # noqa: B008 - frozen
    """Request the cancellation of an order; refused once it is shipped."""
    return await calls.command("POST", f"/orders/{order_id}/cancel", body, answer=OrderAccepted)


@router.put("/{order_id}/status", dependencies=[restricted("admin")])
async def set_status(order_id: Id, body: NewStatus, calls: CurrentCalls) -> OrderAccepted:
    """Set an order to shipped, delivered or cancelled, as an admin; the current status changes nothing."""
    return await calls.command("PUT", f"/orders/{order_id}/status", body, answer=OrderAccepted)
