"""B13 and B14: what the two doors cost beside the least that could answer there."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle
from time import perf_counter

import psycopg

from aioutlet import components
from aioutlet.identity_parts import open_parts
from aioutlet.migration import migrate
from bench.baskets import shelves
from bench.databases import HEAD, database, number
from bench.load import calling, closed, request, sending
from bench.sampling import Course, Result, Sample, Side, WorkNotDone
from bench.servers import running
from bench.shops import SECRET, bearer, fill, on_one_core, orders, passes, serving
from bench.stories import told
from schemas.documents import ORDERS_VIEW
from tests.services.mongo import JavaDocuments
from tests.services.postgres import PostgreSQL

BASKETS = 2_000
CONNECTIONS = 64
STORIES = 500
DATABASE = "bench_doors"
PLACED = "SELECT count(*) FROM stored_events WHERE topic = 'order.created' AND notification_id > %s"

server = partial(serving, begin=on_one_core)
"""Ours and its peer stand where each has the same core."""


async def placing(course: Course) -> Sequence[Result]:
    """B13: an order is priced, decided and durable before it is acknowledged; the peer only says it back."""
    shop = await asyncio.to_thread(shelves, BASKETS)
    enter = course.ends.enter_async_context
    postgres = await enter(running(PostgreSQL))
    url = await enter(database(postgres.url))
    await asyncio.to_thread(migrate, url)
    documents = await enter(running(JavaDocuments))
    settings = {"AIOUTLET_STORE": url, "AIOUTLET_DOCUMENTS": documents.url.replace("/?", f"/{DATABASE}?")}
    ours = await enter(server("aioutlet", "service", "command-api", scratch=course.scratch, settings=settings))
    peer = await enter(server("bench.sides.echo", scratch=course.scratch))
    await fill(ours, shop)
    requests = orders(shop.baskets)
    placed, echoed = durable(ours, requests, url), _answered(peer, requests, 201)
    lines = sum(len(basket.items) for basket in shop.baskets) / len(shop.baskets)
    notes = {"lines of a basket": round(lines, 1), "connections": CONNECTIONS}
    return [await course.compare("B13", placed, echoed, **notes)]


async def asking(course: Course) -> Sequence[Result]:
    """B14: whose order it is, and what is sealed in it, are looked at; the peer only finds and says it."""
    shop = await asyncio.to_thread(shelves, STORIES)
    enter = course.ends.enter_async_context
    documents, postgres = await enter(running(JavaDocuments)), await enter(running(PostgreSQL))
    log = await enter(database(postgres.url))
    await asyncio.to_thread(migrate, log)
    store = await enter(components.open_event_store(log))
    identity = await enter(open_parts(log, master_key=SECRET.encode(), token_secret=SECRET))
    owners = await enter(told(documents.url, DATABASE, shop, store, identity.sealer))
    settings = {"AIOUTLET_DOCUMENTS": documents.url.replace("/?", f"/{DATABASE}?"), "AIOUTLET_STORE": log}
    ours = await enter(server("aioutlet", "service", "query-api", scratch=course.scratch, settings=settings))
    found = "bench.sides.find_one", documents.url, DATABASE, ORDERS_VIEW.name
    peer = await enter(server(*found, scratch=course.scratch))
    given = passes()
    requests = cycle(
        [request("GET", f"/orders/{order}", bearer(given.customer(owner))) for order, owner in owners.items()]
    )
    sides = [_answered(each, requests, 200) for each in (ours, peer)]
    return [await course.compare("B14", *sides, connections=CONNECTIONS, orders=len(owners))]


def _answered(url: str, requests: Iterator[bytes], status: int) -> Side:
    async def run(seconds: float) -> Sample:
        async with calling(url, CONNECTIONS) as callers:
            return (await closed(callers, sending(requests, status), seconds)).sample()

    return run


def durable(url: str, requests: Iterator[bytes], log: str) -> Side:
    """Placing orders; counting them in the log is part of the time."""

    async def run(seconds: float) -> Sample:
        async with (
            calling(url, CONNECTIONS) as callers,
            await psycopg.AsyncConnection.connect(log, autocommit=True) as rows,
        ):
            head = await number(rows, HEAD)
            load = await closed(callers, sending(requests, 201), seconds)
            begun = perf_counter()
            placed = await number(rows, PLACED, head)
            load.seconds += perf_counter() - begun
        if placed != len(load.latencies):
            raise WorkNotDone(f"{len(load.latencies)} orders were acknowledged, {placed} are in the log")
        return load.sample()

    return run
