"""A database that goes away is tried again, and a lost acknowledgement is found."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
import pytest

from event_store.postgres.schema import migrate
from event_store.postgres.store import postgres_store
from event_store.records import AppendRequest, AppendResult
from event_store.store import EventStore
from schemas.errors import Conflict, Unavailable
from tests.contract.event_store.requests import NOON, record, request, timer
from tests.integration.wire import Wire, wired
from tests.services.postgres import PostgreSQL
from tests.timers import next_due

FOR_EVER = NOON + timedelta(days=10_000)


@asynccontextmanager
async def behind_a_wire(database: str) -> AsyncIterator[tuple[EventStore, Wire]]:
    """A store that reaches its database through a wire, and has appended once: its statement is known there."""
    async with wired(database) as (wire, through):
        store = await asyncio.to_thread(postgres_store, through)
        await store.append(request("order-0"))
        yield store, wire
        await store.close()


async def test_a_commit_whose_acknowledgement_was_lost_is_acknowledged(database: str) -> None:
    async with behind_a_wire(database) as (store, wire):
        wire.lose_answers()
        rows = request("order-1", n=2, idempotency=record(expires_at=FOR_EVER), timers=(timer("t", NOON),))
        assert await store.append(rows) == AppendResult(2, 3)
        assert wire.lost == 1
        assert await store.head() == 3
        assert await next_due(store) == NOON


async def test_of_a_batch_whose_acknowledgement_was_lost_every_caller_gets_its_own_outcome(database: str) -> None:
    async with behind_a_wire(database) as (store, wire):
        wire.lose_answers()
        requests = [request("order-1"), request("order-0", by="late"), request("order-2"), request("order-1", 1)]
        results = await asyncio.gather(*(store.append(each) for each in requests), return_exceptions=True)
        assert isinstance(results.pop(1), Conflict)
        assert results == [AppendResult(n, n) for n in (2, 3, 4)]
        assert wire.lost == 1


async def test_what_may_have_been_recorded_is_unavailable_and_safe_to_repeat(database: str) -> None:
    async with behind_a_wire(database) as (store, wire):
        wire.is_down = True
        wire.lose_answers()
        with pytest.raises(Unavailable):
            await store.append(request("order-1"))
        wire.is_down = False
        assert await store.append(request("order-1")) == AppendResult(2, 2)
        assert await store.head() == 2


async def test_broken_connections_are_replaced(database: str) -> None:
    store = postgres_store(database)
    await store.append(request("order-1"))
    assert len(await asyncio.gather(*(store.log(0) for _ in range(9)))) == 9
    with psycopg.connect(database) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert await store.append(request("order-2")) == AppendResult(2, 2)
    assert await store.head() == 2
    await store.close()


async def test_a_server_that_is_killed_loses_nothing_and_is_used_again_when_it_is_back(
    own_part: Callable[[type[PostgreSQL]], PostgreSQL],
) -> None:
    """G1, at the server."""
    server = await asyncio.to_thread(own_part, PostgreSQL)
    migrate(server.url)
    store = postgres_store(server.url)
    acknowledged: set[tuple[str, int]] = set()
    enough = asyncio.Event()

    async def caller(stream: str) -> None:
        while True:
            try:
                result = await store.append(request(stream, len(await store.stream(stream))))
            except Unavailable:
                return
            acknowledged.add((stream, result.last))
            if len(acknowledged) == 100:
                enough.set()

    async with asyncio.TaskGroup() as callers:
        for name in range(16):
            callers.create_task(caller(f"order-{name}"))
        await enough.wait()
        await asyncio.to_thread(server.kill)
    with pytest.raises(Unavailable):
        await store.append(AppendRequest(timers=(timer("t", NOON),)))
    with pytest.raises(Unavailable):
        await store.head()
    await asyncio.to_thread(server.start)
    log = await store.log(0, limit=10**6)
    assert acknowledged <= {(event.stream, event.position) for event in log}
    assert [event.position for event in log] == list(range(1, len(log) + 1))
    assert await store.append(request("order-after")) == AppendResult(len(log) + 1, len(log) + 1)
    await store.close()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        postgres_store("postgresql://nobody@127.0.0.1:1/nothing")
