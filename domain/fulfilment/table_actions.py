"""What the rows of the table do, apart from requests to processors: start, retry, compensate and end."""

from collections.abc import Mapping, Sequence

from domain.fulfilment.context import SagaOutput, StepContext
from domain.fulfilment.policy import DEFINITION_VERSION
from domain.fulfilment.state import STEP_OF
from schemas.order import CancelOrder, CompleteOrder, FailOrder, MoveOrder, OrderCreated, OrderStatus
from schemas.saga import (
    Direction,
    SagaClosed,
    SagaCompensationStarted,
    SagaCompleted,
    SagaFailed,
    SagaResolutionRequested,
    SagaResolved,
    SagaRetryScheduled,
    SagaStarted,
    SagaStepCompleted,
    SagaStepTimedOut,
    SagaStuck,
    Step,
)

STATUS_AFTER: Mapping[Step, OrderStatus] = {
    Step.PAYMENT: OrderStatus.PAYMENT_PROCESSED,
    Step.INVENTORY: OrderStatus.INVENTORY_RESERVED,
    Step.SHIPPING: OrderStatus.SHIPPING_PREPARED,
}


def start_saga(context: StepContext) -> Sequence[SagaOutput]:
    order = context.message
    if not isinstance(order, OrderCreated):
        raise TypeError(f"a saga starts with order.created, not {type(order).__name__}")
    started = SagaStarted(
        order_id=order.order_id,
        definition_version=DEFINITION_VERSION,
        steps=context.policy.steps,
        customer_id=order.customer_id,
        items=order.items,
        total_amount=order.total_amount,
        currency=order.currency,
        payment_method=order.payment_method,
        shipping_address=order.shipping_address,
        warehouse_id=order.warehouse_id,
    )
    return started, MoveOrder(order_id=order.order_id, to=OrderStatus.PROCESSING, reason="fulfilment started")


def move_order(context: StepContext) -> Sequence[SagaOutput]:
    return (_move(context, STATUS_AFTER[STEP_OF[context.saga.state]], context.reason),)


def record_success(context: StepContext) -> Sequence[SagaOutput]:
    return (_step_completed(context, "forward"),)


def record_undo(context: StepContext) -> Sequence[SagaOutput]:
    return (_step_completed(context, "undo"),)


def record_timeout(context: StepContext) -> Sequence[SagaOutput]:
    pending = context.pending
    timed_out = SagaStepTimedOut(
        order_id=context.order_id, step=pending.step, direction=pending.direction, attempt=pending.attempt
    )
    return (timed_out,)


def schedule_retry(context: StepContext) -> Sequence[SagaOutput]:
    pending = context.pending
    delay = context.policy.retry_delay(context.order_id, pending.attempt, pending.tries)
    retry = SagaRetryScheduled(
        order_id=context.order_id,
        step=pending.step,
        direction=pending.direction,
        attempt=pending.attempt + 1,
        retry_at=context.at + delay,
    )
    return (retry,)


def complete_order(context: StepContext) -> Sequence[SagaOutput]:
    return SagaCompleted(order_id=context.order_id), CompleteOrder(order_id=context.order_id)


def close_saga(context: StepContext) -> Sequence[SagaOutput]:
    return (SagaClosed(order_id=context.order_id),)


def compensate_failure(context: StepContext) -> Sequence[SagaOutput]:
    """A step that reported its failure has nothing to undo; one of which an attempt gave no answer may have."""
    failed_step = context.step or context.pending.step
    undo = context.saga.done_or_unknown
    if not context.saga.may_have_succeeded(failed_step):
        undo -= {failed_step}
    started = SagaCompensationStarted(
        order_id=context.order_id,
        ending="fail",
        reason=context.reason,
        failed_step=failed_step,
        undo=context.saga.in_undo_order(undo),
    )
    return started, _move(context, OrderStatus.FAILING, context.reason)


def compensate_cancellation(context: StepContext) -> Sequence[SagaOutput]:
    started = SagaCompensationStarted(
        order_id=context.order_id,
        ending="cancel",
        reason=context.reason,
        failed_step=None,
        undo=context.saga.in_undo_order(context.saga.done_or_unknown),
    )
    return started, _move(context, OrderStatus.CANCELLING, context.reason)


def compensate_late_success(context: StepContext) -> Sequence[SagaOutput]:
    """The order has ended already and stays so: only the late step is undone."""
    started = SagaCompensationStarted(
        order_id=context.order_id,
        ending=context.saga.ending,
        reason=f"late {context.reason}",
        failed_step=None,
        undo=(context.reported_step,),
    )
    return (started,)


def resume_compensation(context: StepContext) -> Sequence[SagaOutput]:
    if context.saga.is_order_ended:
        return ()
    to = OrderStatus.CANCELLING if context.saga.ending == "cancel" else OrderStatus.FAILING
    is_operator = isinstance(context.message, SagaResolutionRequested)
    return (_move(context, to, "an operator resolved it" if is_operator else f"late {context.reason}"),)


def mark_stuck(context: StepContext) -> Sequence[SagaOutput]:
    stuck = SagaStuck(order_id=context.order_id, step=context.pending.step, reason=context.reason)
    if context.saga.is_order_ended:
        return (stuck,)
    return stuck, _move(context, OrderStatus.COMPENSATION_STUCK, context.reason)


def record_resolution(context: StepContext) -> Sequence[SagaOutput]:
    resolve = context.message
    if not isinstance(resolve, SagaResolutionRequested):
        raise TypeError(f"only an operator resolves, not {type(resolve).__name__}")
    resolved = SagaResolved(
        order_id=context.order_id,
        operator=resolve.operator,
        evidence=resolve.evidence,
        resolution=resolve.resolution,
        confirmed_by=resolve.confirmed_by,
    )
    return (resolved,)


def fail_order(context: StepContext) -> Sequence[SagaOutput]:
    return _fail(context, context.reported_step)


def force_failure(context: StepContext) -> Sequence[SagaOutput]:
    return _fail(context, context.saga.failed_step or context.pending.step)


def force_failure_undoing_rest(context: StepContext) -> Sequence[SagaOutput]:
    """Only the undo that is stuck is given up: the order ends now, and what else was done is undone afterwards."""
    rest = SagaCompensationStarted(
        order_id=context.order_id,
        ending="fail",
        reason=context.reason,
        failed_step=None,
        undo=context.saga.to_undo,
    )
    return *force_failure(context), rest


def end_order(context: StepContext) -> Sequence[SagaOutput]:
    saga, order_id = context.saga, context.order_id
    ended = SagaFailed(order_id=order_id, ending=saga.ending, reason=saga.reason)
    if saga.is_order_ended:
        return (ended,)
    if saga.ending == "cancel":
        return ended, CancelOrder(order_id=order_id, reason=saga.reason)
    return ended, FailOrder(order_id=order_id, reason=saga.reason, failed_step=saga.failed_step or "unknown")


def _fail(context: StepContext, failed_step: Step) -> Sequence[SagaOutput]:
    order_id, reason = context.order_id, context.reason
    failed = SagaFailed(order_id=order_id, ending="fail", reason=reason)
    if context.saga.is_order_ended:
        return (failed,)
    return failed, FailOrder(order_id=order_id, reason=reason, failed_step=failed_step)


def _move(context: StepContext, to: OrderStatus, reason: str) -> MoveOrder:
    return MoveOrder(order_id=context.order_id, to=to, reason=reason)


def _step_completed(context: StepContext, direction: Direction) -> SagaStepCompleted:
    return SagaStepCompleted(order_id=context.order_id, step=context.reported_step, direction=direction)
