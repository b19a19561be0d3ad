"""Hands due timers to the processors that set them.

Timers are rows, written in the append of the events that need them. Any process may fire them, and twice is harmless:
the second append conflicts on the expected version, or decides nothing because the timer's wait is over.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from event_store.records import Timer
from event_store.store import EventStore
from schemas.errors import Unavailable
from streams.processor import Processor
from subscriptions.retry import RetryPolicy

POLL_EVERY = 0.25
"""Seconds between two reads of the due timers."""

log = structlog.get_logger(__name__)


class Deadlines:
    """Polls for due timers; each goes to the processor of its `timer_kind`."""

    def __init__(self, store: EventStore, processors: Sequence[Processor], *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._processors = {processor.timer_kind: processor for processor in processors if processor.timer_kind}

    async def run(self) -> None:
        """Poll until cancelled; while the database does not answer, retry."""
        retry = RetryPolicy("deadlines", (Unavailable,))
        while True:
            await retry.run(self.fire_due)
            await asyncio.sleep(POLL_EVERY)

    async def fire_due(self) -> int:
        """Fire all timers due now and return how many there were."""
        by_kind = _group_by_kind(await self._store.due(self._clock()))
        for kind, timers in by_kind.items():
            if processor := self._processors.get(kind):
                await processor.fire(timers)
            else:
                log.error("a timer nobody owns", kind=kind, timers=len(timers))
        return sum(map(len, by_kind.values()))


def _group_by_kind(timers: Sequence[Timer]) -> Mapping[str, list[Timer]]:
    kinds: dict[str, list[Timer]] = defaultdict(list)
    for timer in timers:
        kinds[timer.kind].append(timer)
    return kinds
