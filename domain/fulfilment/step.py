"""The fulfilment saga: events of an order in, requests to processors and commands for the order out.

`step` classifies a message (`inputs`), looks up its row (`table`) and runs the row's actions. The state comes from the
saga's own stream only; time comes with the message.
"""

from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple

from domain.fulfilment.context import SagaOutput, StepContext
from domain.fulfilment.evolve import fold
from domain.fulfilment.inputs import SagaMessage, classify, reported_step
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import Saga
from domain.fulfilment.table import DEFINITIONS, Row, Table, transitions
from schemas.errors import DefinitionUnknown
from schemas.order import OrderCommand
from schemas.saga import SagaEvent, SagaFact
from schemas.values import dataclass, replace


class SetTimer(NamedTuple):
    """Send `DeadlinePassed(order_id, token)` to this saga at that time."""

    at: datetime
    token: str


class CancelTimer(Enum):
    """A type of one value, so that mypy can tell it from None."""

    CANCEL_TIMER = "cancel"


CANCEL_TIMER: Final = CancelTimer.CANCEL_TIMER


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one message leads to; all of it belongs in one append.

    `events` are for `saga-<orderId>`, `commands` for the order. `timer` replaces the saga's only timer or, with
    `CANCEL_TIMER`, removes it; None leaves it as it is. `saga` is the state after the events; None leaves it too.
    """

    events: tuple[SagaEvent, ...] = ()
    commands: tuple[OrderCommand, ...] = ()
    timer: SetTimer | CancelTimer | None = None
    saga: Saga | None = None


NOTHING: Final = StepResult()


def step(saga: Saga, message: SagaMessage, *, at: datetime, policy: Policy = POLICY) -> StepResult:
    """Advance one order by one message.

    Args:
        saga: The fold of the saga's stream.
        message: Any event about the order, a passed deadline or an operator's resolution. One that is unexpected, late
            or repeated leads to nothing, unless it is the late success of a step that was given up.
        at: When the message is handled; deadlines and retries count from there.
        policy: Deadlines and attempts; its order of steps is used only to start.

    Raises:
        DefinitionUnknown: The saga is pinned to a version of the table that this release does not have.
    """
    table = _table_of(saga, policy)
    meaning = classify(saga, message, policy)
    row = table.get((saga.state, meaning)) if meaning else None
    if row is None:
        return NOTHING
    after, outputs = _run_actions(row, StepContext(saga, message, at, policy, reported_step(message)))
    return StepResult(
        events=tuple(output for output in outputs if isinstance(output, SagaFact)),
        commands=tuple(output for output in outputs if not isinstance(output, SagaFact)),
        timer=_timer(saga, after, at, policy),
        saga=after,
    )


def _table_of(saga: Saga, policy: Policy) -> Table:
    if saga.started is None:
        return transitions(policy.steps)
    version = saga.started.definition_version
    if version not in DEFINITIONS:
        known = ", ".join(map(str, DEFINITIONS))
        detail = f"the saga of order {saga.started.order_id} runs by definition {version}; this release has {known}"
        raise DefinitionUnknown(detail, order_id=saga.started.order_id, definition_version=version)
    return DEFINITIONS[version](saga.started.steps)


def _run_actions(row: Row, context: StepContext) -> tuple[Saga, list[SagaOutput]]:
    outputs: list[SagaOutput] = []
    for action in row.actions:
        new = action(context)
        context = replace(context, saga=fold((event for event in new if isinstance(event, SagaFact)), context.saga))
        outputs += new
    return context.saga, outputs


def _timer(before: Saga, after: Saga, at: datetime, policy: Policy) -> SetTimer | CancelTimer | None:
    old, new = before.timed, after.timed
    if new is None:
        return CANCEL_TIMER if old else None
    if old and old.token == new.token:
        return None
    return SetTimer(new.retry_at or at + policy.timeout(new.step, new.direction), new.token)
