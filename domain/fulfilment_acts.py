"""What a row of the saga's table can do: small functions of the saga's data, run one after another.

Each sees the saga as the one before it left it, and answers what to record in `saga-<orderId>` and what to ask of
the order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.fulfilment_policy import Policy
from domain.fulfilment_state import STEP_OF, Saga, Turn
from schemas.message import Event, Id, Text
from schemas.order import (
    CancelOrder,
    CompleteOrder,
    FailOrder,
    MoveOrder,
    OrderCancellationRequested,
    OrderCommand,
    OrderCreated,
    OrderLine,
    OrderStatus,
)
from schemas.payment import PaymentFailed, PaymentRefundFailed
from schemas.saga import (
    Direction,
    InventoryConfirmation,
    InventoryRelease,
    InventoryReservation,
    PaymentProcessing,
    PaymentRefund,
    Resolution,
    SagaClosed,
    SagaCompensationStarted,
    SagaCompleted,
    SagaEvent,
    SagaFailed,
    SagaResolved,
    SagaRetryScheduled,
    SagaStarted,
    SagaStepCompleted,
    SagaStepTimedOut,
    SagaStuck,
    ShippingCancel,
    ShippingPreparation,
    Step,
)
from schemas.shipment import ShippingFailed
from schemas.warehouse import InventoryFailed, StockLine

DEFINITION = 1
"""The version of the table that new sagas are pinned to."""


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The timer of one order has come due; `token` says for which turn it was set."""

    order_id: Id
    token: str


@dataclass(frozen=True, slots=True)
class Resolve:
    """An operator decides how a stuck saga goes on."""

    order_id: Id
    operator: Id
    evidence: Text
    resolution: Resolution


SagaMessage = Event | DeadlinePassed | Resolve
Outcome = SagaEvent | OrderCommand


@dataclass(frozen=True, slots=True)
class Occasion:
    """One message at one saga; `step` and `direction` are those of the request it answers, where it answers one."""

    saga: Saga
    message: SagaMessage
    at: datetime
    policy: Policy
    step: Step | None = None

    @property
    def order(self) -> SagaStarted:
        """All the saga knows of its order."""
        if self.saga.started is None:
            raise ValueError("the saga has not started")
        return self.saga.started

    @property
    def turn(self) -> Turn:
        """The running request."""
        if self.saga.turn is None:
            raise ValueError(f"no request is running in {self.saga.state}")
        return self.saga.turn

    def attempt(self, step: Step, direction: Direction) -> int:
        """The number of the next request of this kind."""
        return self.saga.asked.get((step, direction), 0) + 1


Act = Callable[[Occasion], Sequence[Outcome]]


def start(on: Occasion) -> Sequence[Outcome]:
    order = on.message
    if not isinstance(order, OrderCreated):
        raise TypeError(f"a saga starts with order.created, not {type(order).__name__}")
    started = SagaStarted(
        order_id=order.order_id,
        definition_version=DEFINITION,
        steps=on.policy.steps,
        customer_id=order.customer_id,
        items=order.items,
        total_amount=order.total_amount,
        currency=order.currency,
        payment_method=order.payment_method,
        shipping_address=order.shipping_address,
        warehouse_id=order.warehouse_id,
    )
    return started, MoveOrder(order_id=order.order_id, to=OrderStatus.PROCESSING, reason="fulfilment started")


def ask_for_payment(on: Occasion) -> Sequence[Outcome]:
    request = PaymentProcessing(
        order_id=on.order.order_id,
        attempt=on.attempt(Step.PAYMENT, "forward"),
        customer_id=on.order.customer_id,
        amount=on.order.total_amount,
        currency=on.order.currency,
        payment_method=on.order.payment_method,
        idempotency_key=f"{on.order.order_id}/payment",
    )
    return (request,)


def ask_for_reservation(on: Occasion) -> Sequence[Outcome]:
    request = InventoryReservation(
        order_id=on.order.order_id,
        attempt=on.attempt(Step.INVENTORY, "forward"),
        warehouse_id=on.order.warehouse_id,
        items=summed(on.order.items),
    )
    return (request,)


def ask_for_preparation(on: Occasion) -> Sequence[Outcome]:
    request = ShippingPreparation(
        order_id=on.order.order_id,
        attempt=on.attempt(Step.SHIPPING, "forward"),
        items=summed(on.order.items),
        address=on.order.shipping_address,
        idempotency_key=f"{on.order.order_id}/shipping",
    )
    return (request,)


