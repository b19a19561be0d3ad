"""What a message means to a saga, by where the saga stands: the second word of every row of the table."""

from enum import StrEnum
from typing import NamedTuple, assert_never

from domain.fulfilment_occasion import DeadlinePassed, Resolve, SagaMessage
from domain.fulfilment_policy import POLICY, Policy
from domain.fulfilment_state import Saga, Turn
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


class Answer(NamedTuple):
    """Which request an event answers, and how."""

    step: Step
    direction: Direction
    success: bool


ANSWERS: dict[type[SagaMessage], Answer] = {
    PaymentProcessed: Answer(Step.PAYMENT, "forward", True),
    PaymentFailed: Answer(Step.PAYMENT, "forward", False),
    PaymentRefunded: Answer(Step.PAYMENT, "undo", True),
    PaymentVoided: Answer(Step.PAYMENT, "undo", True),
    PaymentRefundFailed: Answer(Step.PAYMENT, "undo", False),
    InventoryReserved: Answer(Step.INVENTORY, "forward", True),
    InventoryFailed: Answer(Step.INVENTORY, "forward", False),
    InventoryReleased: Answer(Step.INVENTORY, "undo", True),
    ShippingPrepared: Answer(Step.SHIPPING, "forward", True),
    ShippingFailed: Answer(Step.SHIPPING, "forward", False),
    ShippingCancelled: Answer(Step.SHIPPING, "undo", True),
}
OCCURRENCES: dict[type[Event], Input] = {
    OrderCreated: Input.CREATED,
    OrderCancellationRequested: Input.CANCELLATION,
    OrderShipped: Input.SHIPPED,
    InventoryExpired: Input.EXPIRED,
}
WANTED: frozenset[str] = frozenset(kind.wire_name for kind in (*ANSWERS, *OCCURRENCES) if issubclass(kind, Event))
"""The wire names of all the saga listens to."""


def read(saga: Saga, message: SagaMessage, policy: Policy = POLICY) -> Input | None:
    """What `message` means to this saga now, or None where it means nothing."""
    match message:
        case DeadlinePassed():
            return _read_deadline(saga, message, policy)
        case Resolve():
            return _read_resolution(saga, message)
        case InventoryExpired():
            return Input.EXPIRED if Step.INVENTORY in saga.done else None
        case Event():
            answer = ANSWERS.get(type(message))
            return _read_answer(saga, answer, message, policy) if answer else OCCURRENCES.get(type(message))
    assert_never(message)


def _read_deadline(saga: Saga, message: DeadlinePassed, policy: Policy) -> Input | None:
    turn = saga.awaited
    if turn is None or turn.token != message.token:
        return None
    if turn.retry_at:
        return Input.RETRY_DUE
    return Input.OVERDUE if turn.tries < policy.attempts else Input.UNKNOWN


def _read_resolution(saga: Saga, message: Resolve) -> Input:
    match message.resolution:
        case "retry":
            return Input.RETRY
        case "force fail":
            return Input.FORCED
        case "mark done":
            return _by_what_is_left(saga, Input.MARKED, Input.MARKED_FAILING, Input.MARKED_CANCELLING)
    assert_never(message.resolution)


def _by_what_is_left(saga: Saga, more: Input, failing: Input, cancelling: Input) -> Input:
    if saga.undo:
        return more
    return cancelling if saga.ending == "cancel" else failing


def _read_answer(saga: Saga, answer: Answer, message: Event, policy: Policy) -> Input | None:
    turn = _turn_of(saga, answer)
    attempt = getattr(message, "attempt", None)
    if not answer.success:
        meaning = _read_failure(turn, attempt, message, policy) if turn else None
        return None if meaning is Input.RETRIABLE and turn == saga.suspended else meaning
    if answer.direction == "undo":
        return _read_undone(saga) if turn else None
    if turn is None:
        asked = (answer.step, "forward") in saga.asked
        return Input.LATE if asked and answer.step not in saga.seen else None
    if attempt is not None and attempt <= turn.attempt - turn.tries:
        return None
    if saga.suspended is None:
        return Input.DONE
    return Input.DONE_AHEAD if turn == saga.suspended else Input.HELD_AGAIN


def _turn_of(saga: Saga, answer: Answer) -> Turn | None:
    for turn in (saga.turn, saga.suspended):
        if turn and (turn.step, turn.direction) == (answer.step, answer.direction):
            return turn
    return None


def _read_undone(saga: Saga) -> Input:
    return _by_what_is_left(saga, Input.UNDONE, Input.UNDONE_FAILING, Input.UNDONE_CANCELLING)


def _read_failure(turn: Turn, attempt: int | None, message: Event, policy: Policy) -> Input | None:
    if attempt != turn.attempt or turn.retry_at:
        return None
    if turn.tries >= policy.attempts:
        return Input.REFUSED
    return Input.RETRIABLE if _is_retriable(message) else Input.REFUSED


def _is_retriable(message: Event) -> bool:
    match message:
        case PaymentFailed(retriable=retriable) | ShippingFailed(retriable=retriable):
            return retriable
        case _:
            return isinstance(message, PaymentRefundFailed)
