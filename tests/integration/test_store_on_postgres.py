"""What only a store on PostgreSQL can promise: many processes append, and none of them waits for another's client."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder

from event_store.postgres import connections, recording
from event_store.postgres.store import postgres_store
from event_store.records import AppendRequest, AppendResult, Checkpoint
from event_store.store import EventStore
from schemas.codec import Stored
from schemas.errors import Conflict, IdempotencyKeyTaken, Unavailable
from schemas.topics import ORDERS, TopicPartition
from tests.contract.event_store.requests import NOON, events, record, request, timer
from tests.databases import library_datastore
from tests.integration.store_writer import CALLERS, RARELY, SHARED
from tests.integration.writing import killed_after, started, told_by

HOLD_THE_TURN = "SELECT pg_advisory_xact_lock(7308324001)"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[EventStore]:
    store = postgres_store(url)
    try:
        yield store
    finally:
        await store.close()


async def followed(store: EventStore, until: asyncio.Event) -> list[Stored]:
    """Read on whenever the tail says so, as a relay does, and stop when the log has been quiet after `until`."""
    log: list[Stored] = []
    while not until.is_set() or len(log) < await store.head():
        await store.wait_past(len(log), timeout=0.1)
        log += await store.log(len(log), limit=200)
    return log


@pytest.mark.parametrize("acknowledgements", [1, 400])
async def test_what_was_acknowledged_survives_kill_nine(database: str, acknowledgements: int) -> None:
    """G1, at the store."""
    acknowledged = await killed_after(acknowledgements, database)
    async with opened(database) as store:
        log = await store.log(0, limit=10**6)
        assert acknowledged <= {(event.stream, event.version, event.position) for event in log}
        assert [event.position for event in log] == list(range(1, len(log) + 1))
        assert (await store.append(request("order-after"))).last > len(log)


async def test_four_processes_append_and_a_tail_misses_nothing(database: str) -> None:
    """G2: contiguous and in order from the first poll on, with streams of one's own and one that all fight for."""
    turns, ended = 32, asyncio.Event()
    async with opened(database) as store:
        following = asyncio.ensure_future(followed(store, ended))
        writers = [await started(database, f"{name}-", str(turns)) for name in "abcd"]
        told = set().union(*await asyncio.gather(*(told_by(writer) for writer in writers)))
        ended.set()
        log = await following
        shared = [event.version for event in log if event.stream == SHARED]
    assert [event.position for event in log] == list(range(1, len(log) + 1))
    assert {(event.stream, event.version, event.position) for event in log} == told
    assert len(log) == 4 * CALLERS * (turns + turns // RARELY)
    assert shared == list(range(1, 4 * CALLERS * (turns // RARELY) + 1))


async def test_no_event_of_eight_writers_of_the_library_is_missed(database: str) -> None:
    """Its functions take no lock: on its own table a tail misses events for ever."""
    ended = asyncio.Event()
    datastore = library_datastore(database, by_functions=True)
    recorder = PostgresApplicationRecorder(datastore)
    recorder.create_table()

    def write(name: int) -> None:
        for version in range(1, 51):
            recorder.insert_events([StoredEvent(f"foreign-{name}", version, "theirs", b"{}")])

    async with opened(database) as store:
        following = asyncio.ensure_future(followed(store, ended))
        with ThreadPoolExecutor(8) as threads:
            loop = asyncio.get_running_loop()
            await asyncio.gather(*(loop.run_in_executor(threads, write, name) for name in range(8)))
        ended.set()
        log = await following
    datastore.close()
    assert [event.position for event in log] == list(range(1, 8 * 50 + 1))


async def test_two_stores_on_one_database_see_each_other(database: str) -> None:
    async with opened(database) as one, opened(database) as other:
        await one.append(request("order-1"))
        with pytest.raises(Conflict):
            await other.append(request("order-1", by="late"))
        assert await other.append(request("order-1")) == AppendResult(1, 1)
        assert await other.append(request("order-1", 1)) == AppendResult(2, 2)
        assert [event.version for event in await one.stream("order-1")] == [1, 2]


async def test_without_conflicts_nothing_is_read_before_the_write(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One round trip, whether a stream is new or long, alone in its batch or not."""
    monkeypatch.setattr(recording, "_known_state", None)
    async with opened(database) as store:
        given = record(expires_at=NOON + timedelta(days=10_000))
        assert await store.append(
            request("order-1", n=2, idempotency=given, timers=(timer("t", NOON),))
        ) == AppendResult(1, 2)
        chain = [
            request("order-1", 2),
            request("order-2"),
            request("order-1", 3),
            AppendRequest(cancelled_timers=("t",)),
        ]
        results = await asyncio.gather(*(store.append(each) for each in chain))
        assert results == [AppendResult(3, 3), AppendResult(4, 4), AppendResult(5, 5), AppendResult(0, 0)]


async def test_recorded_events_keep_their_positions_in_a_batch_with_new_ones(database: str) -> None:
    """Checked against the database, as one of the batch was recorded by another process."""
    async with opened(database) as one, opened(database) as other:
        await one.append(request("order-1", n=2))
        requests = [request("order-2"), request("order-1", n=2), request("order-1", 1, by="late"), request("order-3")]
        results = await asyncio.gather(*(other.append(each) for each in requests), return_exceptions=True)
        assert [results[0], results[1], results[3]] == [AppendResult(3, 3), AppendResult(1, 2), AppendResult(4, 4)]
        assert isinstance(results[2], Conflict)


async def test_a_key_used_by_another_process_is_in_use(database: str) -> None:
    given = record(expires_at=NOON + timedelta(days=10_000))
    async with opened(database) as one, opened(database) as other:
        await one.append(request("order-1", idempotency=given))
        refused, fine = await asyncio.gather(
            other.append(request("order-2", idempotency=given)),
            other.append(request("order-3")),
            return_exceptions=True,
        )
        assert isinstance(refused, IdempotencyKeyTaken)
        assert fine == AppendResult(2, 2)
        assert await other.append(request("order-1", idempotency=given)) == AppendResult(1, 1)


async def test_an_expired_idempotency_record_is_deleted_by_a_later_append(database: str) -> None:
    async with opened(database) as store:
        await store.append(request("order-1", idempotency=record("old", expires_at=NOON - timedelta(days=10_000))))
        await store.append(request("order-2", idempotency=record("new", expires_at=NOON + timedelta(days=10_000))))
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT key FROM answers").fetchall() == [("new",)]


async def test_two_processes_that_write_the_same_timers_and_checkpoints_both_succeed(database: str) -> None:
    """Rows are locked in one order; where they are not, the loser of a deadlock tries again."""

    def rows(turn: int) -> AppendRequest:
        names = [f"t{(turn + n) % 6}" for n in range(6)]
        places = [Checkpoint("saga", TopicPartition(ORDERS, int(name[1:])), turn) for name in names]
        timers = tuple(timer(name, NOON) for name in names[:3])
        return AppendRequest(timers=timers, cancelled_timers=tuple(names[3:]), checkpoints=tuple(places))

    async with opened(database) as one, opened(database) as other:
        await asyncio.gather(*(store.append(rows(turn)) for turn in range(1, 101) for store in (one, other)))
        assert set((await one.checkpoints("saga")).values()) == {100}
        assert {due.id for due in await other.due(NOON, kind="saga")} == {due.id for due in rows(100).timers}


async def test_a_commit_without_a_notification_is_found(database: str) -> None:
    """A notification can be lost between two polls; nothing here depends on one."""
    async with opened(database) as store:
        waiting = asyncio.ensure_future(store.wait_past(0, timeout=60))
        with psycopg.connect(database) as connection:
            connection.execute("INSERT INTO stored_events VALUES ('order-1', 1, 'theirs', '{}')")
        async with asyncio.timeout(5):
            assert await waiting == 1


async def test_an_event_of_another_store_ends_a_wait(database: str) -> None:
    async with opened(database) as one, opened(database) as other:
        for position in range(5):
            waiting = asyncio.ensure_future(one.wait_past(position, timeout=60))
            await asyncio.sleep(0)
            await other.append(request("order-1", position))
            async with asyncio.timeout(5):
                assert await waiting == position + 1


async def test_a_lock_held_for_too_long_is_unavailable_and_reading_goes_on(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SESSION", "-c lock_timeout=50ms")
    async with opened(database) as store:
        with psycopg.connect(database) as holder:
            holder.execute(HOLD_THE_TURN)
            with pytest.raises(Unavailable):
                await store.append(request("order-1"))
            assert await store.head() == 0
        assert await store.append(request("order-1")) == AppendResult(1, 1)


@pytest.mark.parametrize("stream", ["order-\0", "order-" + "".join(chr(0x4E00 + n) for n in range(5_000))])
async def test_a_name_that_the_database_cannot_hold_fails_alone(database: str, stream: str) -> None:
    async with opened(database) as store:
        requests = [request("order-1"), request(stream), request("order-2")]
        first, failed, second = await asyncio.gather(*(store.append(each) for each in requests), return_exceptions=True)
        assert isinstance(failed, psycopg.Error)
        assert [first, second] == [AppendResult(1, 1), AppendResult(2, 2)]


async def test_events_of_other_applications_are_returned_unchanged(database: str) -> None:
    """The relay hands poison on untouched, and our own append beside it is no lost acknowledgement."""
    foreign = [b"", b"[]", b"\xff\x00\xfe", '{"id": "ä"}'.encode()]
    rows = [("order-1", version, "foreign", state) for version, state in enumerate(foreign, start=1)]
    async with opened(database) as store:
        with psycopg.connect(database) as connection:
            connection.cursor().executemany("INSERT INTO stored_events VALUES (%s, %s, %s, %s)", rows)
        assert await store.log(0) == [Stored(version, *row) for version, row in enumerate(rows, start=1)]
        for version in range(len(foreign)):
            with pytest.raises(Conflict):
                await store.append(request("order-1", version))


async def test_a_large_batch_is_one_batch(database: str) -> None:
    async with opened(database) as store:
        many = AppendRequest(events=tuple(event for n in range(5) for event in events(f"order-{n}", n=500)))
        assert await store.append(many) == AppendResult(1, 2_500)
        assert len(await store.log(0, limit=10_000)) == 2_500
