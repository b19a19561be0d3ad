"""B8: the relay from PostgreSQL to Apache Kafka, beside a producer that has the same messages at hand."""

import asyncio
from collections.abc import Sequence

from bench import whole_orders
from bench.databases import database
from bench.sampling import Course, Result
from bench.servers import running
from bench.topics import emptied
from bench.whole_orders import PARTITIONS
from bench.workers import module, working
from event_store.postgres.schema import migrate
from tests.services.kafka import Kafka
from tests.services.postgres import PostgreSQL

EVENTS = 300_000
MANNERS = ("send", "batches ahead")
"""The peer's: as the client's documentation has it, and with batches filled by hand, as we do ourselves."""


async def relay(course: Course) -> Sequence[Result]:
    """Both copy the log of whole orders from its beginning; what a peer that fills batches itself does is noted."""
    server = await course.ends.enter_async_context(running(PostgreSQL))
    broker = (await course.ends.enter_async_context(running(Kafka))).url
    log = await course.ends.enter_async_context(database(server.url))
    await asyncio.to_thread(migrate, log)
    events = await whole_orders.fill(course, log, EVENTS)
    emptied(broker, partitions=PARTITIONS)
    workers = {
        name: await course.ends.enter_async_context(
            working(module(f"bench.sides.{side}", log, broker, *manner), complaints=course.scratch / f"B8 {name}")
        )
        for name, side, manner in (
            ("ours", "relay_ours", ()),
            *((manner, "relay_peer", (manner,)) for manner in MANNERS),
        )
    }
    by_hand = await course.tried(workers["batches ahead"])
    return [await course.compare("B8", workers["ours"], workers["send"], events=events, batches_by_hand=round(by_hand))]
