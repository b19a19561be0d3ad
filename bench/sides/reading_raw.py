"""The stored bytes of the same log, as the library selects them: `python -m bench.sides.reading_raw LOG`."""

import asyncio
import sys
import time

from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from bench.sampling import Sample, WorkNotDone
from bench.sides.reading_ours import PAGE
from bench.workers import serve


def recorder_of(url: str) -> PostgresApplicationRecorder:
    """The library's recorder over our table."""
    at = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    datastore = PostgresDatastore(
        dbname=at["dbname"], host=at["host"], port=at["port"], user=at["user"], password="", originator_id_type="text"
    )
    return PostgresApplicationRecorder(datastore, events_table_name="stored_events")


async def main(url: str) -> None:
    """Serve until nobody asks."""
    recorder = recorder_of(url)
    head = recorder.max_notification_id() or 0

    def work(seconds: float) -> Sample:
        begun, done, position = time.perf_counter(), 0, 0
        while time.perf_counter() < begun + seconds:
            found = recorder.select_notifications(position + 1, PAGE)
            if [each.id for each in found] != list(range(position + 1, position + 1 + len(found))):
                raise WorkNotDone(f"after position {position} events are missing")
            done += len(found)
            position = int(found[-1].id) % head
        return Sample(done, time.perf_counter() - begun)

    await serve(lambda seconds: asyncio.to_thread(work, seconds))
    recorder.datastore.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
