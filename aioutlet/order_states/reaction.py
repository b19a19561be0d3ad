"""What the saga does about one message, whatever else is under way."""

from dataclasses import dataclass

from aioutlet.order_states.normal_form import AT
from aioutlet.order_states.order import Disagreement
from domain.fulfilment.evolve import fold
from domain.fulfilment.inputs import DeadlinePassed, SagaMessage
from domain.fulfilment.policy import Policy
from domain.fulfilment.state import Saga
from domain.fulfilment.step import step
from schemas.order import OrderCommand
from schemas.saga import SagaRequest


@dataclass(frozen=True, eq=False)
class Reaction:
    """The saga afterwards, and what it asks for. `is_new` says that another deadline runs then."""

    name: str
    saga: Saga
    commands: tuple[OrderCommand, ...]
    requests: tuple[SagaRequest, ...]
    is_new: bool
    is_nothing: bool


def react(saga: Saga, message: SagaMessage, policy: Policy) -> Reaction:
    """Step the saga.

    Raises:
        Disagreement: The same message moves it twice.
    """
    result = step(saga, message, at=AT, policy=policy)
    after = fold(result.events, saga)
    if step(after, message, at=AT, policy=policy).events:
        raise Disagreement(f"a second {message} moves the saga on from {after}")
    return Reaction(
        name=_name_of(message, saga),
        saga=after,
        commands=result.commands,
        requests=tuple(event for event in result.events if isinstance(event, SagaRequest)),
        is_new=(after.timed and after.timed.token) != (saga.timed and saga.timed.token),
        is_nothing=not result.events,
    )


def _name_of(message: SagaMessage, saga: Saga) -> str:
    if not isinstance(message, DeadlinePassed):
        return f"the saga reads `{message.wire_name}`"
    pending = saga.pending
    if pending is None:
        raise ValueError("no timer runs")
    kind = f"{'undoing ' if pending.direction == 'undo' else ''}{pending.step}"
    return f"it is time to retry {kind}" if pending.retry_at else f"the deadline of {kind} passes"
