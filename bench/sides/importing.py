"""One log written into another database: `python -m bench.sides.importing ours|raw LOG TARGET`."""

import asyncio
import time
from collections.abc import Callable, Sequence

import psycopg

from aioutlet import components as parts
from aioutlet.gc_tuning import tune_gc
from bench.sampling import Sample, WorkNotDone
from bench.sides.projector_ours import whole
from bench.workers import serve, start_worker
from event_store.postgres import queries
from event_store.postgres.importing import copy_stream, import_events
from schemas.codec import Stored

FOUND = "SELECT count(*), max(notification_id) FROM stored_events"


def ours(events: Sequence[Stored]) -> Callable[[str], object]:
    """As an operator would."""
    return lambda target: import_events(target, events)


def raw(events: Sequence[Stored]) -> Callable[[str], object]:
    """All of them in one transaction; nothing is checked, and nothing is left to encode."""
    encoded = copy_stream(events)

    def copy(target: str) -> None:
        with psycopg.connect(target) as connection, connection.cursor() as cursor, cursor.copy(queries.COPY) as stream:
            stream.write(encoded)

    return copy


async def main(side: str, log: str, target: str) -> None:
    """Serve until nobody asks."""
    async with parts.open_event_store(log) as store:
        events = await whole(store)
    write = {"ours": ours, "raw": raw}[side](events)
    tune_gc()

    def work(_seconds: float) -> Sample:
        begun = time.perf_counter()
        write(target)
        with psycopg.connect(target) as connection:
            found = connection.execute(FOUND).fetchone()
        if found != (len(events), len(events)):
            raise WorkNotDone(f"of {len(events)} events (found, last) are {found}")
        return Sample(len(events), time.perf_counter() - begun)

    await serve(lambda seconds: asyncio.to_thread(work, seconds))


if __name__ == "__main__":
    start_worker(main)
