"""What a message means to a saga in its present state: an `Input`, the second column of the table."""

from enum import StrEnum
from typing import NamedTuple, assert_never

from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import STEP_OF, PendingRequest, Saga
from schemas.message import Event, Id
from schemas.order import OrderCancellationRequested, OrderCreated, OrderShipped
from schemas.payment import PaymentFailed, PaymentProcessed, PaymentRefunded, PaymentRefundFailed, PaymentVoided
from schemas.saga import Direction, SagaResolutionRequested, Step
from schemas.shipment import ShippingCancelled, ShippingFailed, ShippingPrepared
from schemas.values import dataclass
from schemas.warehouse import InventoryExpired, InventoryFailed, InventoryReleased, InventoryReserved


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The saga's timer is due; `token` is that of the pending request it was set for."""

    order_id: Id
    token: str


SagaMessage = Event | DeadlinePassed


class Input(StrEnum):
    """What a message means to a saga; the values are shown in the reference."""

    ORDER_CREATED = "order.created"
    STEP_DONE = "the step is done"
    STEP_FAILED = "the step failed for good"
    STEP_FAILED_AFTER_TIMEOUT = "the step failed for good, an earlier attempt gave no answer"
    RETRIABLE_FAILURE = "a retriable failure, attempts left"
    RETRY_DUE = "the time to retry"
    TIMED_OUT = "its deadline passed, attempts left"
    LAST_ATTEMPT_TIMED_OUT = "the deadline of its last attempt passed"
    CANCELLATION_REQUESTED = "order.cancellation.requested"
    RESERVATION_EXPIRED = "inventory.expired"
    RESERVATION_RENEWED = "the reservation is renewed, the step is still running"
    STEP_DONE_BEFORE_RENEWAL = "the step is done, the reservation is not renewed yet"
    ORDER_SHIPPED = "order.shipped"
    UNDONE = "the step is undone, more to undo"
    LAST_UNDONE_FAILING = "the last step is undone, the order fails"
    LAST_UNDONE_CANCELLING = "the last step is undone, the order is cancelled"
    LATE_SUCCESS = "the late success of a forward step"
    RETRY_ORDERED = "an operator orders a retry"
    MARKED_DONE = "an operator marks the undo done, more to undo"
    LAST_MARKED_DONE_FAILING = "an operator marks the last undo done, the order fails"
    LAST_MARKED_DONE_CANCELLING = "an operator marks the last undo done, the order is cancelled"
    FAILURE_FORCED = "an operator forces the failure, more to undo"
    LAST_FAILURE_FORCED = "an operator forces the failure, nothing more to undo"


class StepAnswer(NamedTuple):
    """Which request an event answers, and whether it succeeded."""

    step: Step
    direction: Direction
    is_success: bool


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
OTHER_EVENTS: dict[type[Event], Input] = {
    OrderCreated: Input.ORDER_CREATED,
    OrderCancellationRequested: Input.CANCELLATION_REQUESTED,
    OrderShipped: Input.ORDER_SHIPPED,
    InventoryExpired: Input.RESERVATION_EXPIRED,
}
EVENT_TYPES = frozenset(
    kind.wire_name for kind in (*STEP_ANSWERS, *OTHER_EVENTS, SagaResolutionRequested) if issubclass(kind, Event)
)
"""The wire names of the events a saga reacts to."""


def classify(saga: Saga, message: SagaMessage, policy: Policy = POLICY) -> Input | None:
    """What `message` means to this saga now, or None where it means nothing."""
    match message:
        case DeadlinePassed():
            return _classify_deadline(saga, message, policy)
        case SagaResolutionRequested():
            return _classify_resolution(saga, message)
        case InventoryExpired():
            return _classify_expiry(saga, message, policy)
        case Event():
            answer = STEP_ANSWERS.get(type(message))
            return _classify_answer(saga, answer, message, policy) if answer else OTHER_EVENTS.get(type(message))
    assert_never(message)


def reported_step(message: SagaMessage) -> Step | None:
    """The step that a message reports about, if it does."""
    if isinstance(message, InventoryExpired):
        return Step.INVENTORY
    answer = STEP_ANSWERS.get(type(message))
    return answer.step if answer else None


