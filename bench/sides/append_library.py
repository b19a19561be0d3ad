"""The library's own application under so many threads: `python -m bench.sides.append_library URL ORDERS THREADS`."""

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from bench.databases import library_settings
from bench.orders import states
from bench.sampling import Sample, WorkNotDone
from bench.workers import serve

TABLE = "orders_events"


class Order(Aggregate):
    """An aggregate as its documentation shows them; its one event carries what ours does."""

    def __init__(self, recorded: dict[str, Any]) -> None:
        self.recorded = recorded


class Orders(Application[UUID]):
    """With default settings."""

    name = "orders"


def application(url: str, threads: int) -> Orders:
    """The application in the database at `url`; every thread has a connection, which its default pool would not do."""
    return Orders(library_settings(url) | {"POSTGRES_POOL_SIZE": str(max(threads, 5))})


async def main(url: str, given: str, threads: str) -> None:
    """Serve until nobody asks."""
    app, pool = application(url, int(threads)), ThreadPoolExecutor(int(threads))
    recorded = cycle([orjson.loads(state) for (state,) in states(Path(given), 1)])

    def call(end: float) -> int:
        done = 0
        while time.perf_counter() < end:
            app.save(Order(next(recorded)))
            done += 1
        return done

    def work(seconds: float) -> Sample:
        begun = time.perf_counter()
        done = sum(pool.map(call, [begun + seconds] * int(threads)))
        with psycopg.connect(url) as connection:
            found = connection.execute(f"SELECT count(*) FROM {TABLE}".encode()).fetchone()  # noqa: S608 - a constant
        if found != (done,):
            raise WorkNotDone(f"of {done} events (found) is {found}")
        return Sample(done, time.perf_counter() - begun)

    with pool:
        await serve(lambda seconds: asyncio.to_thread(work, seconds))
    app.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
