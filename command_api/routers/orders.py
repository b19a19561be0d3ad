"""An order's commands: its customer places and cancels it, an admin moves it on."""

import re
from collections.abc import Awaitable, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from command_api import place_order as placing
from command_api.context import KEY, KEY_HEADER, Caller, CommandContext, CurrentCaller
from command_api.handling import CommandResult, StreamCommand
from command_api.place_order import NewOrder, customer_of
from command_api.responses import OrderAccepted, OrderPlaced
from edge.auth import requires
from edge.shortcut import JSON, Asked, Shortcut
from schemas.errors import NotFound, TransitionRefused
from schemas.message import Command, Id, Text
from schemas.order import (
    DeliverOrder,
    MoveOrder,
    OrderCommand,
    OrderCreated,
    OrderStatus,
    RequestCancellation,
    ShipOrder,
)
from schemas.shipment import Dispatch, RecordDelivery
from schemas.stream_names import order_stream, shipment_stream

router = APIRouter(prefix="/orders", tags=["orders"])
_MAY_PLACE = frozenset({"customer", "admin"})
_KEY, _KEY_HEADER = re.compile(KEY), KEY_HEADER.lower().encode()


class Cancellation(Command):
    """Why the order is not wanted any more."""

    reason: Text = "customer request"


class NewStatus(Command):
    """Where an admin takes the order: Shipped, Delivered or Cancelled."""

    status: OrderStatus


class _Asked(Command):
    """A command together with the order it is for: what a fingerprint is taken of."""

    order_id: Id
    body: Cancellation | NewStatus


@router.post("", status_code=201, response_model=OrderPlaced, dependencies=[requires(*_MAY_PLACE)])
async def place_order(body: NewOrder, caller: CurrentCaller) -> Response:
    """Place an order; `Idempotency-Key` is needed, and the same key and body give the same order."""
    return await _place(body, caller)


@router.post("/{order_id}/cancel", response_model=OrderAccepted, dependencies=[requires("customer", "admin")])
async def cancel_order(order_id: Id, caller: CurrentCaller, body: Cancellation = Cancellation()) -> Response:  # noqa: B008 - frozen
    """Ask to cancel; refused once the goods are on their way."""
    await _own(caller, order_id)
    command = RequestCancellation(order_id=order_id, by=caller.actor.id, reason=body.reason)
    return await _run(caller, order_id, body, [_order(caller.desk, command)])


@router.put("/{order_id}/status", response_model=OrderAccepted, dependencies=[requires("admin")])
async def set_status(order_id: Id, body: NewStatus, caller: CurrentCaller) -> Response:
    """Hand the parcel over, record its delivery, or cancel; the current status again changes nothing."""
    return await _run(caller, order_id, body, await _turns(caller, order_id, body.status))


def shortcut(desk: CommandContext) -> Shortcut:
    """Places plain orders as `place_order` does."""

    def attempt(asked: Asked) -> Awaitable[Response] | None:
        key = str(asked.headers.get(_KEY_HEADER, b""), "latin-1")
        is_plain = asked.headers.get(b"content-type") == JSON and _KEY.fullmatch(key)
        if not is_plain or _MAY_PLACE.isdisjoint(asked.actor.roles):
            return None
        try:
            order = NewOrder.model_validate_json(asked.body)
        except ValidationError:
            return None
        return _place(order, Caller(desk, asked.actor, f"POST {router.prefix}", key))

    return Shortcut("POST", router.prefix, attempt)


async def _place(order: NewOrder, caller: Caller) -> Response:
    errand = caller.asks(order, key_needed=True)
    customer_of(errand, order)
    return await errand.once(partial(placing.place_order, errand, order), status=201)


async def _turns(caller: Caller, order_id: str, status: OrderStatus) -> list[StreamCommand[Any, Any, Any]]:
    desk, parcel = caller.desk, shipment_stream(order_id)
    match status:
        case OrderStatus.SHIPPED:
            ship, dispatch = ShipOrder(order_id=order_id), Dispatch(order_id=order_id)
            return [_order(desk, ship), StreamCommand(desk.shipments, parcel, dispatch)]
        case OrderStatus.DELIVERED:
            deliver, record = DeliverOrder(order_id=order_id), RecordDelivery(order_id=order_id)
            return [_order(desk, deliver), StreamCommand(desk.shipments, parcel, record)]
        case OrderStatus.CANCELLED:
            reason = "cancelled by an admin"
            return [_order(desk, RequestCancellation(order_id=order_id, by=caller.actor.id, reason=reason))]
        case _:
            return await _already(desk, order_id, status)


async def _already(desk: CommandContext, order_id: str, status: OrderStatus) -> list[StreamCommand[Any, Any, Any]]:
    """Nothing to do where the order is already there; no person may take it there otherwise."""
    stream = order_stream(order_id)
    order = (await desk.orders.load([stream]))[stream].state
    if order.status is None:
        raise _unknown(order_id)
    if order.status is not status:
        allowed = list(order.allowed)
        raise TransitionRefused(f"nobody may set an order to {status}", current=order.status, allowed=allowed)
    return [_order(desk, MoveOrder(order_id=order_id, to=status, reason="unchanged"))]


async def _own(caller: Caller, order_id: str) -> None:
    """Raise `NotFound` unless the order is the caller's; whose it is instead is nobody's business."""
    if "admin" in caller.actor.roles:
        return
    events = await caller.desk.store.stream(order_stream(order_id))
    created = events[0].event if events else None
    if not isinstance(created, OrderCreated) or created.customer_id != caller.actor.id:
        raise _unknown(order_id)


async def _run(
    caller: Caller, order_id: str, body: Cancellation | NewStatus, turns: Sequence[StreamCommand[Any, Any, Any]]
) -> Response:
    errand = caller.asks(_Asked(order_id=order_id, body=body))
    return await errand.run(turns, partial(_accepted, order_id))


def _order(desk: CommandContext, command: OrderCommand) -> StreamCommand[Any, Any, Any]:
    return StreamCommand(desk.orders, order_stream(command.order_id), command)


def _accepted(order_id: str, outcomes: Sequence[CommandResult]) -> OrderAccepted:
    first = outcomes[0]
    return OrderAccepted(order_id=order_id, stream_id=first.stream, version=first.version, position=first.position)


def _unknown(order_id: str) -> NotFound:
    return NotFound(f"there is no order {order_id}", order_id=order_id)
