"""B5: a log imported into an empty store, beside the bare COPY of the same rows into the same table."""

import asyncio
from collections.abc import Sequence

from bench import whole_orders
from bench.cases.append import EMPTY_OURS
from bench.databases import database, durability, emptied
from bench.sampling import Course, Result, Side
from bench.servers import running
from bench.workers import module, working
from event_store.postgres.schema import migrate
from tests.services.postgres import PostgreSQL

EVENTS = 300_000


async def importing(course: Course) -> Sequence[Result]:
    """Each side has the events in memory, the peer as the very bytes that COPY takes, and a database of its own."""
    server = (await course.ends.enter_async_context(running(PostgreSQL))).url
    log, *targets = [await course.ends.enter_async_context(database(server)) for _ in range(3)]
    for url in (log, *targets):
        await asyncio.to_thread(migrate, url)
    events = await whole_orders.fill(course, log, EVENTS)
    ours, raw = [await _side(course, name, log, target) for name, target in zip(("ours", "raw"), targets, strict=True)]
    return [await course.compare("B5", ours, raw, **await durability(server), events=events)]


async def _side(course: Course, name: str, log: str, target: str) -> Side:
    command = module("bench.sides.importing", name, log, target)
    side = await course.ends.enter_async_context(working(command, complaints=course.scratch / f"B5 {name}"))
    return emptied(side, target, *EMPTY_OURS)
