"""The saga's agent: every order's facts in, its saga's turns and its status out, in one append."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from concurrency.gather import gather_all
from domain.decider import Decider
from domain.fulfilment.context import DeadlinePassed, SagaMessage
from domain.fulfilment.inputs import WANTED
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import INITIAL, Saga, evolve
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


def _asks_nobody(command: Any, saga: Saga) -> Sequence[Any]:
    """A saga is moved by `step`; nobody commands it."""
    raise TypeError(f"{type(command).__name__} was sent to the saga of {saga.started}")


SAGA: Decider[Any, Saga, Any] = Decider(initial=INITIAL, decide=_asks_nobody, evolve=evolve)


class Fulfilment(Processor):
    """Moves every saga of a batch, and its order with it."""

    consumer = "saga"
    topics = frozenset({ORDERS})
    types = WANTED
    timer_kind = "saga"

    def __init__(
        self, store: EventStore, *, clock: Callable[[], datetime], metrics: Metrics, policy: Policy = POLICY
    ) -> None:
        super().__init__(store, clock=clock, metrics=metrics)
        self._policy = policy
        self._sagas = Repository(store, SAGA)
        self._orders = Repository(store, ORDER)

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> None:
        """Step each saga; what it orders is decided by the order itself."""
        sagas = unit.load(self._sagas, (saga_stream(trigger.order_id) for trigger in triggers))
        orders = unit.load(self._orders, (order_stream(trigger.order_id) for trigger in triggers))
        await gather_all((sagas, orders))
        for trigger in triggers:
            self._step(trigger, unit)

    def _step(self, trigger: Trigger, unit: UnitOfWork) -> None:
        stream = saga_stream(trigger.order_id)
        reaction = step(unit.state(stream), _message(trigger), at=trigger.cause.at, policy=self._policy)
        unit.record(stream, reaction.events, trigger.cause)
        for command in reaction.orders:
            unit.decide(order_stream(trigger.order_id), command, trigger.cause)
        if reaction.timer is CANCEL_TIMER:
            unit.cancel_timer(stream)
        elif reaction.timer is not None:
            unit.set_timer(Timer(stream, "saga", trigger.order_id, reaction.timer.token, reaction.timer.at))


def _message(trigger: Trigger) -> SagaMessage:
    if trigger.timer is not None:
        return DeadlinePassed(trigger.order_id, trigger.timer.token)
    if trigger.event is None:
        raise TypeError("a trigger is an event or a timer")
    return trigger.event
