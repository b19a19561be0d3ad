"""The base of every agent: a batch of messages leads to one append, and a message that fails is parked."""

import logging
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import ClassVar, NamedTuple

import structlog

from concurrency.gather import gather_all
from event_store.reading import find_stored
from event_store.records import AppendRequest, Checkpoint, ParkedMessage, Timer
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork, retry_on_conflict
from schemas.codec import decode
from schemas.envelope import Envelope
from schemas.errors import Poison, Unavailable
from schemas.topics import TopicPartition
from streams.decisions import Decisions
from streams.metrics import Metrics
from streams.parked_messages import ParkedMessages, failed_message, failed_timer
from streams.sagas import Sagas, read_sagas
from streams.triggers import Failure, Trigger, row_of_unreadable, trigger_of_message, trigger_of_timer
from subscriptions.catch_up import UnreadableEvent

CONFLICTS_TO_LOG = 20
"""After so many conflicts in a row there is a line in the log."""
CHECKPOINT_EVERY = 1.0
"""Seconds between two checkpoints of a partition without messages for the processor."""
LOOK_FOR_PARKED_EVERY = 60.0
"""Seconds between two looks for what another worker has parked on the partitions of this one."""
RETRIED_AT_ONCE = 50
"""Orders whose parked messages are tried at the same time."""

log = structlog.get_logger(__name__)


