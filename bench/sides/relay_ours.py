"""Our relay from the beginning of a log: `python -m bench.sides.relay_ours LOG BROKER`."""

import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import accumulate

import psycopg

from aioutlet import components as parts
from aioutlet.gc_tuning import tune_gc
from bench.looking import until
from bench.sampling import Sample, WorkNotDone
from bench.topics import Ends
from bench.whole_orders import PARTITIONS
from bench.workers import serve, start_worker
from concurrency.background import background
from edge.logging import configure
from event_store.store import EventStore
from schemas.topics import ROUTES
from streams.fetch_pacing import FetchPacing
from streams.publisher import KafkaPublisher
from streams.relay import WHOLE_LOG, Relay
from subscriptions.catch_up import RELAY


class Side:
    """Each run begins at position 0; what counts is what stands in the relay's own checkpoints."""

    def __init__(self, log: str, store: EventStore, publisher: KafkaPublisher, ends: Ends) -> None:
        self._log = log
        self._store = store
        self._publisher = publisher
        self._ends = ends
        self._messages = _messages_until(log)

    async def work(self, seconds: float) -> Sample:
        """Relay until the time is up or the log is, and see that the broker has all of it."""
        await asyncio.to_thread(_forget, self._log)
        before = await self._ends.found()
        begun = time.perf_counter()
        relaying = asyncio.create_task(Relay(self._store, self._publisher, partitions=PARTITIONS).run())
        done = await until(self._reached, lambda reached: reached == len(self._messages) - 1, seconds=seconds)
        await self._ends.grown(before, self._messages[done])
        took = time.perf_counter() - begun
        if relaying.done():
            raise WorkNotDone(f"the relay ended: {relaying.exception()!r}")
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying
        return Sample(done, took)

    async def _reached(self) -> int:
        return (await self._store.checkpoints(RELAY)).get(WHOLE_LOG, 0)


async def relayed(log: str, broker: str) -> None:
    """Copy a whole log to the broker."""
    async with parts.open_event_store(log) as store, parts.open_producer(broker) as producer:
        head = await store.head()
        async with background(Relay(store, KafkaPublisher(producer, FetchPacing()), partitions=PARTITIONS).run()):
            await until(partial(store.checkpoints, RELAY), lambda reached: reached.get(WHOLE_LOG) == head)


def _messages_until(log: str) -> Sequence[int]:
    """Up to each position, the messages its log makes."""
    with psycopg.connect(log) as connection:
        types = connection.execute("SELECT topic FROM stored_events ORDER BY notification_id").fetchall()
    return [0, *accumulate(len(ROUTES[name]) for (name,) in types)]


def _forget(log: str) -> None:
    with psycopg.connect(log) as connection:
        connection.execute("DELETE FROM checkpoints")


async def main(log: str, broker: str) -> None:
    """Serve until nobody asks."""
    configure("WARNING", stream=sys.stderr)
    async with (
        parts.open_event_store(log) as store,
        parts.open_producer(broker) as producer,
        Ends(broker, partitions=PARTITIONS) as ends,
    ):
        side = Side(log, store, KafkaPublisher(producer, FetchPacing()), ends)
        tune_gc()
        await serve(side.work)


if __name__ == "__main__":
    start_worker(main)
