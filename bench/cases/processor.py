"""B9: the saga behind Faust, deciding on whole orders and appending, beside an agent that does nothing."""

import asyncio
from collections.abc import Sequence

from bench import whole_orders
from bench.databases import database
from bench.sampling import Course, Result
from bench.servers import running
from bench.sides.relay_ours import relayed
from bench.topics import emptied
from bench.whole_orders import PARTITIONS, TOLD_AT_ONCE
from bench.workers import module, working
from event_store.postgres.importing import import_events
from event_store.postgres.schema import migrate
from tests.services.kafka import Kafka
from tests.services.postgres import PostgreSQL

TIMES = 40


async def processor(course: Course) -> Sequence[Result]:
    """Both take the orders' topic from its beginning, each time in a new group; the saga into a fresh store."""
    server = (await course.ends.enter_async_context(running(PostgreSQL))).url
    broker = (await course.ends.enter_async_context(running(Kafka))).url
    log, fresh = [await course.ends.enter_async_context(database(server)) for _ in range(2)]
    told = await whole_orders.told(course)
    for url in (log, fresh):
        await asyncio.to_thread(migrate, url)
    await asyncio.to_thread(import_events, log, whole_orders.again(told, TIMES))
    await asyncio.to_thread(import_events, fresh, whole_orders.placed(whole_orders.again(told, TIMES)))
    emptied(broker, partitions=PARTITIONS)
    await relayed(log, broker)
    ours, peer = [
        await course.ends.enter_async_context(
            working(module(f"bench.sides.{side}", broker, *more), complaints=course.scratch / side)
        )
        for side, more in (("processor_ours", (log, server, fresh)), ("processor_peer", ()))
    ]
    return [await course.compare("B9", ours, peer, processor="saga", orders=TIMES * TOLD_AT_ONCE)]
