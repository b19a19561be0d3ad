"""All orders, as an admin finds, ships, delivers and cancels them."""

from typing import Annotated

from fastapi import APIRouter, Query

from bff.admin.answers import AdminOrder
from bff.admin.parameters import AdminOrderParameters
from bff.answers import Orders
from bff.bodies import Cancellation, NewStatus
from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.accepted import OrderAccepted
from schemas.message import Id
from schemas.order import OrderStatus
from schemas.stream_names import order_stream

BY_AN_ADMIN = Cancellation(reason="cancelled by an admin")
router = APIRouter(prefix="/bff/admin/orders", tags=["admin"], dependencies=[restricted("admin")])


@router.get("", response_model_exclude_unset=True)
async def list_orders(parameters: Annotated[AdminOrderParameters, Query()], calls: CurrentCalls) -> Orders:
    """List orders without their timelines, the newest first."""
    minimum = calls.session.written.of_category("order")
    return await calls.query("/admin/orders", answer=Orders, parameters=parameters.pairs(), minimum=minimum)


@router.get("/{order_id}", response_model_exclude_unset=True)
async def get_order(order_id: Id, calls: CurrentCalls) -> AdminOrder:
    """Get one order by its id or number, with its timeline, its rules of pricing and where its fulfilment stands."""
    minimum = calls.session.written.of_stream(order_stream(order_id))
    return await calls.query(f"/admin/orders/{order_id}", answer=AdminOrder, minimum=minimum)


@router.post("/{order_id}/ship")
async def ship_order(order_id: Id, calls: CurrentCalls) -> OrderAccepted:
    """Hand a prepared order to the carrier; one that is shipped already stays so."""
    return await _set(calls, order_id, NewStatus(status=OrderStatus.SHIPPED))


@router.post("/{order_id}/deliver")
async def deliver_order(order_id: Id, calls: CurrentCalls) -> OrderAccepted:
    """Record that a shipped order has reached the customer."""
    return await _set(calls, order_id, NewStatus(status=OrderStatus.DELIVERED))


@router.post("/{order_id}/cancel")
async def cancel_order(order_id: Id, calls: CurrentCalls, body: Cancellation = BY_AN_ADMIN) -> OrderAccepted:
    """Request the cancellation of an order; refused once it is shipped."""
    return await _set(calls, order_id, NewStatus(status=OrderStatus.CANCELLED, reason=body.reason))


async def _set(calls: CurrentCalls, order_id: str, body: NewStatus) -> OrderAccepted:
    return await calls.command("PUT", f"/orders/{order_id}/status", body, answer=OrderAccepted)
