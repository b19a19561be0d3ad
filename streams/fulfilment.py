"""The fulfilment processor: steps the sagas of a batch and moves their orders, all in one append."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from concurrency.gather import gather_all
from domain.fulfilment.decider import SAGA
from domain.fulfilment.inputs import EVENT_TYPES, DeadlinePassed, SagaMessage
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.step import CANCEL_TIMER, step
from domain.order import ORDER
from event_store.records import Timer
from event_store.repository import Repository
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork
from schemas.stream_names import order_stream, saga_stream
from schemas.topics import ORDERS
from streams.deadline_check import DeadlineCheck
from streams.metrics import Metrics
from streams.policy_in_force import PolicyInForce
from streams.processor import Processor
from streams.sagas import Sagas
from streams.triggers import Trigger


class Fulfilment(Processor):
    """Steps every saga of a batch, and moves its order."""

    consumer = "saga"
    topics = frozenset({ORDERS})
    types = EVENT_TYPES
    timer_kind = "saga"

    def __init__(
        self,
        store: EventStore,
        *,
        clock: Callable[[], datetime],
        metrics: Metrics,
        policy: Policy = POLICY,
        check: DeadlineCheck | None = None,
    ) -> None:
        """Start from the released `policy`; without a `check` every passed deadline counts, handled or not."""
        super().__init__(store, clock=clock, metrics=metrics)
        self._policies = PolicyInForce(store, policy)
        self._check = check
        self._sagas = Repository(store, SAGA)
        self._orders = Repository(store, ORDER)

    async def select_timers(self, timers: Sequence[Timer], sagas: Sagas) -> Sequence[Timer]:
        """Return the deadlines that count; the others are postponed."""
        return await self._check.passed(timers, sagas, self._clock()) if self._check else timers

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> Mapping[str, Exception]:
        """Step each saga; the order decides on the saga's commands."""
        sagas = unit.load(self._sagas, (saga_stream(trigger.order_id) for trigger in triggers))
        orders = unit.load(self._orders, (order_stream(trigger.order_id) for trigger in triggers))
        await gather_all((sagas, orders))
        policy = await self._policies.current()
        for trigger in triggers:
            self._step(trigger, unit, policy)
        return {}

    def _step(self, trigger: Trigger, unit: UnitOfWork, policy: Policy) -> None:
        stream = saga_stream(trigger.order_id)
        result = step(unit.state(stream), _message(trigger), at=trigger.cause.at, policy=policy)
        unit.record(stream, result.events, trigger.cause, state=result.saga)
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
