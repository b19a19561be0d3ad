"""Gauges of what no consumer counts by itself: timers that failed, and sagas that are stuck."""

import asyncio

from pymongo.errors import PyMongoError

from event_store.store import EventStore
from projectors.document_io import Database
from projectors.rebuild.pointers import current_view
from schemas.documents import SAGAS_VIEW, TALLIES, SagaState, label
from schemas.errors import Unavailable
from streams.metrics import Metrics
from subscriptions.retry import RetryPolicy

COUNT_EVERY = 5.0
"""Seconds."""


async def show_failed_timers(store: EventStore, metrics: Metrics) -> None:
    """Show how many timers of each kind are parked and dead, until cancelled."""
    retry = RetryPolicy("failed timers", (Unavailable,))
    while True:
        counts = await retry.run(store.parked_counts)
        metrics.show_timers([count for count in counts if count.what == "timer"])
        await asyncio.sleep(COUNT_EVERY)


async def show_stuck_sagas(database: Database, metrics: Metrics) -> None:
    """Show how many sagas are stuck, until cancelled."""
    retry = RetryPolicy("stuck sagas", (PyMongoError, OSError))

    async def count() -> int:
        name = (await current_view(database, SAGAS_VIEW)).name
        stuck = {"view": {"$eq": name}, "label": {"$eq": label(state=SagaState.STUCK.value)}}
        return sum([tally["count"] async for tally in database[TALLIES].find(stuck)])

    while True:
        metrics.stuck_sagas.set(await retry.run(count))
        await asyncio.sleep(COUNT_EVERY)
