"""What becomes of an order that is given up: what is undone, how it ends, and what an operator does when it sticks."""

from collections.abc import Sequence

from domain.fulfilment_occasion import Occasion, Outcome, Resolve
from schemas.order import CancelOrder, FailOrder, MoveOrder, OrderStatus
from schemas.saga import SagaCompensationStarted, SagaFailed, SagaResolved, SagaStepCompleted, SagaStuck, Step


def compensate_failure(on: Occasion) -> Sequence[Outcome]:
    """What surely did not happen is not undone; what may have happened is."""
    failed = on.step or on.turn.step
    harmless = frozenset({failed}) if on.step else frozenset[Step]()
    started = SagaCompensationStarted(
        order_id=on.order.order_id,
        ending="fail",
        reason=on.reason,
        failed_step=failed,
        undo=on.saga.backwards(on.saga.touched() - harmless),
    )
    return started, MoveOrder(order_id=on.order.order_id, to=OrderStatus.FAILING, reason=on.reason)


def compensate_cancellation(on: Occasion) -> Sequence[Outcome]:
    started = SagaCompensationStarted(
        order_id=on.order.order_id,
        ending="cancel",
        reason=on.reason,
        failed_step=None,
        undo=on.saga.backwards(on.saga.touched()),
    )
    return started, MoveOrder(order_id=on.order.order_id, to=OrderStatus.CANCELLING, reason=on.reason)


def compensate_again(on: Occasion) -> Sequence[Outcome]:
    """The order's end stands: only what came late is undone."""
    started = SagaCompensationStarted(
        order_id=on.order.order_id,
        ending=on.saga.ending,
        reason=f"late {on.reason}",
        failed_step=None,
        undo=(on.answered,),
    )
    return (started,)


def note_undone(on: Occasion) -> Sequence[Outcome]:
    return (SagaStepCompleted(order_id=on.order.order_id, step=on.answered, direction="undo"),)


def fail_at_once(on: Occasion) -> Sequence[Outcome]:
    order_id, reason = on.order.order_id, on.reason
    failed = FailOrder(order_id=order_id, reason=reason, failed_step=on.answered)
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
    order_id, reason = on.order.order_id, on.reason
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
    order_id, reason = on.order.order_id, on.reason
    ended = SagaFailed(order_id=order_id, ending="fail", reason=reason)
    if on.saga.ended:
        return (ended,)
    return ended, FailOrder(order_id=order_id, reason=reason, failed_step=on.saga.failed_step or on.turn.step)
