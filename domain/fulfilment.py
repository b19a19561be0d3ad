"""The fulfilment saga, a decider facing the other way: facts in, requests and orders to the order out.

`step` reads what a message means to this saga (`Input`), looks up the row of the table and does what it says.
State comes from the saga's own stream only (`evolve`), time comes with the message.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple

from domain.fulfilment_course import DEFINITION
from domain.fulfilment_occasion import DeadlinePassed, Occasion, Outcome, Resolve, SagaMessage
from domain.fulfilment_policy import POLICY, Policy
from domain.fulfilment_reading import ANSWERS, WANTED, Input, read
from domain.fulfilment_state import INITIAL, Saga, State, Turn, evolve, fold
from domain.fulfilment_table import TRANSITIONS, Row, transitions
from schemas.order import OrderCommand
from schemas.saga import SagaEvent, SagaFact

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
