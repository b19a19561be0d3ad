"""The fulfilment saga, a decider facing the other way: facts in, requests and orders to the order out.

`step` reads what a message means to this saga (`Input`), looks up the row of the table and does what it says.
State comes from the saga's own stream only (`evolve`), time comes with the message.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple

from domain.fulfilment.context import SagaMessage, SagaOutput, StepContext
from domain.fulfilment.inputs import STEP_ANSWERS, classify
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import Saga, fold
from domain.fulfilment.table import Row, transitions
from schemas.order import OrderCommand
from schemas.saga import SagaEvent, SagaFact


class SetTimer(NamedTuple):
    """Wake this saga `at` that time with `DeadlinePassed(order_id, token)`."""

    at: datetime
    token: str


class CancelTimer(Enum):
    """The wish for no timer at all."""

    CANCEL_TIMER = "clear"


CANCEL_TIMER: Final = CancelTimer.CANCEL_TIMER


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one message leads to; all of it belongs in one append.

    `events` are for `saga-<orderId>`, `orders` are commands for the order, and `timer` replaces (or with `CANCEL_TIMER`
    removes) the saga's only timer; None leaves it as it is.
    """

    events: tuple[SagaEvent, ...] = ()
    orders: tuple[OrderCommand, ...] = ()
    timer: SetTimer | CancelTimer | None = None


NOTHING: Final = StepResult()


def step(saga: Saga, message: SagaMessage, *, at: datetime, policy: Policy = POLICY) -> StepResult:
    """Advance one order by one message.

    Args:
        saga: The fold of the saga's stream.
        message: Any event of the order's log, a deadline or an operator's word. What is unexpected, late or
            repeated leads to nothing, unless it is the late success of something already given up.
        at: When the message happened; deadlines and retries count from there.
        policy: Deadlines and attempts; its order of steps is used only to start.
    """
    steps = saga.started.steps if saga.started else policy.steps
    meaning = classify(saga, message, policy)
    row = transitions(steps).get((saga.state, meaning)) if meaning else None
    if row is None:
        return NOTHING
    about = STEP_ANSWERS.get(type(message))
    after, outcomes = _run_actions(row, StepContext(saga, message, at, policy, about.step if about else None))
    return StepResult(
        events=tuple(each for each in outcomes if isinstance(each, SagaFact)),
        orders=tuple(each for each in outcomes if not isinstance(each, SagaFact)),
        timer=_timer(saga, after, at, policy),
    )


def _run_actions(row: Row, context: StepContext) -> tuple[Saga, list[SagaOutput]]:
    outcomes: list[SagaOutput] = []
    for action in row.actions:
        made = action(context)
        context = replace(context, saga=fold((each for each in made if isinstance(each, SagaFact)), context.saga))
        outcomes += made
    return context.saga, outcomes


def _timer(before: Saga, after: Saga, at: datetime, policy: Policy) -> SetTimer | CancelTimer | None:
    old, new = before.awaited, after.awaited
    if new is None:
        return CANCEL_TIMER if old else None
    if old and old.token == new.token:
        return None
    return SetTimer(new.retry_at or at + policy.deadline(new.step, new.direction), new.token)
