"""Commands for existing orders: cancellation by the customer, status changes by an admin."""

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from command_api.context import Caller, CommandContext, CurrentCaller, StreamCommand
from domain.dispatch import check_stock
from edge.access import owned
from edge.auth import requires
from schemas.accepted import OrderAccepted
from schemas.errors import NotFound, TransitionRefused
from schemas.message import Command, Id
from schemas.order import (
    DeliverOrder,
    MoveOrder,
    OrderCommand,
    OrderCreated,
    OrderStatus,
    RequestCancellation,
    ShipOrder,
)
from schemas.saga import CloseSaga
from schemas.shipment import Dispatch, RecordDelivery
from schemas.stream_names import order_stream, saga_stream, shipment_stream, warehouse_stream
from schemas.text import Line

router = APIRouter(prefix="/orders", tags=["orders"])


class Cancellation(Command):
    """The reason of a cancellation."""

    reason: Line = "customer request"


class NewStatus(Command):
    """The status an admin sets: Shipped, Delivered or Cancelled, the last with a reason."""

    status: OrderStatus
    reason: Line = "cancelled by an admin"


class OrderChange(Command):
    """A body with the id of its order, to be fingerprinted together."""

    order_id: Id
    body: Cancellation | NewStatus


@router.post(
    "/{order_id}/cancel", response_model=OrderAccepted, dependencies=[requires("customer", "admin"), owned("admin")]
)
async def cancel_order(order_id: Id, caller: CurrentCaller, body: Cancellation = Cancellation()) -> Response:  # noqa: B008 - frozen
    """Request the cancellation of an order; refused once it is shipped."""
    await _check_owner(caller, order_id)
    command = RequestCancellation(order_id=order_id, by=caller.actor.id, reason=body.reason)
    return await _handle(caller, order_id, body, [_order(caller.context, command)])


@router.put("/{order_id}/status", response_model=OrderAccepted, dependencies=[requires("admin")])
async def set_status(order_id: Id, body: NewStatus, caller: CurrentCaller) -> Response:
    """Set an order to shipped, delivered or cancelled; the current status changes nothing."""
    return await _handle(caller, order_id, body, await _status_commands(caller, order_id, body))


async def _status_commands(caller: Caller, order_id: str, body: NewStatus) -> list[StreamCommand]:
    context, shipment = caller.context, shipment_stream(order_id)
    match body.status:
        case OrderStatus.SHIPPED:
            return await _shipping_commands(context, order_id)
        case OrderStatus.DELIVERED:
            delivery = StreamCommand(context.shipments, shipment, RecordDelivery(order_id=order_id))
            return [_order(context, DeliverOrder(order_id=order_id)), delivery]
        case OrderStatus.CANCELLED:
            return [_order(context, RequestCancellation(order_id=order_id, by=caller.actor.id, reason=body.reason))]
        case _:
            return await _unchanged(context, order_id, body.status)


async def _shipping_commands(context: CommandContext, order_id: str) -> list[StreamCommand]:
    """Ship the order, and close its saga in the same append: so it has not begun to undo anything."""
    started = (await context.sagas.load(saga_stream(order_id))).state.started
    order = (await context.orders.load(order_stream(order_id))).state
    if started:
        warehouse = (await context.warehouses.load(warehouse_stream(started.warehouse_id))).state
        check_stock(order, warehouse.hold(order_id))
    return [
        _order(context, ShipOrder(order_id=order_id)),
        StreamCommand(context.sagas, saga_stream(order_id), CloseSaga(order_id=order_id)),
        StreamCommand(
            context.shipments,
            shipment_stream(order_id),
            Dispatch(order_id=order_id, warehouse_id=order.warehouse_id),
        ),
    ]


async def _unchanged(context: CommandContext, order_id: str, status: OrderStatus) -> list[StreamCommand]:
    """Accept the current status without an event; refuse every other that only the saga may set."""
    order = (await context.orders.load(order_stream(order_id))).state
    if order.status is None:
        raise _not_found(order_id)
    if order.status is not status:
        allowed = list(order.allowed)
        raise TransitionRefused(f"nobody may set an order to {status}", current=order.status, allowed=allowed)
    return [_order(context, MoveOrder(order_id=order_id, to=status, reason="unchanged"))]


async def _check_owner(caller: Caller, order_id: str) -> None:
    """Raise `NotFound`, as for an unknown order, unless the caller is its customer or an admin."""
    if "admin" in caller.actor.roles:
        return
    events = await caller.context.store.stream(order_stream(order_id))
    created = events[0].event if events else None
    if not isinstance(created, OrderCreated) or created.customer_id != caller.actor.subject:
        raise _not_found(order_id)


async def _handle(
    caller: Caller, order_id: str, body: Cancellation | NewStatus, commands: list[StreamCommand]
) -> Response:
    request = caller.make_request(OrderChange(order_id=order_id, body=body))
    return await request.handle(commands, partial(OrderAccepted, order_id=order_id))


def _order(context: CommandContext, command: OrderCommand) -> StreamCommand:
    return StreamCommand(context.orders, order_stream(command.order_id), command)


def _not_found(order_id: str) -> NotFound:
    return NotFound(f"there is no order {order_id}", order_id=order_id)