def ask_for_refund(on: Occasion) -> Sequence[Outcome]:
    request = PaymentRefund(
        order_id=on.order.order_id,
        attempt=on.attempt(Step.PAYMENT, "undo"),
        amount=on.order.total_amount,
        currency=on.order.currency,
        payment_method=on.order.payment_method,
        idempotency_key=f"{on.order.order_id}/refund",
    )
    return (request,)


def ask_for_release(on: Occasion) -> Sequence[Outcome]:
    request = InventoryRelease(
        order_id=on.order.order_id,
        attempt=on.attempt(Step.INVENTORY, "undo"),
        warehouse_id=on.order.warehouse_id,
    )
    return (request,)


def ask_for_shipping_cancel(on: Occasion) -> Sequence[Outcome]:
    return (ShippingCancel(order_id=on.order.order_id, attempt=on.attempt(Step.SHIPPING, "undo")),)


def ask_again(on: Occasion) -> Sequence[Outcome]:
    return ASK[on.turn.step, on.turn.direction](on)


def ask_for_next_undo(on: Occasion) -> Sequence[Outcome]:
    return ASK[on.saga.undo[0], "undo"](on)


def move_order(on: Occasion) -> Sequence[Outcome]:
    step = STEP_OF[on.saga.state]
    return (MoveOrder(order_id=on.order.order_id, to=MOVES_TO[step], reason=why(on)),)


def confirm_reservation(on: Occasion) -> Sequence[Outcome]:
    confirmation = InventoryConfirmation(
        order_id=on.order.order_id,
        attempt=on.saga.asked[Step.INVENTORY, "forward"],
        warehouse_id=on.order.warehouse_id,
    )
    return (confirmation,)


def complete(on: Occasion) -> Sequence[Outcome]:
    order_id = on.order.order_id
    return SagaCompleted(order_id=order_id), CompleteOrder(order_id=order_id)


def close(on: Occasion) -> Sequence[Outcome]:
    return (SagaClosed(order_id=on.order.order_id),)


def note_success(on: Occasion) -> Sequence[Outcome]:
    return (SagaStepCompleted(order_id=on.order.order_id, step=answered(on), direction="forward"),)


def note_undone(on: Occasion) -> Sequence[Outcome]:
    return (SagaStepCompleted(order_id=on.order.order_id, step=answered(on), direction="undo"),)


def note_timeout(on: Occasion) -> Sequence[Outcome]:
    turn = on.turn
    timed_out = SagaStepTimedOut(
        order_id=on.order.order_id, step=turn.step, direction=turn.direction, attempt=turn.attempt
    )
    return (timed_out,)


def schedule_retry(on: Occasion) -> Sequence[Outcome]:
    turn = on.turn
    pause = on.policy.pause(on.order.order_id, turn.attempt, turn.tries)
    retry = SagaRetryScheduled(
        order_id=on.order.order_id,
        step=turn.step,
        direction=turn.direction,
        attempt=turn.attempt + 1,
        retry_at=on.at + pause,
    )
    return (retry,)


def compensate_failure(on: Occasion) -> Sequence[Outcome]:
    """What surely did not happen is not undone; what may have happened is."""
    failed = on.step or on.turn.step
    harmless = frozenset({failed}) if on.step else frozenset[Step]()
    started = SagaCompensationStarted(
        order_id=on.order.order_id,
        ending="fail",
        reason=why(on),
        failed_step=failed,
        undo=on.saga.backwards(on.saga.touched() - harmless),
    )
    return started, MoveOrder(order_id=on.order.order_id, to=OrderStatus.FAILING, reason=why(on))


def compensate_cancellation(on: Occasion) -> Sequence[Outcome]:
    started = SagaCompensationStarted(
        order_id=on.order.order_id,
        ending="cancel",
        reason=why(on),
        failed_step=None,
        undo=on.saga.backwards(on.saga.touched()),
    )
    return started, MoveOrder(order_id=on.order.order_id, to=OrderStatus.CANCELLING, reason=why(on))


