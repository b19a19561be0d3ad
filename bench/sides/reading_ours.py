"""Our log as typed events, page by page: `python -m bench.sides.reading_ours LOG`."""

import time

from aioutlet.gc_tuning import tune_gc
from bench.sampling import Sample, WorkNotDone
from bench.workers import serve, start_worker
from event_store.postgres.store import postgres_store
from schemas.codec import decode

PAGE = 2_000


async def main(url: str) -> None:
    """Serve until nobody asks."""
    tune_gc()
    store = postgres_store(url)
    head = await store.head()

    async def work(seconds: float) -> Sample:
        begun, done, position = time.perf_counter(), 0, 0
        while time.perf_counter() < begun + seconds:
            events = [decode(row) for row in await store.log(position, limit=PAGE)]
            if [event.position for event in events] != list(range(position + 1, position + 1 + len(events))):
                raise WorkNotDone(f"after position {position} events are missing")
            done += len(events)
            position = events[-1].position % head
        return Sample(done, time.perf_counter() - begun)

    await serve(work)
    await store.close()


if __name__ == "__main__":
    start_worker(main)
