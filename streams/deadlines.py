"""Hands due timers to those who react to them.

Timers are rows, written in the append of the events that need them. Any process may fire them, and twice is harmless:
the second append conflicts on the expected version, or decides nothing because the timer's wait is over.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from concurrency.gather import gather_all
from event_store.records import Timer
from event_store.store import EventStore
from schemas.errors import Unavailable
from subscriptions.liveness import OBSERVE_EVERY
from subscriptions.retry import RetryPolicy

POLL_EVERY = 0.25
"""Seconds between two reads of the due timers."""


class TimerHandler(Protocol):
    """What due timers are handed to; a `streams.processor.Processor` is one."""

    @property
    def timer_kind(self) -> str | None:
        """The kind of its timers; None where it sets none."""

    async def fire(self, timers: Sequence[Timer]) -> None:
        """React to due timers."""


class TimerLoop:
    """Polls for the due timers of one kind; a `subscriptions.liveness.MonitoredConsumer`."""

    reason = "fired no timer"

    def __init__(self, store: EventStore, handler: TimerHandler, kind: str, *, clock: Callable[[], datetime]) -> None:
        self.name = f"{kind} timers"
        self.age = 0.0
        self._store = store
        self._handler = handler
        self._kind = kind
        self._clock = clock
        self._retry = RetryPolicy(self.name, (Unavailable,))
        self.rounds = self._observed = 0

    @property
    def is_waiting(self) -> bool:
        """As `MonitoredConsumer.is_waiting`."""
        return self._retry.is_waiting

    async def run(self) -> None:
        """Poll until cancelled; while the database does not answer, retry."""
        while True:
            await self._retry.run(self.fire_due)
            self.rounds += 1
            await asyncio.sleep(POLL_EVERY)

    async def fire_due(self) -> int:
        """Fire the timers due now and return how many there were."""
        timers = await self._store.due(self._clock(), kind=self._kind)
        if timers:
            await self._handler.fire(timers)
        return len(timers)

    def observe(self) -> None:
        """Count a second without a finished round, unless the database does not answer."""
        is_alive = self.rounds != self._observed or self._retry.is_waiting
        self.age = 0.0 if is_alive else self.age + OBSERVE_EVERY
        self._observed = self.rounds


class Deadlines:
    """A loop for each kind of timer, so that none waits for another's handler."""

    def __init__(self, store: EventStore, handlers: Sequence[TimerHandler], *, clock: Callable[[], datetime]) -> None:
        self.loops = tuple(
            TimerLoop(store, handler, handler.timer_kind, clock=clock) for handler in handlers if handler.timer_kind
        )

    async def run(self) -> None:
        """Poll until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for loop in self.loops:
                tasks.create_task(loop.run(), name=loop.name)
            tasks.create_task(self._observe())

    async def fire_due(self) -> int:
        """Fire all timers due now and return how many there were."""
        return sum(await gather_all(loop.fire_due() for loop in self.loops))

    async def _observe(self) -> None:
        while True:
            await asyncio.sleep(OBSERVE_EVERY)
            for loop in self.loops:
                loop.observe()
