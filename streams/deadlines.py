"""Timers are rows written with the events that want them; whoever is up fires the due ones.

Firing twice is harmless: the second loses on the expected version, or finds that its turn has passed.
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
"""Seconds between two looks at the rows."""

log = structlog.get_logger(__name__)


class Deadlines:
    """Fires due timers at the processors that own their kind."""

    def __init__(self, store: EventStore, processors: Sequence[Processor], *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._owners = {processor.timer_kind: processor for processor in processors if processor.timer_kind}

    async def run(self) -> None:
        """Fire until cancelled."""
        retry = RetryPolicy("deadlines", (Unavailable,))
        while True:
            await retry.run(self.fire_due)
            await asyncio.sleep(POLL_EVERY)

    async def fire_due(self) -> int:
        """Fire everything due now; return how many timers that was."""
        by_kind = _by_kind(await self._store.due(self._clock()))
        for kind, timers in by_kind.items():
            if owner := self._owners.get(kind):
                await owner.fire(timers)
            else:
                log.error("a timer nobody owns", kind=kind, timers=len(timers))
        return sum(map(len, by_kind.values()))


def _by_kind(timers: Sequence[Timer]) -> Mapping[str, list[Timer]]:
    kinds: dict[str, list[Timer]] = defaultdict(list)
    for timer in timers:
        kinds[timer.kind].append(timer)
    return kinds
