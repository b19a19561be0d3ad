"""The shop on real parts: every service that an order goes through, products on the shelves, orders to be completed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg

from aioutlet.migration import migrate
from aioutlet.services import BFF, SERVICES
from bench.baskets import shelves
from bench.databases import HEAD, database, number
from bench.load import Caller, Load, calling, closed, expect
from bench.sampling import WorkNotDone
from bench.servers import own, running
from bench.shops import SECRET, fill, orders, serving
from streams.accounts import AccountSecrets
from streams.notification import Notifications
from streams.topic_admin import ensure_topics, topic_specs
from tests.services.kafka import Kafka
from tests.services.mongo import JavaDocuments
from tests.services.postgres import PostgreSQL

BASKETS = 2_000
CONNECTIONS = 16
WINDOW = 256
"""Orders on their way at once, at most."""
PARTITIONS = 12
DATABASE = "bench_whole"
GLANCE = 0.02
TIMEOUT = 60.0
SERVED = [name for name in SERVICES if name not in (BFF, AccountSecrets.consumer, Notifications.consumer)]
"""Nobody browses here, nobody has an account, and nobody gets a mail; nor has the peer any."""
COMPLETED = "SELECT count(*) FROM stored_events WHERE notification_id > %s AND topic = 'order.completed'"


@dataclass(frozen=True, slots=True)
class Shop:
    """Its doors and its log."""

    command_api: str
    query_api: str
    requests: Iterator[bytes]
    log: psycopg.AsyncConnection[tuple[Any, ...]]


@asynccontextmanager
async def whole(scratch: Path) -> AsyncIterator[Shop]:
    """A shop that has received a million of every product."""
    stock = await asyncio.to_thread(shelves, BASKETS)
    async with (
        running(PostgreSQL) as store,
        own(Kafka) as broker,
        own(JavaDocuments) as documents,
        AsyncExitStack() as ends,
    ):
        log = await ends.enter_async_context(database(store.url))
        await asyncio.to_thread(migrate, log)
        await asyncio.to_thread(ensure_topics, broker.url, topic_specs(partitions=PARTITIONS, replicas=1))
        settings = {
            "AIOUTLET_STORE": log,
            "AIOUTLET_BROKER": f"kafka://{broker.url}",
            "AIOUTLET_DOCUMENTS": documents.url.replace("/?", f"/{DATABASE}?"),
            "AIOUTLET_PARTITIONS": str(PARTITIONS),
            "AIOUTLET_DATA": str(scratch / "data"),
            "AIOUTLET_LOG_KEY": SECRET,
            "AIOUTLET_TREE": str(scratch / "tree"),
        }
        opening = (serving("aioutlet", "service", name, scratch=scratch, settings=settings) for name in SERVED)
        opened = await asyncio.gather(*map(ends.enter_async_context, opening))
        urls = dict(zip(SERVED, opened, strict=True))
        await fill(urls["command-api"], stock)
        connection = await psycopg.AsyncConnection.connect(log, autocommit=True)
        async with connection:
            yield Shop(urls["command-api"], urls["query-api"], orders(stock.baskets), connection)


async def complete(shop: Shop, seconds: float) -> Load:
    """Place orders for so many seconds, never more than `WINDOW` of them on their way, and wait for the last.

    Raises:
        WorkNotDone: Some were not completed.
    """
    head, placed, done = await number(shop.log, HEAD), 0, 0
    room = asyncio.Condition()

    async def place(caller: Caller) -> None:
        nonlocal placed
        async with room:
            await room.wait_for(lambda: placed - done < WINDOW)
        placed += 1
        expect(await caller.ask(next(shop.requests)), 201)

    async def watch() -> None:
        nonlocal done
        while True:
            done = await number(shop.log, COMPLETED, head)
            async with room:
                room.notify_all()
            await asyncio.sleep(GLANCE)

    async with calling(shop.command_api, CONNECTIONS) as callers, asyncio.TaskGroup() as tasks:
        begun = perf_counter()
        watching = tasks.create_task(watch())
        load = await closed(callers, place, seconds)
        async with asyncio.timeout(TIMEOUT), room:
            await room.wait_for(lambda: done >= placed)
        load.seconds = perf_counter() - begun
        watching.cancel()
    if done != len(load.latencies):
        raise WorkNotDone(f"{len(load.latencies)} orders were acknowledged, {done} are complete")
    return load
