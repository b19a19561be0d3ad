"""What becomes of an order that goes its way, and how each step on it is noted, timed out and tried again."""

from collections.abc import Mapping, Sequence

from domain.fulfilment.context import SagaOutput, StepContext
from domain.fulfilment.state import STEP_OF
from schemas.order import CompleteOrder, MoveOrder, OrderCreated, OrderStatus
from schemas.saga import (
    SagaClosed,
    SagaCompleted,
    SagaRetryScheduled,
    SagaStarted,
    SagaStepCompleted,
    SagaStepTimedOut,
    Step,
)

DEFINITION = 1
"""The version of the table that new sagas are pinned to."""
MOVES_TO: Mapping[Step, OrderStatus] = {
    Step.PAYMENT: OrderStatus.PAYMENT_PROCESSED,
    Step.INVENTORY: OrderStatus.INVENTORY_RESERVED,
    Step.SHIPPING: OrderStatus.SHIPPING_PREPARED,
}


def start(context: StepContext) -> Sequence[SagaOutput]:
    order = context.message
    if not isinstance(order, OrderCreated):
        raise TypeError(f"a saga starts with order.created, not {type(order).__name__}")
    started = SagaStarted(
        order_id=order.order_id,
        definition_version=DEFINITION,
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
    step = STEP_OF[context.saga.state]
    return (MoveOrder(order_id=context.order.order_id, to=MOVES_TO[step], reason=context.reason),)


def note_success(context: StepContext) -> Sequence[SagaOutput]:
    return (SagaStepCompleted(order_id=context.order.order_id, step=context.answered, direction="forward"),)


def note_timeout(context: StepContext) -> Sequence[SagaOutput]:
    pending = context.pending
    timed_out = SagaStepTimedOut(
        order_id=context.order.order_id, step=pending.step, direction=pending.direction, attempt=pending.attempt
    )
    return (timed_out,)


def schedule_retry(context: StepContext) -> Sequence[SagaOutput]:
    pending = context.pending
    pause = context.policy.retry_delay(context.order.order_id, pending.attempt, pending.tries)
    retry = SagaRetryScheduled(
        order_id=context.order.order_id,
        step=pending.step,
        direction=pending.direction,
        attempt=pending.attempt + 1,
        retry_at=context.at + pause,
    )
    return (retry,)


def complete(context: StepContext) -> Sequence[SagaOutput]:
    order_id = context.order.order_id
    return SagaCompleted(order_id=order_id), CompleteOrder(order_id=order_id)


def close(context: StepContext) -> Sequence[SagaOutput]:
    return (SagaClosed(order_id=context.order.order_id),)
