"""The peer of a whole order: an `eventsourcing.system` application on PostgreSQL, under the runner it is given."""

import asyncio
import sys
from collections.abc import Iterator
from itertools import count, cycle
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

import eventsourcing.system
import psycopg
from eventsourcing.system import Runner

from bench.baskets import PIECES, Shelves, shelves
from bench.databases import library_settings
from bench.sampling import Sample, WorkNotDone
from bench.sides.library_shop import SYSTEM, Orders, Stock
from bench.whole import BASKETS, TIMEOUT, WINDOW
from bench.workers import serve

AT_HAND = {
    "AGGREGATE_CACHE_MAXSIZE": "10000",
    "AGGREGATE_CACHE_FASTFORWARD": "n",
    "DEEPCOPY_FROM_AGGREGATE_CACHE": "n",
}
"""Aggregates stay in memory, and nobody else writes them."""
GLANCE = 0.001
ADDRESS = "x" * 200
"""As long as a sealed one."""
COMPLETED = "SELECT count(*) FROM orders_events WHERE notification_id > %s AND topic LIKE '%%Order.Completed'"
HEAD = "SELECT coalesce(max(notification_id), 0) FROM orders_events"


def baskets(stock: Shelves) -> Iterator[tuple[str, list[tuple[str, int, int]], int]]:
    """Household, lines and total of one order after another."""
    prices = {product.product_id: product.price.amount for product in stock.products}
    found = []
    for basket in stock.baskets:
        lines = [(product, quantity, prices[product]) for product, quantity in basket.items]
        found.append((basket.household_id, lines, sum(quantity * price for _, quantity, price in lines)))
    return cycle(found)


def finish(runner: Runner[Any], source: Iterator[Any], log: psycopg.Connection[Any], seconds: float) -> Sample:
    """Place orders for so many seconds, never more than `WINDOW` of them on their way, and wait for the last."""
    orders, numbers, run = runner.get(Orders), count(), uuid4().hex
    (head,) = log.execute(HEAD).fetchone() or (0,)
    before, placed, begun = orders.completed, 0, perf_counter()
    while perf_counter() < begun + seconds:
        if placed - (orders.completed - before) < WINDOW:
            customer, items, total = next(source)
            orders.place(f"{run}-{next(numbers)}", customer, items, total, ADDRESS)
            placed += 1
        else:
            sleep(GLANCE)
    while orders.completed - before < placed and perf_counter() < begun + seconds + TIMEOUT:
        sleep(GLANCE)
    while (done := (log.execute(COMPLETED, (head,)).fetchone() or (0,))[0]) < placed:
        if perf_counter() > begun + seconds + TIMEOUT:
            raise WorkNotDone(f"{placed} orders were placed, {done} are complete")
    return Sample(done, perf_counter() - begun)


async def main(url: str, runner: str) -> None:
    """A worker of the bench."""
    stock = await asyncio.to_thread(shelves, BASKETS)
    source = baskets(stock)
    with (
        getattr(eventsourcing.system, runner)(SYSTEM, library_settings(url) | AT_HAND) as running,
        psycopg.connect(url, autocommit=True) as log,
    ):
        running.get(Stock).receive({product.product_id: PIECES for product in stock.products})

        async def work(seconds: float) -> Sample:
            return await asyncio.to_thread(finish, running, source, log, seconds)

        await serve(work)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
