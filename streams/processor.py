"""The base of every agent: a batch of messages leads to one append, and a failing order is stepped over."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

import structlog

from event_store.records import AppendRequest, Checkpoint, Timer
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork, retry_on_conflict
from schemas.envelope import Cause, Envelope
from schemas.errors import Poison, Unavailable
from schemas.ids import derived_id
from schemas.message import Event
from schemas.stream_names import saga_stream
from schemas.topics import TopicPartition
from streams.metrics import Metrics

MAX_ATTEMPTS = 20
"""Conflicts in a row before a batch is split."""
CHECKPOINT_EVERY = 1.0
"""Seconds between two checkpoints of a partition without messages for the processor."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A message or a due timer to react to; `cause` goes on everything recorded because of it."""

    order_id: str
    cause: Cause
    event: Event | None = None
    timer: Timer | None = field(default=None)


class Processor(ABC):
    """A handler (see `subscriptions.catch_up.Handler`) whose effects are appends.

    Key: the order, or the warehouse for stock. Order: as published in the partition. Idempotent by message id and by
    the expected version of every stream it writes. The checkpoint is in the append of the results: after a crash
    before it the batch is repeated, and after a crash behind it a repeat decides nothing.
    """

    consumer: ClassVar[str]
    topics: ClassVar[frozenset[str]]
    types: ClassVar[frozenset[str]]
    timer_kind: ClassVar[str | None] = None

    def __init__(self, store: EventStore, *, clock: Callable[[], datetime], metrics: Metrics) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._checkpointed: dict[TopicPartition, datetime] = {}

    @abstractmethod
    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> None:
        """Decide on all of `triggers`, in order, into `unit`."""

    async def checkpoints(self) -> Mapping[TopicPartition, int]:
        """Return the last position finished, by partition; none where one is not a position of this log."""
        if dropped := await self._store.drop_foreign_checkpoints(self.consumer):
            log.error("checkpoints of another log dropped", consumer=self.consumer, checkpoints=dropped)
        return await self._store.checkpoints(self.consumer)

    async def handle(
        self,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        position: int,
        *,
        event_id: str = "",  # noqa: ARG002 - its checkpoints are in the log's own database, and put back with it
    ) -> None:
        """Process these events and save the checkpoint `position`; orders that fail are stepped over."""
        checkpoint = Checkpoint(self.consumer, partition, position)
        if envelopes:
            triggers = [_trigger_of(envelope, self._clock()) for envelope in envelopes]
            await self._process(triggers, (checkpoint,))
        elif not self._has_recent_checkpoint(partition):
            await self._store.append(AppendRequest(checkpoints=(checkpoint,)))
        else:
            return
        self._checkpointed[partition] = self._clock()

    async def fire(self, timers: Sequence[Timer]) -> None:
        """React to due timers."""
        triggers = []
        for timer in timers:
            try:
                triggers.append(await self._trigger_of_timer(timer))
            except Poison as poison:
                self._metrics.poison_handler(self.consumer)(poison)
        await self._process(triggers, ())

    def _has_recent_checkpoint(self, partition: TopicPartition) -> bool:
        last = self._checkpointed.get(partition)
        return last is not None and (self._clock() - last).total_seconds() < CHECKPOINT_EVERY

    async def _process(self, triggers: Sequence[Trigger], checkpoints: Sequence[Checkpoint]) -> None:
        """Append what the triggers lead to; if that fails, halve them until the failing order is alone."""
        try:
            await self._process_once(triggers, checkpoints)
            return
        except Unavailable:
            raise
        except Exception as error:
            orders = list(dict.fromkeys(trigger.order_id for trigger in triggers))
            if len(orders) == 1:
                self._step_over(triggers, error)
        if len(orders) > 1:
            half = set(orders[: len(orders) // 2])
            await self._process([trigger for trigger in triggers if trigger.order_id in half], ())
            await self._process([trigger for trigger in triggers if trigger.order_id not in half], ())
        if checkpoints:
            await self._store.append(AppendRequest(checkpoints=tuple(checkpoints)))

    def _step_over(self, triggers: Sequence[Trigger], error: Exception) -> None:
        self._metrics.stepped_over.labels(consumer=self.consumer).inc()
        log.error(
            "order stepped over",
            consumer=self.consumer,
            orderId=triggers[0].order_id,
            correlationId=triggers[0].cause.correlation_id,
            causationId=triggers[0].cause.id,
            exc_info=error,
        )

    async def _process_once(self, triggers: Sequence[Trigger], checkpoints: Sequence[Checkpoint]) -> None:
        for unit in retry_on_conflict(self._store, attempts=MAX_ATTEMPTS):
            await self.react(triggers, unit)
            try:
                await unit.commit(checkpoints=checkpoints)
            finally:
                self._metrics.races.labels(consumer=self.consumer).inc(bool(unit.conflicts))
        self._log_handled(triggers)

    def _log_handled(self, triggers: Sequence[Trigger]) -> None:
        self._metrics.handled.labels(consumer=self.consumer).inc(len(triggers))
        for trigger in triggers:
            log.debug(
                "handled",
                consumer=self.consumer,
                type=trigger.event.wire_name if trigger.event else "timer",
                orderId=trigger.order_id,
                correlationId=trigger.cause.correlation_id,
                causationId=trigger.cause.id,
            )

    async def _trigger_of_timer(self, timer: Timer) -> Trigger:
        """Take the timer's correlation from the last event of the order's saga."""
        past = await self._store.stream(saga_stream(timer.subject))
        if not past:
            raise Poison(f"timer {timer.id} of an order without a saga")
        last = past[-1]
        cause = replace(last.as_cause(self._clock()), id=derived_id(last.id, "timer", timer.id, timer.token))
        return Trigger(order_id=timer.subject, cause=cause, timer=timer)


def _trigger_of(envelope: Envelope, at: datetime) -> Trigger:
    """The message as a trigger; its answer happens now, whenever the message was sent."""
    order_id = getattr(envelope.event, "order_id", envelope.stream)
    return Trigger(order_id=order_id, cause=envelope.as_cause(at), event=envelope.event)
