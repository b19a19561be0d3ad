"""B21: what a long history costs: memory and latency of appends, and the stream of a warehouse."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bench.cases.append import EMPTY_OURS
from bench.databases import database, emptied
from bench.orders import prepare
from bench.sampling import Course, Result, Sample, Side
from bench.servers import running
from bench.workers import module, working
from event_store.postgres.schema import migrate
from tests.services.postgres import PostgreSQL

EVENTS = 1_000_000
STOCK_SHARE = 10
"""For each reservation of the warehouse, so many events of the other figure."""
RUNS = 3
"""A run appends all of them, whatever time it is given: nine would take an hour."""


async def growing(course: Course) -> Sequence[Result]:
    """Each run begins with an empty store and a new process."""
    server = (await course.ends.enter_async_context(running(PostgreSQL))).url
    course, events = replace(course, pairs=min(course.pairs, RUNS)), course.events or EVENTS
    given = course.scratch / "orders"
    if not given.exists():
        await asyncio.to_thread(prepare, given)
    appends = await _side(course, server, "growing_appends", str(given), str(events))
    found = await course.limits({"B21": "memory", "B21-append": "append"}, appends, events=events)
    reservations = events // STOCK_SHARE
    stock = await _side(course, server, "growing_stock", str(reservations))
    return [*found, await course.limit("B21-stock", stock, "reservation", reservations=reservations)]


async def _side(course: Course, server: str, name: str, *arguments: str) -> Side:
    url = await course.ends.enter_async_context(database(server))
    await asyncio.to_thread(migrate, url)
    command = module(f"bench.sides.{name}", url, *arguments)

    async def run(seconds: float) -> Sample:
        async with working(command, complaints=course.scratch / name) as side:
            return await side(seconds)

    return emptied(run, url, *EMPTY_OURS, "TRUNCATE snapshots, checkpoints, timers, answers")
