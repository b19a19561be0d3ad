"""The saga's agent: every order's facts in, its saga's turns and its status out, in one append."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from domain.decider import Decider
from domain.fulfilment import CLEAR, INITIAL, POLICY, WANTED, DeadlinePassed, Policy, Saga, SagaMessage, evolve, step
from domain.order import ORDER
from event_store.records import Timer
from event_store.repository import Repository
from event_store.store import EventStore
from schemas.streams import order_stream, saga_stream
from schemas.topics import ORDERS
from streams.draft import Draft
from streams.figures import Figures
from streams.processor import Processor, Task


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
        self, store: EventStore, *, clock: Callable[[], datetime], figures: Figures, policy: Policy = POLICY
    ) -> None:
        super().__init__(store, clock=clock, figures=figures)
        self._policy = policy
        self._sagas = Repository(store, SAGA)
        self._orders = Repository(store, ORDER)

    async def react(self, tasks: Sequence[Task], draft: Draft) -> None:
        """Step each saga; what it orders is decided by the order itself."""
        await asyncio.gather(
            draft.load(self._sagas, (saga_stream(task.order_id) for task in tasks)),
            draft.load(self._orders, (order_stream(task.order_id) for task in tasks)),
        )
        for task in tasks:
            self._step(task, draft)

    def _step(self, task: Task, draft: Draft) -> None:
        stream = saga_stream(task.order_id)
        reaction = step(draft.state(stream), _message(task), at=task.cause.at, policy=self._policy)
        draft.record(stream, reaction.events, task.cause)
        for command in reaction.orders:
            draft.decide(order_stream(task.order_id), command, task.cause)
        if reaction.timer is CLEAR:
            draft.forget(stream)
        elif reaction.timer is not None:
            draft.remind(Timer(stream, "saga", task.order_id, reaction.timer.token, reaction.timer.at))


def _message(task: Task) -> SagaMessage:
    if task.timer is not None:
        return DeadlinePassed(task.order_id, task.timer.token)
    if task.event is None:
        raise TypeError("a task is an event or a timer")
    return task.event
