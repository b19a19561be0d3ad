"""B6 and B7: the log read as typed events, and one long stream folded, beside the library."""

import asyncio
from collections.abc import Sequence

from bench import whole_orders
from bench.databases import database
from bench.sampling import Course, Result, Side
from bench.servers import running
from bench.workers import module, working
from event_store.postgres.schema import migrate
from tests.services.postgres import PostgreSQL

EVENTS = 100_000
STREAM = 1_000
"""Events of the stream that is folded."""


async def reading_log(course: Course) -> Sequence[Result]:
    """B6: both read the log of whole orders, over and over."""
    server = await course.ends.enter_async_context(running(PostgreSQL))
    log = await course.ends.enter_async_context(database(server.url))
    await asyncio.to_thread(migrate, log)
    events = await whole_orders.fill(course, log, EVENTS)
    ours, raw = await _worker(course, "reading_ours", log), await _worker(course, "reading_raw", log)
    return [await course.compare("B6", ours, raw, events=events)]


async def folding_stream(course: Course) -> Sequence[Result]:
    """B7: each side has written its stream into a database of its own."""
    server = await course.ends.enter_async_context(running(PostgreSQL))
    ours, library = [await course.ends.enter_async_context(database(server.url)) for _ in range(2)]
    await asyncio.to_thread(migrate, ours)
    return [
        await course.compare(
            "B7",
            await _worker(course, "folding_ours", ours, str(STREAM)),
            await _worker(course, "folding_library", library, str(STREAM)),
            events=STREAM,
        )
    ]


async def _worker(course: Course, side: str, *arguments: str) -> Side:
    command = module(f"bench.sides.{side}", *arguments)
    return await course.ends.enter_async_context(working(command, complaints=course.scratch / f"{side}.log"))
