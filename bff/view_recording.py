"""Records counted views in the background: what cannot be recorded is kept for a while, and no page waits."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client import Counter as Metric

from bff.product_views import ViewCounter
from edge.context import fresh_id
from schemas.error_codes import code_of
from schemas.errors import AIOutletError
from schemas.product import CountViews

EVERY = 10.0
"""Seconds between two looks for minutes that are over."""
MAX_BATCH = 200
"""Products and minutes that are recorded together."""
MAX_BATCHES = 500
"""Batches that are kept while nothing can be recorded; then the oldest is dropped."""
LAST_WORDS = 2.0
"""Seconds that recording the rest may take at shutdown."""

log = structlog.get_logger(__name__)


class Batch(NamedTuple):
    """What is recorded together; by its id a repeat is known."""

    id: str
    views: Sequence[CountViews]

    @property
    def total(self) -> int:
        return sum(each.n for each in self.views)


Record = Callable[[Batch], Awaitable[None]]
"""Records a batch; a repeat changes nothing."""


class ViewRecording:
    """Drains a counter from time to time, and at the end of the process."""

    def __init__(self, counter: ViewCounter, record: Record, *, registry: CollectorRegistry) -> None:
        """`record` raises an `AIOutletError` when it cannot; the same batch is then tried again later."""
        self._counter = counter
        self._record = record
        self._batches: deque[Batch] = deque()
        self._lost = Metric(
            "aioutlet_product_views_lost",
            "Views of products that are in no event, because they could not be recorded in time",
            registry=registry,
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
        views = self._counter.drain(everything=everything)
        self._batches.extend(
            Batch(fresh_id(), views[start : start + MAX_BATCH]) for start in range(0, len(views), MAX_BATCH)
        )
        self._drop(len(self._batches) - MAX_BATCHES)
        self._lost.inc(self._counter.take_dropped())
        while self._batches:
            try:
                await self._record(self._batches[0])
            except AIOutletError as error:
                log.warning("views not recorded", cause=code_of(error), batches=len(self._batches))
                return
            self._batches.popleft()

    async def _flush_rest(self) -> None:
        try:
            async with asyncio.timeout(LAST_WORDS):
                await self.flush(everything=True)
        except TimeoutError:
            log.warning("views not recorded", cause="no answer", batches=len(self._batches))
        self._drop(len(self._batches))

    def _drop(self, batches: int) -> None:
        for _ in range(batches):
            self._lost.inc(self._batches.popleft().total)
