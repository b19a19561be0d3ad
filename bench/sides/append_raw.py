"""What the database can do: encoded events, four arrays a commit: `python -m bench.sides.append_raw URL ORDERS`.

One connection, no expected versions, positions from a sequence: it is right only while nobody else writes.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import orjson
import psycopg

from bench.orders import EVENTS, states
from bench.sampling import Sample, WorkNotDone
from bench.workers import serve
from edge.context import fresh_id
from event_store.postgres.arrays import int_array

A_COMMIT = 1_000
INSERT = b"""
    INSERT INTO raw_events (originator_id, originator_version, topic, state)
    SELECT * FROM unnest(%b::text[], %s::bigint[], %b::text[], %b::bytea[])"""
Row = tuple[str, int, str, bytes]


def _rows(given: Path) -> Iterator[Row]:
    """Events of new orders, each order's as our side appends them: two of its own, one of its number's."""
    orders = cycle([[(orjson.loads(state)["type"], state) for state in order] for order in states(given, EVENTS)])
    for (created, created_state), (moved, moved_state), (claimed, claimed_state) in orders:
        order_id = fresh_id()
        yield f"order-{order_id}", 1, created, created_state
        yield f"order-{order_id}", 2, moved, moved_state
        yield f"order_number-{order_id}", 1, claimed, claimed_state


async def main(url: str, given: str) -> None:
    """Serve until nobody asks."""
    rows = _rows(Path(given))
    with psycopg.connect(url, autocommit=True, prepare_threshold=0) as connection:

        def work(seconds: float) -> Sample:
            begun, done = time.perf_counter(), 0
            while time.perf_counter() < begun + seconds:
                streams, versions, types, texts = zip(*islice(rows, A_COMMIT), strict=True)
                parameters = (list(streams), int_array(versions), list(types), list(texts))
                connection.execute(INSERT, parameters)
                done += A_COMMIT
            found = connection.execute("SELECT count(*) FROM raw_events").fetchone()
            if found != (done,):
                raise WorkNotDone(f"of {done} events (found) is {found}")
            return Sample(done, time.perf_counter() - begun)

        await serve(lambda seconds: asyncio.to_thread(work, seconds))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
