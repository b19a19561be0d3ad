"""The fulfilment processor: steps the sagas of a batch and moves their orders, all in one append."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from concurrency.gather import gather_all
from domain.decider import Decider
from domain.fulfilment.evolve import evolve
from domain.fulfilment.inputs import EVENT_TYPES, DeadlinePassed, SagaMessage
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import INITIAL, Saga
from domain.fulfilment.step import CANCEL_TIMER, step
from domain.order import ORDER
from event_store.records import Timer
from event_store.repository import Repository
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork
from schemas.stream_names import order_stream, saga_stream
from schemas.topics import ORDERS
from streams.metrics import Metrics
from streams.processor import Processor, Trigger


def _refuse_command(command: Any, saga: Saga) -> Sequence[Any]:
    """A saga has no commands: it is moved by `step`."""
    raise TypeError(f"{type(command).__name__} was sent to the saga of {saga.started}")


SAGA: Decider[Any, Saga, Any] = Decider(initial=INITIAL, decide=_refuse_command, evolve=evolve)


class Fulfilment(Processor):
    """Steps every saga of a batch, and moves its order."""

    consumer = "saga"
    topics = frozenset({ORDERS})
    types = EVENT_TYPES
    timer_kind = "saga"

    def __init__(
        self, store: EventStore, *, clock: Callable[[], datetime], metrics: Metrics, policy: Policy = POLICY
    ) -> None:
        super().__init__(store, clock=clock, metrics=metrics)
        self._policy = policy
        self._sagas = Repository(store, SAGA)
        self._orders = Repository(store, ORDER)

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> None:
        """Step each saga; the order decides on the saga's commands."""
        sagas = unit.load(self._sagas, (saga_stream(trigger.order_id) for trigger in triggers))
        orders = unit.load(self._orders, (order_stream(trigger.order_id) for trigger in triggers))
        await gather_all((sagas, orders))
        for trigger in triggers:
            self._step(trigger, unit)

    def _step(self, trigger: Trigger, unit: UnitOfWork) -> None:
        stream = saga_stream(trigger.order_id)
        result = step(unit.state(stream), _message(trigger), at=trigger.cause.at, policy=self._policy)
        unit.record(stream, result.events, trigger.cause)
        for command in result.commands:
            unit.decide(order_stream(trigger.order_id), command, trigger.cause)
        if result.timer is CANCEL_TIMER:
            unit.cancel_timer(stream)
        elif result.timer is not None:
            unit.set_timer(Timer(stream, "saga", trigger.order_id, result.timer.token, result.timer.at))


def _message(trigger: Trigger) -> SagaMessage:
    if trigger.timer is not None:
        return DeadlinePassed(trigger.order_id, trigger.timer.token)
    if trigger.event is None:
        raise TypeError("a trigger is an event or a timer")
    return trigger.event
