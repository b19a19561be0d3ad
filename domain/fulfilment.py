"""The fulfilment saga, a decider facing the other way: facts in, requests and orders to the order out.

`step` reads what a message means to this saga (`Input`), looks up the row of the table and does what it says.
State comes from the saga's own stream only (`evolve`), time comes with the message.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple, assert_never

from domain.fulfilment_acts import DEFINITION, DeadlinePassed, Occasion, Outcome, Resolve, SagaMessage
from domain.fulfilment_policy import POLICY, Policy
from domain.fulfilment_state import INITIAL, Saga, State, Turn, evolve, fold
from domain.fulfilment_table import TRANSITIONS, Input, Row, transitions
from schemas.message import Event
from schemas.order import OrderCancellationRequested, OrderCommand, OrderCreated, OrderShipped
from schemas.payment import (
    PaymentFailed,
    PaymentProcessed,
    PaymentRefunded,
    PaymentRefundFailed,
    PaymentVoided,
)
from schemas.saga import Direction, SagaEvent, SagaFact, Step
from schemas.shipment import ShippingCancelled, ShippingFailed, ShippingPrepared
from schemas.warehouse import InventoryExpired, InventoryFailed, InventoryReleased, InventoryReserved

__all__ = [
    "CLEAR",
    "DEFINITION",
    "INITIAL",
    "NOTHING",
    "POLICY",
    "TRANSITIONS",
    "WANTED",
    "Clear",
    "DeadlinePassed",
    "Input",
    "Policy",
    "Reaction",
    "Resolve",
    "Row",
    "Saga",
    "SagaMessage",
    "State",
    "Turn",
    "Wake",
    "evolve",
    "fold",
    "read",
    "step",
    "transitions",
]


class Wake(NamedTuple):
    """Wake this saga `at` that time with `DeadlinePassed(order_id, token)`."""

    at: datetime
    token: str


class Clear(Enum):
    """The wish for no timer at all."""

    CLEAR = "clear"


CLEAR: Final = Clear.CLEAR


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one message leads to; all of it belongs in one append.

    `events` are for `saga-<orderId>`, `orders` are commands for the order, and `timer` replaces (or with `CLEAR`
    removes) the saga's only timer; None leaves it as it is.
    """

    events: tuple[SagaEvent, ...] = ()
    orders: tuple[OrderCommand, ...] = ()
    timer: Wake | Clear | None = None


NOTHING: Final = Reaction()


def step(saga: Saga, message: SagaMessage, *, at: datetime, policy: Policy = POLICY) -> Reaction:
    """Advance one order by one message.

    Args:
        saga: The fold of the saga's stream.
        message: Any event of the order's log, a deadline or an operator's word. What is unexpected, late or
            repeated leads to nothing, unless it is the late success of something already given up.
        at: When the message happened; deadlines and retries count from there.
        policy: Deadlines and attempts; its order of steps is used only to start.
    """
    steps = saga.started.steps if saga.started else policy.steps
    meaning = read(saga, message, policy)
    row = transitions(steps).get((saga.state, meaning)) if meaning else None
    if row is None:
        return NOTHING
    about = ANSWERS.get(type(message))
    after, outcomes = _perform(row, Occasion(saga, message, at, policy, about.step if about else None))
    return Reaction(
        events=tuple(each for each in outcomes if isinstance(each, SagaFact)),
        orders=tuple(each for each in outcomes if not isinstance(each, SagaFact)),
        timer=_timer(saga, after, at, policy),
    )


def _perform(row: Row, on: Occasion) -> tuple[Saga, list[Outcome]]:
    outcomes: list[Outcome] = []
    for act in row.does:
        made = act(on)
        on = replace(on, saga=fold((each for each in made if isinstance(each, SagaFact)), on.saga))
        outcomes += made
    return on.saga, outcomes


def _timer(before: Saga, after: Saga, at: datetime, policy: Policy) -> Wake | Clear | None:
    old, new = before.awaited, after.awaited
    if new is None:
        return CLEAR if old else None
    if old and old.token == new.token:
        return None
    return Wake(new.retry_at or at + policy.patience(new.step, new.direction), new.token)


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
