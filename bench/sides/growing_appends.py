"""Appends that go on and on: `python -m bench.sides.growing_appends URL ORDERS EVENTS`."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from aioutlet.gc_tuning import tune_gc
from bench.orders import envelopes, orders
from bench.sampling import Sample, WorkNotDone
from bench.workers import serve, start_worker
from event_store.postgres.store import postgres_store
from event_store.records import AppendRequest
from event_store.store import EventStore
from schemas.message import Event

CALLERS = 64
ALONE = 500
"""Appends of one caller, whose latencies are told."""
PAGE = os.sysconf("SC_PAGESIZE")


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


async def grow(store: EventStore, given: Iterator[Sequence[Event]], until: int) -> None:
    """Append events, one an append, until the log has so many."""
    head = await store.head()

    async def call() -> None:
        nonlocal head
        while head < until:
            head += 1
            await store.append(AppendRequest(envelopes(next(given))))

    await asyncio.gather(*(call() for _ in range(CALLERS)))


async def alone(store: EventStore, given: Iterator[Sequence[Event]]) -> float:
    """Return the median of the seconds that an append takes while nobody else appends."""
    took = []
    for _ in range(ALONE):
        begun = time.perf_counter()
        await store.append(AppendRequest(envelopes(next(given))))
        took.append(time.perf_counter() - begun)
    return median(took)


async def main(url: str, orders_file: str, events: str) -> None:
    """Serve until nobody asks."""
    tune_gc()
    count, given = int(events), orders(Path(orders_file), 1)
    store = postgres_store(url)

    async def work(_seconds: float) -> Sample:
        begun = time.perf_counter()
        await grow(store, given, count // 10)
        early, held_early = await alone(store, given), resident()
        await grow(store, given, count)
        late, held_late = await alone(store, given), resident()
        if (head := await store.head()) < count:
            raise WorkNotDone(f"of {count} events {head} are in the log")
        extra = {
            "memory": held_late / held_early,
            "append": late / early,
            "memory MB": held_late / 1e6,
            "append ms": late * 1_000,
        }
        return Sample(head, time.perf_counter() - begun, extra)

    await serve(work)
    await store.close()


if __name__ == "__main__":
    start_worker(main)