def _classify_deadline(saga: Saga, message: DeadlinePassed, policy: Policy) -> Input | None:
    pending = saga.timed
    if pending is None or pending.token != message.token:
        return None
    if pending.retry_at:
        return Input.RETRY_DUE
    return Input.TIMED_OUT if pending.tries < policy.max_attempts else Input.LAST_ATTEMPT_TIMED_OUT


def _classify_expiry(saga: Saga, message: InventoryExpired, policy: Policy) -> Input | None:
    """What the expiry of a reservation that the saga relies on means; one of before its renewal is known.

    Each renewal gives the waiting step its whole time again: a clock that is wrong would renew without an end.
    """
    is_known = message.attempt is not None and message.attempt < saga.renewal
    if is_known or Step.INVENTORY not in saga.done:
        return None
    is_last = saga.renewals >= policy.max_renewals and saga.state in STEP_OF
    return Input.STEP_FAILED if is_last else Input.RESERVATION_EXPIRED


def _classify_resolution(saga: Saga, message: SagaResolutionRequested) -> Input | None:
    """A request that is not the one under way is about an earlier time that the saga was stuck."""
    if message != saga.requested:
        return None
    match message.resolution:
        case "retry":
            return Input.RETRY_ORDERED
        case "force fail":
            return Input.FAILURE_FORCED if saga.to_undo else Input.LAST_FAILURE_FORCED
        case "mark done" if saga.to_undo:
            return Input.MARKED_DONE
        case "mark done":
            is_cancelling = saga.ending == "cancel"
            return Input.LAST_MARKED_DONE_CANCELLING if is_cancelling else Input.LAST_MARKED_DONE_FAILING
    assert_never(message.resolution)


def _classify_answer(saga: Saga, answer: StepAnswer, message: Event, policy: Policy) -> Input | None:
    pending = _find_pending(saga, answer)
    if not answer.is_success:
        return _classify_failure(saga, pending, message, policy)
    if answer.direction == "undo":
        return _classify_undone(saga) if pending else None
    if pending is None:
        is_awaited = (answer.step, "forward") in saga.attempts and answer.step not in saga.succeeded
        return Input.LATE_SUCCESS if is_awaited else None
    return _classify_success(saga, pending, _attempt_of(message))


def _find_pending(saga: Saga, answer: StepAnswer) -> PendingRequest | None:
    for pending in (saga.pending, saga.suspended):
        if pending and (pending.step, pending.direction) == (answer.step, answer.direction):
            return pending
    return None


def _classify_failure(saga: Saga, pending: PendingRequest | None, message: Event, policy: Policy) -> Input | None:
    if pending is None or pending.retry_at or pending.attempt != _attempt_of(message):
        return None
    if pending.tries >= policy.max_attempts or not _is_retriable(message):
        return Input.STEP_FAILED_AFTER_TIMEOUT if pending.has_timed_out else Input.STEP_FAILED
    return None if pending == saga.suspended else Input.RETRIABLE_FAILURE


def _classify_undone(saga: Saga) -> Input:
    if saga.to_undo:
        return Input.UNDONE
    return Input.LAST_UNDONE_CANCELLING if saga.ending == "cancel" else Input.LAST_UNDONE_FAILING


def _classify_success(saga: Saga, pending: PendingRequest, attempt: int | None) -> Input | None:
    is_of_earlier_round = attempt is not None and attempt <= pending.attempt - pending.tries
    if is_of_earlier_round:
        return None
    if saga.suspended is None:
        return Input.STEP_DONE
    return Input.STEP_DONE_BEFORE_RENEWAL if pending == saga.suspended else Input.RESERVATION_RENEWED


def _attempt_of(message: Event) -> int | None:
    return getattr(message, "attempt", None)


def _is_retriable(message: Event) -> bool:
    match message:
        case PaymentFailed(retriable=retriable) | ShippingFailed(retriable=retriable):
            return retriable
        case _:
            return isinstance(message, PaymentRefundFailed)
