"""Our store under so many callers of one process: `python -m bench.sides.append_ours URL ORDERS CALLERS EVENTS`."""

import asyncio
import time
from pathlib import Path

import psycopg

from bench.orders import envelopes, orders
from bench.sampling import Sample, WorkNotDone
from bench.workers import serve, start_worker
from event_store.postgres.store import postgres_store
from event_store.records import AppendRequest, AppendResult
from event_store.store import EventStore

CHECK = "SELECT count(*), coalesce(min(notification_id), 1), coalesce(max(notification_id), 0) FROM stored_events"


class Side:
    """Closed loop: who is answered asks again, until the time is up."""

    def __init__(self, store: EventStore, url: str, given: Path, callers: int, count: int) -> None:
        self._store = store
        self._url = url
        self._orders = orders(given, count)
        self._callers = callers

    async def work(self, seconds: float) -> Sample:
        """Append, and see that all of it is there: every position has its event, and none was given twice."""
        begun = time.perf_counter()
        stood = await asyncio.gather(*(self._call(begun + seconds) for _ in range(self._callers)))
        positions = [position for each in stood for at in each for position in range(at.first, at.last + 1)]
        await asyncio.to_thread(self._check, positions)
        return Sample(len(positions), time.perf_counter() - begun)

    async def _call(self, end: float) -> list[AppendResult]:
        stood = []
        while time.perf_counter() < end:
            stood.append(await self._store.append(AppendRequest(envelopes(next(self._orders)))))
        return stood

    def _check(self, positions: list[int]) -> None:
        with psycopg.connect(self._url) as connection:
            count, first, last = connection.execute(CHECK).fetchone() or ()
        if not (len(positions) == len(set(positions)) and max(positions, default=0) <= last == count and first == 1):
            raise WorkNotDone(f"{len(positions)} positions are not among {first} to {last} of {count} events")


async def main(url: str, given: str, callers: str, count: str) -> None:
    """Serve until nobody asks."""
    store = postgres_store(url)
    try:
        await serve(Side(store, url, Path(given), int(callers), int(count)).work)
    finally:
        await store.close()


if __name__ == "__main__":
    start_worker(main)
