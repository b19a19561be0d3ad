"""B16: from the acknowledgement of an order to the moment its customer can see it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from time import perf_counter

import orjson

from bench.load import Caller, Operation, calling, constant, expect, request
from bench.sampling import Course, Result, Sample
from bench.shops import bearer, passes
from bench.whole import CONNECTIONS, Shop, complete, whole

HEAD_START = 4.0
"""Seconds in which it is found out what load can be sustained."""
SHARE = 0.5
STALE = 503


async def seeing(course: Course) -> Sequence[Result]:
    """At half of the orders that can be completed and shown in a second, arriving at a constant rate."""
    enter = course.ends.enter_async_context
    shop = await enter(whole(course.scratch))
    await complete(shop, 1.0)
    found, begun = await complete(shop, HEAD_START), perf_counter()
    async with _connected(shop) as (commands, place_and_see):
        await place_and_see(commands[0])
    rate = SHARE * len(found.latencies) / (found.seconds + perf_counter() - begun)

    async def ours(seconds: float) -> Sample:
        async with _connected(shop) as (commands, place_and_see):
            return (await constant(commands, place_and_see, seconds, rate)).sample()

    return [await course.limit("B16", ours, "p99 ms", rate=round(rate, 1))]


@asynccontextmanager
async def _connected(shop: Shop) -> AsyncIterator[tuple[list[Caller], Operation]]:
    """At both doors; what is done on a connection to the one is asked for on one to the other."""
    async with (
        calling(shop.command_api, CONNECTIONS) as commands,
        calling(shop.query_api, CONNECTIONS) as queries,
    ):
        yield commands, _operation(shop, dict(zip(commands, queries, strict=True)))


def _operation(shop: Shop, asked: Mapping[Caller, Caller]) -> Operation:
    """Place on one connection and ask on the other, until it is there; told since when it was acknowledged."""
    headers = bearer(passes().admin())

    async def place_and_see(caller: Caller) -> float:
        placed = orjson.loads(expect(await caller.ask(next(shop.requests)), 201).body)
        acknowledged = perf_counter()
        wanted = {**headers, "x-min-position": f"{placed['streamId']}@{placed['position']}"}
        question = request("GET", f"/orders/{placed['orderId']}", wanted)
        while (answer := await asked[caller].ask(question)).status == STALE:
            pass
        expect(answer, 200)
        return acknowledged

    return place_and_see
