"""What every agent is: messages of one place in, one append out, a failing order stepped over."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

import structlog

from event_store.records import Append, Checkpoint, Timer
from event_store.store import EventStore
from schemas.envelope import Cause, Envelope
from schemas.errors import Conflict, Poison, Unavailable
from schemas.ids import derived_id
from schemas.message import Event
from schemas.streams import saga_stream
from schemas.topics import Place
from streams.draft import Draft
from streams.figures import Figures

RACES = 20
"""Lost races in a row before a batch is looked at order by order."""
CHECKPOINT_EVERY = 1.0
"""Seconds between two checkpoints of a place where nothing is decided."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to react to: a message or a timer whose time has come.

    `order_id` says whose it is, `cause` what to write on everything recorded in answer.
    """

    order_id: str
    cause: Cause
    event: Event | None = None
    timer: Timer | None = field(default=None)


class Processor(ABC):
    """A handler (see `event_store.inbox.Handler`) whose effects are appends.

    Key: the order, or the warehouse for stock. Order: as published in the place. Idempotent by message id and by the
    expected version of every stream it writes. The checkpoint rides in the append of the results, so a crash before
    it repeats the batch and a crash after it decides nothing.
    """

    consumer: ClassVar[str]
    topics: ClassVar[frozenset[str]]
    types: ClassVar[frozenset[str]]
    timer_kind: ClassVar[str | None] = None

    def __init__(self, store: EventStore, *, clock: Callable[[], datetime], figures: Figures) -> None:
        self._store = store
        self._clock = clock
        self._figures = figures
        self._checkpointed: dict[Place, datetime] = {}

    @abstractmethod
    async def react(self, tasks: Sequence[Task], draft: Draft) -> None:
        """Decide on all of `tasks`, in order, into `draft`."""

    async def checkpoints(self) -> Mapping[Place, int]:
        """What is finished, durably."""
        return await self._store.checkpoints(self.consumer)

    async def handle(self, place: Place, envelopes: Sequence[Envelope], position: int) -> None:
        """Finish everything of `place` up to `position`; orders that cannot be finished are stepped over."""
        checkpoint = Checkpoint(self.consumer, place, position)
        if envelopes:
            tasks = [_task_of(envelope, self._clock()) for envelope in envelopes]
            await self._settle(tasks, (checkpoint,))
        elif not self._is_recent(place):
            await self._store.append(Append(checkpoints=(checkpoint,)))
        else:
            return
        self._checkpointed[place] = self._clock()

    async def fire(self, timers: Sequence[Timer]) -> None:
        """React to timers whose time has come."""
        tasks = []
        for timer in timers:
            try:
                tasks.append(await self._task_of_timer(timer))
            except Poison as poison:
                self._figures.poisoned(self.consumer)(poison)
        await self._settle(tasks, ())

    def _is_recent(self, place: Place) -> bool:
        last = self._checkpointed.get(place)
        return last is not None and (self._clock() - last).total_seconds() < CHECKPOINT_EVERY

    async def _settle(self, tasks: Sequence[Task], checkpoints: Sequence[Checkpoint]) -> None:
        """Append what the tasks lead to; where that fails, halve them until the failing order stands alone."""
        try:
            await self._attempt(tasks, checkpoints)
            return
        except Unavailable:
            raise
        except Exception as error:
            orders = list(dict.fromkeys(task.order_id for task in tasks))
            if len(orders) == 1:
                self._step_over(tasks, error)
        if len(orders) > 1:
            half = set(orders[: len(orders) // 2])
            await self._settle([task for task in tasks if task.order_id in half], ())
            await self._settle([task for task in tasks if task.order_id not in half], ())
        if checkpoints:
            await self._store.append(Append(checkpoints=tuple(checkpoints)))

    def _step_over(self, tasks: Sequence[Task], error: Exception) -> None:
        self._figures.stepped_over.labels(consumer=self.consumer).inc()
        log.error(
            "order stepped over",
            consumer=self.consumer,
            orderId=tasks[0].order_id,
            correlationId=tasks[0].cause.correlation_id,
            causationId=tasks[0].cause.id,
            exc_info=error,
        )

    async def _attempt(self, tasks: Sequence[Task], checkpoints: Sequence[Checkpoint]) -> None:
        for races_left in reversed(range(RACES)):
            draft = Draft(self._clock())
            try:
                await self.react(tasks, draft)
                await self._store.append(draft.unit(checkpoints))
            except Conflict:
                draft.drop()
                self._figures.races.labels(consumer=self.consumer).inc()
                if not races_left:
                    raise
            else:
                draft.keep()
                self._note(tasks)
                return

    def _note(self, tasks: Sequence[Task]) -> None:
        self._figures.handled.labels(consumer=self.consumer).inc(len(tasks))
        for task in tasks:
            log.debug(
                "handled",
                consumer=self.consumer,
                type=task.event.wire_name if task.event else "timer",
                orderId=task.order_id,
                correlationId=task.cause.correlation_id,
                causationId=task.cause.id,
            )

    async def _task_of_timer(self, timer: Timer) -> Task:
        """A timer acts for the order's saga: its last event says in which conversation."""
        past = await self._store.stream(saga_stream(timer.subject))
        if not past:
            raise Poison(f"timer {timer.id} of an order without a saga")
        last = past[-1]
        return Task(
            order_id=timer.subject,
            cause=Cause(
                id=derived_id(last.id, "timer", timer.id, timer.token),
                at=self._clock(),
                correlation_id=last.correlation_id,
                request_id=last.request_id,
                traceparent=last.traceparent,
            ),
            timer=timer,
        )


def _task_of(envelope: Envelope, at: datetime) -> Task:
    """The message as a task; its answer happens now, whenever the message was sent."""
    cause = Cause(
        id=envelope.id,
        at=at,
        correlation_id=envelope.correlation_id,
        request_id=envelope.request_id,
        traceparent=envelope.traceparent,
    )
    order_id = getattr(envelope.event, "order_id", envelope.stream)
    return Task(order_id=order_id, cause=cause, event=envelope.event)