def compensate_again(on: Occasion) -> Sequence[Outcome]:
    """The order's end stands: only what came late is undone."""
    started = SagaCompensationStarted(
        order_id=on.order.order_id,
        ending=on.saga.ending,
        reason=f"late {why(on)}",
        failed_step=None,
        undo=(answered(on),),
    )
    return (started,)


def fail_at_once(on: Occasion) -> Sequence[Outcome]:
    order_id, reason = on.order.order_id, why(on)
    failed = FailOrder(order_id=order_id, reason=reason, failed_step=answered(on))
    return SagaFailed(order_id=order_id, ending="fail", reason=reason), failed


def end(on: Occasion) -> Sequence[Outcome]:
    saga, order_id = on.saga, on.order.order_id
    ended = SagaFailed(order_id=order_id, ending=saga.ending, reason=saga.reason)
    if saga.ended:
        return (ended,)
    if saga.ending == "cancel":
        return ended, CancelOrder(order_id=order_id, reason=saga.reason)
    return ended, FailOrder(order_id=order_id, reason=saga.reason, failed_step=saga.failed_step or "unknown")


def stick(on: Occasion) -> Sequence[Outcome]:
    order_id, reason = on.order.order_id, why(on)
    stuck = SagaStuck(order_id=order_id, step=on.turn.step, reason=reason)
    if on.saga.ended:
        return (stuck,)
    return stuck, MoveOrder(order_id=order_id, to=OrderStatus.COMPENSATION_STUCK, reason=reason)


def note_resolution(on: Occasion) -> Sequence[Outcome]:
    asked = on.message
    if not isinstance(asked, Resolve):
        raise TypeError(f"only an operator resolves, not {type(asked).__name__}")
    resolved = SagaResolved(
        order_id=on.order.order_id,
        operator=asked.operator,
        evidence=asked.evidence,
        resolution=asked.resolution,
    )
    return (resolved,)


def resume_compensation(on: Occasion) -> Sequence[Outcome]:
    if on.saga.ended:
        return ()
    to = OrderStatus.CANCELLING if on.saga.ending == "cancel" else OrderStatus.FAILING
    return (MoveOrder(order_id=on.order.order_id, to=to, reason="an operator resolved it"),)


def force_failure(on: Occasion) -> Sequence[Outcome]:
    order_id, reason = on.order.order_id, why(on)
    ended = SagaFailed(order_id=order_id, ending="fail", reason=reason)
    if on.saga.ended:
        return (ended,)
    return ended, FailOrder(order_id=order_id, reason=reason, failed_step=on.saga.failed_step or on.turn.step)


ASK: Mapping[tuple[Step, Direction], Act] = {
    (Step.PAYMENT, "forward"): ask_for_payment,
    (Step.PAYMENT, "undo"): ask_for_refund,
    (Step.INVENTORY, "forward"): ask_for_reservation,
    (Step.INVENTORY, "undo"): ask_for_release,
    (Step.SHIPPING, "forward"): ask_for_preparation,
    (Step.SHIPPING, "undo"): ask_for_shipping_cancel,
}
MOVES_TO: Mapping[Step, OrderStatus] = {
    Step.PAYMENT: OrderStatus.PAYMENT_PROCESSED,
    Step.INVENTORY: OrderStatus.INVENTORY_RESERVED,
    Step.SHIPPING: OrderStatus.SHIPPING_PREPARED,
}


def summed(items: Sequence[OrderLine]) -> tuple[StockLine, ...]:
    """One line per product, in the order of their first appearance."""
    pieces: dict[str, int] = {}
    for item in items:
        pieces[item.product_id] = pieces.get(item.product_id, 0) + item.quantity
    return tuple(StockLine(product_id=product, quantity=quantity) for product, quantity in pieces.items())


def answered(on: Occasion) -> Step:
    """The step the message speaks of."""
    if on.step is None:
        raise ValueError(f"{type(on.message).__name__} answers no step")
    return on.step


def why(on: Occasion) -> str:
    """The reason a message gives, in words for the timeline."""
    match on.message:
        case PaymentFailed(code=code) | PaymentRefundFailed(code=code) | ShippingFailed(code=code):
            return code
        case InventoryFailed(reason=reason) | OrderCancellationRequested(reason=reason):
            return reason
        case DeadlinePassed():
            return f"{on.turn.step} gave no answer in time"
        case Resolve(evidence=evidence):
            return evidence
        case Event() as event:
            return event.wire_name
