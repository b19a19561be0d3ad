"""B19: what sealing costs where it is done most, at the door of orders."""

import asyncio
from collections.abc import Sequence

from aioutlet.migration import migrate
from bench.baskets import shelves
from bench.cases.doors import BASKETS, CONNECTIONS, DATABASE, durable, server
from bench.databases import database
from bench.sampling import Course, Result, Side
from bench.servers import running
from bench.shops import fill, orders
from tests.services.mongo import JavaDocuments
from tests.services.postgres import PostgreSQL


async def placing_sealed(course: Course) -> Sequence[Result]:
    """B19: the same baskets on two logs of one server; the peer writes addresses and replies in the clear."""
    shop = await asyncio.to_thread(shelves, BASKETS)
    postgres = await course.ends.enter_async_context(running(PostgreSQL))
    documents = await course.ends.enter_async_context(running(JavaDocuments))

    async def side(*command: str) -> Side:
        url = await course.ends.enter_async_context(database(postgres.url))
        await asyncio.to_thread(migrate, url)
        settings = {"AIOUTLET_STORE": url, "AIOUTLET_DOCUMENTS": documents.url.replace("/?", f"/{DATABASE}?")}
        serving = server(*command, scratch=course.scratch, settings=settings)
        door = await course.ends.enter_async_context(serving)
        await fill(door, shop)
        return durable(door, orders(shop.baskets), url)

    sealed, unsealed = await side("aioutlet", "service", "command-api"), await side("bench.sides.unsealed")
    households = len({basket.household_id for basket in shop.baskets})
    return [await course.compare("B19", sealed, unsealed, connections=CONNECTIONS, customers=households)]
