"""What becomes of an order that is given up: what is undone, how it ends, and what an operator does when it sticks."""

from collections.abc import Sequence

from domain.fulfilment.context import Resolve, SagaOutput, StepContext
from schemas.order import CancelOrder, FailOrder, MoveOrder, OrderStatus
from schemas.saga import SagaCompensationStarted, SagaFailed, SagaResolved, SagaStepCompleted, SagaStuck, Step


def compensate_failure(context: StepContext) -> Sequence[SagaOutput]:
    """What surely did not happen is not undone; what may have happened is."""
    failed = context.step or context.pending.step
    harmless = frozenset({failed}) if context.step else frozenset[Step]()
    started = SagaCompensationStarted(
        order_id=context.order.order_id,
        ending="fail",
        reason=context.reason,
        failed_step=failed,
        undo=context.saga.backwards(context.saga.touched() - harmless),
    )
    return started, MoveOrder(order_id=context.order.order_id, to=OrderStatus.FAILING, reason=context.reason)


def compensate_cancellation(context: StepContext) -> Sequence[SagaOutput]:
    started = SagaCompensationStarted(
        order_id=context.order.order_id,
        ending="cancel",
        reason=context.reason,
        failed_step=None,
        undo=context.saga.backwards(context.saga.touched()),
    )
    return started, MoveOrder(order_id=context.order.order_id, to=OrderStatus.CANCELLING, reason=context.reason)


def compensate_again(context: StepContext) -> Sequence[SagaOutput]:
    """The order's end stands: only what came late is undone."""
    started = SagaCompensationStarted(
        order_id=context.order.order_id,
        ending=context.saga.ending,
        reason=f"late {context.reason}",
        failed_step=None,
        undo=(context.answered,),
    )
    return (started,)


def note_undone(context: StepContext) -> Sequence[SagaOutput]:
    return (SagaStepCompleted(order_id=context.order.order_id, step=context.answered, direction="undo"),)


def fail_at_once(context: StepContext) -> Sequence[SagaOutput]:
    order_id, reason = context.order.order_id, context.reason
    failed = FailOrder(order_id=order_id, reason=reason, failed_step=context.answered)
    return SagaFailed(order_id=order_id, ending="fail", reason=reason), failed


def end_order(context: StepContext) -> Sequence[SagaOutput]:
    saga, order_id = context.saga, context.order.order_id
    ended = SagaFailed(order_id=order_id, ending=saga.ending, reason=saga.reason)
    if saga.ended:
        return (ended,)
    if saga.ending == "cancel":
        return ended, CancelOrder(order_id=order_id, reason=saga.reason)
    return ended, FailOrder(order_id=order_id, reason=saga.reason, failed_step=saga.failed_step or "unknown")


def mark_stuck(context: StepContext) -> Sequence[SagaOutput]:
    order_id, reason = context.order.order_id, context.reason
    stuck = SagaStuck(order_id=order_id, step=context.pending.step, reason=reason)
    if context.saga.ended:
        return (stuck,)
    return stuck, MoveOrder(order_id=order_id, to=OrderStatus.COMPENSATION_STUCK, reason=reason)


def note_resolution(context: StepContext) -> Sequence[SagaOutput]:
    asked = context.message
    if not isinstance(asked, Resolve):
        raise TypeError(f"only an operator resolves, not {type(asked).__name__}")
    resolved = SagaResolved(
        order_id=context.order.order_id,
        operator=asked.operator,
        evidence=asked.evidence,
        resolution=asked.resolution,
    )
    return (resolved,)


def resume_compensation(context: StepContext) -> Sequence[SagaOutput]:
    if context.saga.ended:
        return ()
    to = OrderStatus.CANCELLING if context.saga.ending == "cancel" else OrderStatus.FAILING
    return (MoveOrder(order_id=context.order.order_id, to=to, reason="an operator resolved it"),)


def force_failure(context: StepContext) -> Sequence[SagaOutput]:
    order_id, reason = context.order.order_id, context.reason
    ended = SagaFailed(order_id=order_id, ending="fail", reason=reason)
    if context.saga.ended:
        return (ended,)
    return ended, FailOrder(
        order_id=order_id, reason=reason, failed_step=context.saga.failed_step or context.pending.step
    )
