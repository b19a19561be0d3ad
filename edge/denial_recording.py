"""Records counted denials in the background: what cannot be recorded is kept for a while, and no request waits."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog
from prometheus_client import CollectorRegistry, Counter

from edge.denials import MAX_KEYS, Denial, DenialCounter
from schemas.error_codes import code_of
from schemas.errors import AIOutletError

EVERY = 10.0
"""Seconds between two looks for minutes that are over."""
MAX_BATCH = MAX_KEYS
"""Denials that are recorded together."""
MAX_BATCHES = 30
"""Batches that are kept while nothing can be recorded; then the oldest is dropped."""
LAST_WORDS = 2.0
"""Seconds that recording the rest may take at shutdown."""

Record = Callable[[Sequence[Denial]], Awaitable[None]]
"""Records denials; a repeat with the same ones changes nothing."""

log = structlog.get_logger(__name__)


class DenialRecording:
    """Drains a counter from time to time, and at the end of the process."""

    def __init__(self, counter: DenialCounter, record: Record, *, registry: CollectorRegistry | None = None) -> None:
        """`record` raises an `AIOutletError` when it cannot; the same batch is then tried again later."""
        self._counter = counter
        self._record = record
        self._batches: deque[tuple[Denial, ...]] = deque()
        self._lost = Counter(
            "aioutlet_denials_lost",
            "Refused requests that are in no event, because they could not be recorded in time",
            registry=registry or CollectorRegistry(),
        )

    async def run(self) -> None:
        """Record until cancelled, and then what is left."""
        try:
            while True:
                await asyncio.sleep(EVERY)
                await self.flush()
        finally:
            await self._flush_rest()

    async def flush(self, *, everything: bool = False) -> None:
        """Record the minutes that are over, or all, and what could not be recorded before."""
        drained = self._counter.drain(everything=everything)
        self._batches.extend(tuple(drained[at : at + MAX_BATCH]) for at in range(0, len(drained), MAX_BATCH))
        self._drop(len(self._batches) - MAX_BATCHES)
        self._lost.inc(self._counter.take_dropped())
        while self._batches:
            try:
                await self._record(self._batches[0])
            except AIOutletError as error:
                log.warning("denials not recorded", cause=code_of(error), batches=len(self._batches))
                return
            self._batches.popleft()

    async def _flush_rest(self) -> None:
        try:
            async with asyncio.timeout(LAST_WORDS):
                await self.flush(everything=True)
        except TimeoutError:
            log.warning("denials not recorded", cause="no answer", batches=len(self._batches))
        self._drop(len(self._batches))

    def _drop(self, batches: int) -> None:
        for _ in range(batches):
            self._lost.inc(sum(denial.count for denial in self._batches.popleft()))
