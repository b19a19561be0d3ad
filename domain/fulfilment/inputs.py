"""What a message means to a saga, by where the saga stands: the second word of every row of the table."""

from enum import StrEnum
from typing import NamedTuple, assert_never

from domain.fulfilment.context import DeadlinePassed, Resolve, SagaMessage
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import PendingRequest, Saga
from schemas.message import Event
from schemas.order import OrderCancellationRequested, OrderCreated, OrderShipped
from schemas.payment import (
    PaymentFailed,
    PaymentProcessed,
    PaymentRefunded,
    PaymentRefundFailed,
    PaymentVoided,
)
from schemas.saga import Direction, Step
from schemas.shipment import ShippingCancelled, ShippingFailed, ShippingPrepared
from schemas.warehouse import InventoryExpired, InventoryFailed, InventoryReleased, InventoryReserved


class Input(StrEnum):
    """What a message means to a saga."""

    CREATED = "order.created"
    DONE = "the step is done"
    REFUSED = "the step failed for good"
    RETRIABLE = "a retriable failure, attempts left"
    RETRY_DUE = "the time of the retry"
    OVERDUE = "its deadline, attempts left"
    UNKNOWN = "its deadline at the last attempt"
    CANCELLATION = "order.cancellation.requested"
    EXPIRED = "inventory.expired"
    HELD_AGAIN = "the renewed reservation, the step still running"
    DONE_AHEAD = "the step is done, the renewed reservation still asked for"
    SHIPPED = "order.shipped"
    UNDONE = "the undo is answered, more to undo"
    UNDONE_FAILING = "the last undo is answered, the order fails"
    UNDONE_CANCELLING = "the last undo is answered, the order is cancelled"
    LATE = "the late success of a forward step"
    RETRY = "an operator: retry"
    MARKED = "an operator: mark done, more to undo"
    MARKED_FAILING = "an operator: mark the last undo done, the order fails"
    MARKED_CANCELLING = "an operator: mark the last undo done, the order is cancelled"
    FORCED = "an operator: force fail"


class StepAnswer(NamedTuple):
    """Which request an event answers, and how."""

    step: Step
    direction: Direction
    success: bool


STEP_ANSWERS: dict[type[SagaMessage], StepAnswer] = {
    PaymentProcessed: StepAnswer(Step.PAYMENT, "forward", True),
    PaymentFailed: StepAnswer(Step.PAYMENT, "forward", False),
    PaymentRefunded: StepAnswer(Step.PAYMENT, "undo", True),
    PaymentVoided: StepAnswer(Step.PAYMENT, "undo", True),
    PaymentRefundFailed: StepAnswer(Step.PAYMENT, "undo", False),
    InventoryReserved: StepAnswer(Step.INVENTORY, "forward", True),
    InventoryFailed: StepAnswer(Step.INVENTORY, "forward", False),
    InventoryReleased: StepAnswer(Step.INVENTORY, "undo", True),
    ShippingPrepared: StepAnswer(Step.SHIPPING, "forward", True),
    ShippingFailed: StepAnswer(Step.SHIPPING, "forward", False),
    ShippingCancelled: StepAnswer(Step.SHIPPING, "undo", True),
}
OCCURRENCES: dict[type[Event], Input] = {
    OrderCreated: Input.CREATED,
    OrderCancellationRequested: Input.CANCELLATION,
    OrderShipped: Input.SHIPPED,
    InventoryExpired: Input.EXPIRED,
}
WANTED: frozenset[str] = frozenset(kind.wire_name for kind in (*STEP_ANSWERS, *OCCURRENCES) if issubclass(kind, Event))
"""The wire names of all the saga listens to."""


def classify(saga: Saga, message: SagaMessage, policy: Policy = POLICY) -> Input | None:
    """What `message` means to this saga now, or None where it means nothing."""
    match message:
        case DeadlinePassed():
            return _classify_deadline(saga, message, policy)
        case Resolve():
            return _classify_resolution(saga, message)
        case InventoryExpired():
            return Input.EXPIRED if Step.INVENTORY in saga.done else None
        case Event():
            answer = STEP_ANSWERS.get(type(message))
            return _classify_answer(saga, answer, message, policy) if answer else OCCURRENCES.get(type(message))
    assert_never(message)


def _classify_deadline(saga: Saga, message: DeadlinePassed, policy: Policy) -> Input | None:
    pending = saga.awaited
    if pending is None or pending.token != message.token:
        return None
    if pending.retry_at:
        return Input.RETRY_DUE
    return Input.OVERDUE if pending.tries < policy.attempts else Input.UNKNOWN


def _classify_resolution(saga: Saga, message: Resolve) -> Input:
    match message.resolution:
        case "retry":
            return Input.RETRY
        case "force fail":
            return Input.FORCED
        case "mark done":
            return _by_remaining_undo(saga, Input.MARKED, Input.MARKED_FAILING, Input.MARKED_CANCELLING)
    assert_never(message.resolution)


def _by_remaining_undo(saga: Saga, more: Input, failing: Input, cancelling: Input) -> Input:
    if saga.undo:
        return more
    return cancelling if saga.ending == "cancel" else failing


def _classify_answer(saga: Saga, answer: StepAnswer, message: Event, policy: Policy) -> Input | None:
    pending = _pending_for(saga, answer)
    attempt = getattr(message, "attempt", None)
    if not answer.success:
        meaning = _classify_failure(pending, attempt, message, policy) if pending else None
        return None if meaning is Input.RETRIABLE and pending == saga.suspended else meaning
    if answer.direction == "undo":
        return _classify_undone(saga) if pending else None
    if pending is None:
        asked = (answer.step, "forward") in saga.asked
        return Input.LATE if asked and answer.step not in saga.seen else None
    if attempt is not None and attempt <= pending.attempt - pending.tries:
        return None
    if saga.suspended is None:
        return Input.DONE
    return Input.DONE_AHEAD if pending == saga.suspended else Input.HELD_AGAIN


def _pending_for(saga: Saga, answer: StepAnswer) -> PendingRequest | None:
    for pending in (saga.pending, saga.suspended):
        if pending and (pending.step, pending.direction) == (answer.step, answer.direction):
            return pending
    return None


def _classify_undone(saga: Saga) -> Input:
    return _by_remaining_undo(saga, Input.UNDONE, Input.UNDONE_FAILING, Input.UNDONE_CANCELLING)


def _classify_failure(pending: PendingRequest, attempt: int | None, message: Event, policy: Policy) -> Input | None:
    if attempt != pending.attempt or pending.retry_at:
        return None
    if pending.tries >= policy.attempts:
        return Input.REFUSED
    return Input.RETRIABLE if _is_retriable(message) else Input.REFUSED


def _is_retriable(message: Event) -> bool:
    match message:
        case PaymentFailed(retriable=retriable) | ShippingFailed(retriable=retriable):
            return retriable
        case _:
            return isinstance(message, PaymentRefundFailed)
