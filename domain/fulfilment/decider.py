"""What people may ask of a saga; everything else moves it by `step`."""

from collections.abc import Sequence
from typing import Any, assert_never

from domain.decider import Decider
from domain.fulfilment.evolve import evolve
from domain.fulfilment.state import INITIAL, Saga, State
from schemas.errors import OrderNotReady, SagaNotStuck
from schemas.saga import CloseSaga, RequestResolution, SagaClosed, SagaCommand, SagaEvent, SagaResolutionRequested


def decide(command: SagaCommand, saga: Saga) -> Sequence[SagaEvent]:
    match command:
        case CloseSaga():
            return _close(command, saga)
        case RequestResolution():
            if saga.state is not State.STUCK:
                raise SagaNotStuck(f"the saga of order {command.order_id} is {saga.state}", state=saga.state)
            return [SagaResolutionRequested(**dict(command))]
    assert_never(command)


def _close(command: CloseSaga, saga: Saga) -> Sequence[SagaEvent]:
    """Only a completed saga has nothing left to do or to undo, so that the goods may leave."""
    if saga.state is State.SHIPPED:
        return []
    if saga.state is not State.COMPLETED:
        raise OrderNotReady(f"its fulfilment is {saga.state} and not {State.COMPLETED}", state=saga.state)
    return [SagaClosed(order_id=command.order_id)]


SAGA: Decider[SagaCommand, Saga, Any] = Decider(initial=INITIAL, decide=decide, evolve=evolve)
