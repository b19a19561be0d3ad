"""B11: the writer of all read models, beside one update for every event and document it changes."""

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
MANNERS = ("500", "1000", "5000", "500 unordered", "5000 unordered")


async def projector(course: Course) -> Sequence[Result]:
    """Both write the documents of whole orders into fresh databases of the same server."""
    server = (await course.ends.enter_async_context(running(PostgreSQL))).url
    documents = (await course.ends.enter_async_context(running(JavaDocuments))).url
    log = await course.ends.enter_async_context(database(server))
    await asyncio.to_thread(migrate, log)
    await whole_orders.fill(course, log, EVENTS)
    ours, *peers = [
        await course.ends.enter_async_context(
            working(module(f"bench.sides.{side}", log, documents, *manner), complaints=course.scratch / f"B11 {name}")
        )
        for name, side, manner in (
            ("ours", "projector_ours", ()),
            *((manner, "projector_peer", tuple(manner.split())) for manner in MANNERS),
        )
    ]
    manner, peer = await course.best(dict(zip(MANNERS, peers, strict=True)))
    return [await course.compare("B11", ours, peer, server="mongo-java-server", batch=manner)]
