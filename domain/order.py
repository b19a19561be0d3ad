"""The order aggregate: what an order may become, and whether the saga or a person may make it so."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import assert_never

from domain.decider import Decider
from domain.pricing import Quote, quote
from schemas.currencies import to_whole_units
from schemas.errors import Invalid, NotFound, OrderOnItsWay, TotalDiffers, TransitionRefused
from schemas.order import (
    CancelOrder,
    CompleteOrder,
    DeliverOrder,
    FailOrder,
    MoveOrder,
    OrderCancellationRequested,
    OrderCancelled,
    OrderCommand,
    OrderCompleted,
    OrderCreated,
    OrderDelivered,
    OrderEvent,
    OrderFailed,
    OrderShipped,
    OrderStatus,
    OrderUpdated,
    PlaceOrder,
    RequestCancellation,
    ShipOrder,
)
from schemas.values import dataclass, replace
from schemas.warehouse import MAIN_WAREHOUSE

S = OrderStatus

FORWARD = (S.PENDING, S.PROCESSING, S.PAYMENT_PROCESSED, S.INVENTORY_RESERVED, S.SHIPPING_PREPARED)
"""The statuses through which the saga takes an order; it may skip some, and never goes back."""
ON_ITS_WAY = frozenset({S.SHIPPED, S.DELIVERED})
ENDED = frozenset({S.CANCELLED, S.FAILED})
UNDOING = frozenset({S.CANCELLING, S.FAILING, S.COMPENSATION_STUCK})

SAGA_MOVES: Mapping[OrderStatus, frozenset[OrderStatus]] = MappingProxyType(
    {
        **{status: frozenset({*FORWARD[index:], S.FAILING, S.CANCELLING}) for index, status in enumerate(FORWARD, 1)},
        S.FAILING: frozenset({S.COMPENSATION_STUCK}),
        S.CANCELLING: frozenset({S.COMPENSATION_STUCK}),
        S.COMPENSATION_STUCK: frozenset({S.FAILING, S.CANCELLING}),
    }
)
"""Where the saga may move an order, besides ending it; any other move is late and changes nothing."""
ADMIN_MOVES: Mapping[OrderStatus, tuple[OrderStatus, ...]] = MappingProxyType(
    {
        **dict.fromkeys(FORWARD, (S.CANCELLED,)),
        S.SHIPPING_PREPARED: (S.SHIPPED, S.CANCELLED),
        S.SHIPPED: (S.DELIVERED,),
    }
)
"""Where a person may move an order; a cancellation is requested, and carried out by the saga."""


@dataclass(frozen=True, slots=True)
class Order:
    """The status of the order; None where there is no order."""

    status: OrderStatus | None = None
    is_completed: bool = False
    is_cancellation_requested: bool = False
    warehouse_id: str = MAIN_WAREHOUSE
    """Where its goods are."""

    @property
    def allowed(self) -> tuple[OrderStatus, ...]:
        """Where a person may move it now; a refusal carries this list."""
        if self.status is None or self.is_cancellation_requested:
            return ()
        return ADMIN_MOVES.get(self.status, ())


def decide(command: OrderCommand, order: Order) -> Sequence[OrderEvent]:
    match command:
        case PlaceOrder():
            return [_created(command)] if order.status is None else []
        case _ if order.status is None:
            raise NotFound(f"there is no order {command.order_id}", orderId=command.order_id)
        case MoveOrder():
            return _move(command, order.status)
        case CompleteOrder():
            return _complete(command, order)
        case FailOrder(order_id=order_id, reason=reason, failed_step=step):
            failed = OrderFailed(order_id=order_id, reason=reason, failed_step=step)
            return _end(order, failed, S.FAILED, reason)
        case CancelOrder(order_id=order_id, reason=reason):
            return _end(order, OrderCancelled(order_id=order_id, reason=reason), S.CANCELLED, reason)
        case RequestCancellation():
            return _request_cancellation(command, order)
        case ShipOrder(order_id=order_id):
            return _hand_over(order, OrderShipped(order_id=order_id), S.SHIPPED)
        case DeliverOrder(order_id=order_id):
            return _hand_over(order, OrderDelivered(order_id=order_id), S.DELIVERED)
    assert_never(command)


def _created(command: PlaceOrder) -> OrderCreated:
    if not command.lines:
        raise Invalid("an order has at least one line")
    quoted = quote(command.lines, command.terms)
    if command.stated_total not in (None, quoted.total):
        raise _total_differs(quoted, command.currency)
    return OrderCreated(
        order_id=command.order_id,
        order_number=command.order_number,
        customer_id=command.customer_id,
        items=command.lines,
        subtotal=quoted.subtotal,
        tax=quoted.tax,
        shipping=quoted.shipping,
        total_amount=quoted.total,
        currency=command.currency,
        rules_version=command.terms.rules_version,
        shipping_address=command.shipping_address,
        billing_address=command.billing_address,
        payment_method=command.payment_method,
        warehouse_id=command.warehouse_id,
        cart_id=command.cart_id,
    )


def _total_differs(quoted: Quote, currency: str) -> TotalDiffers:
    return TotalDiffers(
        f"the total is {to_whole_units(quoted.total, currency)} {currency} now",
        subtotal=quoted.subtotal,
        tax=quoted.tax,
        shipping=quoted.shipping,
        totalAmount=quoted.total,
        currency=currency,
    )


def _move(command: MoveOrder, status: OrderStatus) -> Sequence[OrderEvent]:
    """A move back along the way, as inventory-first or a renewed reservation cause, changes nothing."""
    if command.to in SAGA_MOVES.get(status, ()):
        return [_updated(command.order_id, status, command.to, command.reason)]
    if command.to == status or (command.to in FORWARD and status in FORWARD):
        return []
    raise _cannot_become(status, command.to)


def _complete(command: CompleteOrder, order: Order) -> Sequence[OrderEvent]:
    if order.is_completed:
        return []
    if order.status is not S.SHIPPING_PREPARED:
        raise _cannot_become(order.status, "completed")
    return [OrderCompleted(order_id=command.order_id)]


def _end(order: Order, ended: OrderFailed | OrderCancelled, to: OrderStatus, reason: str) -> Sequence[OrderEvent]:
    if order.status is to:
        return []
    if order.status is None or order.status in ENDED | ON_ITS_WAY:
        raise _cannot_become(order.status, to)
    return [ended, _updated(ended.order_id, order.status, to, reason)]


def _request_cancellation(command: RequestCancellation, order: Order) -> Sequence[OrderEvent]:
    if order.status in ON_ITS_WAY:
        raise OrderOnItsWay("the goods are on their way: please use a return", current=order.status)
    if order.is_cancellation_requested or order.status in ENDED | UNDOING:
        return []
    return [OrderCancellationRequested(order_id=command.order_id, by=command.by, reason=command.reason)]


def _hand_over(order: Order, event: OrderShipped | OrderDelivered, to: OrderStatus) -> Sequence[OrderEvent]:
    if order.status is to:
        return []
    if order.status is None or to not in order.allowed:
        raise TransitionRefused(
            f"an order that is {order.status} cannot become {to}", current=order.status, allowed=list(order.allowed)
        )
    return [event, _updated(event.order_id, order.status, to, f"set to {to}")]


def _cannot_become(status: OrderStatus | None, to: str) -> TransitionRefused:
    return TransitionRefused(f"an order that is {status} cannot become {to}", current=status, allowed=[])


def _updated(order_id: str, from_: OrderStatus, to: OrderStatus, reason: str) -> OrderUpdated:
    return OrderUpdated(order_id=order_id, from_=from_, to=to, reason=reason)


def evolve(order: Order, event: OrderEvent) -> Order:
    match event:
        case OrderCreated():
            return Order(S.PENDING, warehouse_id=event.warehouse_id)
        case OrderUpdated():
            return replace(order, status=event.to)
        case OrderCompleted():
            return replace(order, is_completed=True)
        case OrderCancellationRequested():
            return replace(order, is_cancellation_requested=True)
        case OrderFailed() | OrderCancelled() | OrderShipped() | OrderDelivered():
            return order  # the order.updated beside it moves the status
    assert_never(event)


ORDER = Decider(initial=Order(), decide=decide, evolve=evolve)