class Processor(ABC):
    """A handler (see `subscriptions.catch_up.Handler`) whose effects are appends.

    Key: the order, or the warehouse for stock. Order: as published in the partition. Idempotent by message id and by
    the expected version of every stream it writes. The checkpoint is in the append of the results: after a crash
    before it the batch is repeated, and after a crash behind it a repeat decides nothing.

    A message that fails is parked in the append that moves the checkpoint past it, with all later ones of its order,
    and tried again with backoff. One that fails by a fault of ours is a dead letter after three tries, and its order
    waits for an operator. While the store does not answer, a stream of many orders cannot be read, or others append
    first, the processor waits: that is no order's fault.
    """

    consumer: ClassVar[str]
    topics: ClassVar[frozenset[str]]
    types: ClassVar[frozenset[str]]
    timer_kind: ClassVar[str | None] = None

    def __init__(self, store: EventStore, *, clock: Callable[[], datetime], metrics: Metrics) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._saved: dict[TopicPartition, _SavedCheckpoint] = {}
        self._parked = ParkedMessages(store, self.consumer)
        self._parked_loaded_at = -math.inf
        self._decisions = Decisions(store, self.consumer)
        count = self._parked.count
        metrics.track_parked(self.consumer, partial(count, is_dead=False), partial(count, is_dead=True))

    @abstractmethod
    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> Mapping[str, Exception]:
        """Decide on all of `triggers`, in order, into `unit`.

        Returns:
            The orders that must wait, with the reason; nothing is decided for them.
        """

    def select(self, triggers: Sequence[Trigger]) -> Sequence[Trigger]:
        """Return the triggers to react to, without those that later ones make pointless."""
        return triggers

    async def select_timers(self, timers: Sequence[Timer], sagas: Sagas) -> Sequence[Timer]:  # noqa: ARG002 - as above
        """Return the due timers to react to; a processor may postpone the others."""
        return timers

    def subject_of(self, envelope: Envelope) -> str:
        """Return what a message is about: one that fails is waited for by all later ones about the same."""
        return getattr(envelope.event, "order_id", envelope.stream)

    def on_queued(self, order_id: str) -> None:  # noqa: B027 - by default it waits until the first one is due
        """Take note that a message was parked behind others of its order."""

    def shared_streams(self, triggers: Sequence[Trigger]) -> Collection[str]:  # noqa: ARG002 - for those who override it
        """Return the streams to decide on that others of this process write too (`EventStore.exclusive`)."""
        return ()

    async def checkpoints(self) -> Mapping[TopicPartition, int]:
        """Return the last position finished, by partition; none where one is not a position of this log."""
        if dropped := await self._store.drop_foreign_checkpoints(self.consumer):
            log.error("checkpoints of another log dropped", consumer=self.consumer, checkpoints=dropped)
        await self._parked.load(self._clock())
        self._parked_loaded_at = time.monotonic()
        await self._decisions.start(self._parked.all())
        checkpoints = await self._store.checkpoints(self.consumer)
        self._saved = {partition: _SavedCheckpoint(position, -math.inf) for partition, position in checkpoints.items()}
        return checkpoints

    async def handle(
        self,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        position: int,
        unreadable: Sequence[UnreadableEvent] = (),
        *,
        event_id: str = "",  # noqa: ARG002 - its checkpoints are in the log's own database, and put back with it
    ) -> None:
        """Process these events and save the checkpoint `position`; messages that fail are parked."""
        if envelopes or unreadable:
            await self._handle_messages(partition, envelopes, unreadable, position)
            self._saved[partition] = _SavedCheckpoint(position, time.monotonic())
        else:
            await self.save_checkpoints({partition: position})

    async def save_checkpoints(self, positions: Mapping[TopicPartition, int]) -> None:
        """Save those of these positions that are not saved yet, at most one a second for a partition."""
        now = time.monotonic()
        unsaved = {
            partition: position for partition, position in positions.items() if self._is_due(partition, position)
        }
        if unsaved:
            checkpoints = tuple(Checkpoint(self.consumer, *each) for each in unsaved.items())
            await self._store.append(AppendRequest(checkpoints=checkpoints))
            self._saved |= {partition: _SavedCheckpoint(position, now) for partition, position in unsaved.items()}

    def _is_due(self, partition: TopicPartition, position: int) -> bool:
        saved = self._saved.get(partition, _SavedCheckpoint(0, -math.inf))
        return position > saved.position and time.monotonic() - saved.at >= CHECKPOINT_EVERY

    async def fire(self, timers: Sequence[Timer]) -> None:
        """React to due timers; those that fail are due again later, ever more so, until they are dead."""
        sagas = await read_sagas(self._store, {timer.subject for timer in timers})
        triggers: list[Trigger] = []
        failures: list[tuple[Timer, Exception]] = []
        for timer in await self._select_timers(timers, sagas, failures):
            try:
                triggers.append(trigger_of_timer(timer, sagas[timer.subject], self._clock()))
            except Poison as poison:
                failures.append((timer, poison))
        for trigger, error in await self._process(triggers):
            if trigger.timer:
                failures.append((trigger.timer, error))
        if failures:
            await self._record_failed(failures)

    async def _select_timers(
        self, timers: Sequence[Timer], sagas: Sagas, failures: list[tuple[Timer, Exception]]
    ) -> Sequence[Timer]:
        """Return the timers to react to; those that cannot even be judged are added to `failures`."""
        try:
            return await self.select_timers(timers, sagas)
        except Unavailable:
            raise
        except Exception as error:
            if len(timers) == 1:
                failures.append((timers[0], error))
                return ()
            half = len(timers) // 2
            parts = [await self._select_timers(part, sagas, failures) for part in (timers[:half], timers[half:])]
            return [timer for part in parts for timer in part]

    async def close(self) -> None:  # noqa: B027 - by default nothing runs
        """Let go of what runs in the background; nothing is handled afterwards."""

    async def retry_parked(self, partitions: Collection[TopicPartition]) -> int:
        """Try the parked messages of these partitions that are due; return how many orders there were."""
        self._parked.counted = frozenset(partitions)
        if time.monotonic() - self._parked_loaded_at >= LOOK_FOR_PARKED_EVERY:
            await self._parked.load_new(self._clock())
            self._parked_loaded_at = time.monotonic()
        await self._follow_decisions(partitions)
        due = self._parked.due(self._clock(), partitions)
        for start in range(0, len(due), RETRIED_AT_ONCE):
            await gather_all(map(self._retry, due[start : start + RETRIED_AT_ONCE]))
        return len(due)

    async def _follow_decisions(self, partitions: Collection[TopicPartition]) -> None:
        """Carry out what operators have decided about messages of these partitions since the last look."""
        firsts = self._parked.first_of_each(partitions) if self._decisions.is_due else []
        if not firsts:
            return
        changes = await self._decisions.about(firsts, self._clock())
        if changes.replayed or changes.discarded:
            await self._store.append(AppendRequest(parked=changes.replayed, unparked=changes.discarded))
            self._parked.add(changes.replayed)
            self._parked.remove(changes.discarded)
        self._decisions.version = changes.version

    async def _handle_messages(
        self,
        partition: TopicPartition,
        envelopes: Sequence[Envelope],
        unreadable: Sequence[UnreadableEvent],
        position: int,
    ) -> None:
        now = self._clock()
        rows = [
            self._failed_row(row_of_unreadable(each, self.consumer, partition, now), each.cause) for each in unreadable
        ]
        blocked = {row.subject for row in rows}
        triggers, queued = [], []
        for envelope in envelopes:
            trigger = trigger_of_message(envelope, self.subject_of(envelope), self.consumer, partition, now)
            if trigger.message and (trigger.order_id in self._parked or trigger.order_id in blocked):
                queued.append(trigger.message)
            else:
                triggers.append(trigger)
        await self._process(triggers, [*rows, *queued], (Checkpoint(self.consumer, partition, position),))
        for order_id in {row.subject for row in queued}:
            self.on_queued(order_id)

    async def _retry(self, queue: Sequence[ParkedMessage]) -> None:
        """Try the parked messages of one order, one after another, up to the first that fails again."""
        triggers = []
        for row in queue:
            try:
                triggers.append(await self._trigger_of_parked(row))
            except Poison as poison:
                if not triggers:
                    await self._record_parked([self._failed_row(row, poison)])
                break
        selected = self.select(triggers)
        if pointless := [each.message for each in triggers if each.message and each not in selected]:
            await self._store.append(AppendRequest(unparked=tuple(pointless)))
            self._parked.remove(pointless)
        for trigger in selected:
            await self._process([trigger])
            if trigger.message and trigger.message.position in self._parked.positions(trigger.order_id):
                break

    async def _process(
        self,
        triggers: Sequence[Trigger],
        rows: Sequence[ParkedMessage] = (),
        checkpoints: Sequence[Checkpoint] = (),
    ) -> Sequence[Failure]:
        """Append what the triggers lead to, with these parked messages and checkpoints; messages that fail are parked.

        Returns:
            The triggers that were not handled.
        """
        try:
            return await self._process_once(triggers, rows, checkpoints)
        except Unavailable:
            raise
        except Exception as error:
            failures = await self._isolate(triggers, error)
        failed = [self._failed_row(trigger.message, error) for trigger, error in failures if trigger.message]
        await self._record_parked([*rows, *failed], checkpoints)
        return failures

    async def _isolate(self, triggers: Sequence[Trigger], error: Exception) -> list[Failure]:
        """Halve the triggers until the failing orders are alone; all others are handled."""
        orders = list(dict.fromkeys(trigger.order_id for trigger in triggers))
        if len(orders) == 1:
            self._log_failure(triggers[0], error)
            return [Failure(trigger, error) for trigger in triggers]
        half, failures = set(orders[: len(orders) // 2]), []
        for is_first in (True, False):
            part = [trigger for trigger in triggers if (trigger.order_id in half) is is_first]
            try:
                failures += [each for each in await self._process_once(part) if each.trigger.timer]
            except Unavailable:
                raise
            except Exception as cause:
                failures += await self._isolate(part, cause)
        return failures

    async def _process_once(
        self,
        triggers: Sequence[Trigger],
        rows: Sequence[ParkedMessage] = (),
        checkpoints: Sequence[Checkpoint] = (),
    ) -> Sequence[Failure]:
        selected = self.select(triggers)
        async with AsyncExitStack() as stack:
            if streams := self.shared_streams(selected):
                await stack.enter_async_context(self._store.exclusive(streams))
            for unit in retry_on_conflict(self._store):
                try:
                    waiting = await self.react(selected, unit) if selected else {}
                except Unavailable:
                    raise
                except Exception:
                    if unit.forget_cached():
                        continue  # a newer state may not refuse
                    raise
                if await unit.is_outdated():
                    continue
                failures = [Failure(each, waiting[each.order_id]) for each in selected if each.order_id in waiting]
                parked = [*rows, *(self._failed_row(each.message, error) for each, error in failures if each.message)]
                handled = [each for each in triggers if each.order_id not in waiting]
                done = [each.message for each in handled if each.message and each.is_parked]
                unit.park(parked)
                unit.unpark(done)
                try:
                    is_committed = await unit.commit(checkpoints=checkpoints)
                except Unavailable:
                    self._parked.add_unconfirmed(parked)
                    raise
                if not is_committed:
                    self._log_conflict(unit)
        self._parked.add(parked)
        self._parked.remove(done)
        self._log_handled(handled)
        return failures

    async def _record_parked(self, rows: Sequence[ParkedMessage], checkpoints: Sequence[Checkpoint] = ()) -> None:
        self._parked.add_unconfirmed(rows)
        await self._store.append(AppendRequest(parked=tuple(rows), checkpoints=tuple(checkpoints)))
        self._parked.add(rows)

    async def _record_failed(self, failures: Sequence[tuple[Timer, Exception]]) -> None:
        failed = [failed_timer(timer, error, self._clock()) for timer, error in failures]
        for each in failed:
            if each.dead_at:
                log.error("dead timer", consumer=self.consumer, orderId=each.timer.subject, cause=each.cause)
        await self._store.fail_timers(failed)

    def _failed_row(self, row: ParkedMessage, error: Exception) -> ParkedMessage:
        failed = failed_message(row, error, self._clock())
        failed = replace(failed, decided=max(failed.decided, self._decisions.version))
        self._metrics.parked.labels(consumer=self.consumer).inc(failed.attempts == 1 and row.attempts == 0)
        if failed.dead_at:
            log.error(
                "dead letter",
                consumer=self.consumer,
                orderId=failed.subject,
                position=failed.position,
                cause=failed.cause,
                attempts=failed.attempts,
            )
        return failed

    async def _trigger_of_parked(self, row: ParkedMessage) -> Trigger:
        stored = await find_stored(self._store, row.position)
        if stored is None:
            raise Poison(f"the log has no event at position {row.position}")
        trigger = trigger_of_message(decode(stored), row.subject, self.consumer, row.partition, self._clock())
        return replace(trigger, message=row, is_parked=True)

    def _log_failure(self, trigger: Trigger, error: Exception) -> None:
        log.error(
            "order parked" if trigger.message else "timer postponed",
            consumer=self.consumer,
            orderId=trigger.logged_order,
            correlationId=trigger.cause.correlation_id,
            causationId=trigger.cause.id,
            attempts=trigger.message.attempts if trigger.message else None,
            exc_info=error,
        )

    def _log_conflict(self, unit: UnitOfWork) -> None:
        self._metrics.races.labels(consumer=self.consumer).inc()
        if unit.attempt % CONFLICTS_TO_LOG == CONFLICTS_TO_LOG - 1:
            log.warning("others append first", consumer=self.consumer, streams=unit.conflicts, times=unit.attempt + 1)

    def _log_handled(self, triggers: Sequence[Trigger]) -> None:
        self._metrics.handled.labels(consumer=self.consumer).inc(len(triggers))
        if not log.is_enabled_for(logging.DEBUG):
            return
        for trigger in triggers:
            log.debug(
                "handled",
                consumer=self.consumer,
                type=trigger.event.wire_name if trigger.event else "timer",
                orderId=trigger.logged_order,
                correlationId=trigger.cause.correlation_id,
                causationId=trigger.cause.id,
            )


class _SavedCheckpoint(NamedTuple):
    position: int
    at: float
    """On the monotonic clock, in seconds."""
