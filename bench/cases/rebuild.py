"""B12: all read models built anew from a log, beside the reading of it and the inserting of what comes of it."""

import asyncio
from collections.abc import Sequence

from bench import whole_orders
from bench.databases import database
from bench.sampling import Course, Result
from bench.servers import running
from bench.workers import module, working
from event_store.postgres.schema import migrate
from tests.services.mongo import JavaDocuments
from tests.services.postgres import PostgreSQL

EVENTS = 180_000
"""A run is a whole rebuild: a million events would be an hour of pairs."""


async def rebuild(course: Course) -> Sequence[Result]:
    """Both fill fresh databases of the same server from the same log."""
    server = (await course.ends.enter_async_context(running(PostgreSQL))).url
    documents = (await course.ends.enter_async_context(running(JavaDocuments))).url
    log = await course.ends.enter_async_context(database(server))
    await asyncio.to_thread(migrate, log)
    events = await whole_orders.fill(course, log, EVENTS)
    ours, peer = [
        await course.ends.enter_async_context(
            working(module(f"bench.sides.rebuild_{side}", log, documents), complaints=course.scratch / f"B12 {side}")
        )
        for side in ("ours", "peer")
    ]
    return [await course.compare("B12", ours, peer, server="mongo-java-server", events=events)]
