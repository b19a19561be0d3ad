"""What becomes of an order that goes its way, and how each step on it is noted, timed out and tried again."""

from collections.abc import Mapping, Sequence

from domain.fulfilment_occasion import Occasion, Outcome
from domain.fulfilment_state import STEP_OF
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


def move_order(on: Occasion) -> Sequence[Outcome]:
    step = STEP_OF[on.saga.state]
    return (MoveOrder(order_id=on.order.order_id, to=MOVES_TO[step], reason=on.reason),)


def note_success(on: Occasion) -> Sequence[Outcome]:
    return (SagaStepCompleted(order_id=on.order.order_id, step=on.answered, direction="forward"),)


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


def complete(on: Occasion) -> Sequence[Outcome]:
    order_id = on.order.order_id
    return SagaCompleted(order_id=order_id), CompleteOrder(order_id=order_id)


def close(on: Occasion) -> Sequence[Outcome]:
    return (SagaClosed(order_id=on.order.order_id),)
