"""What only a store on a file can promise: it outlives its process, and shares its file."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from event_store.records import AppendRequest, AppendResult
from event_store.sqlite.store import sqlite_store
from event_store.store import EventStore
from schemas.codec import Stored
from schemas.errors import Conflict, Unavailable
from tests.contract.event_store.requests import events, request
from tests.integration.writing import killed_after


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[EventStore]:
    store = sqlite_store(path)
    try:
        yield store
    finally:
        await store.close()


@pytest.mark.parametrize("acknowledgements", [1, 40, 400])
async def test_what_was_acknowledged_survives_kill_nine(tmp_path: Path, acknowledgements: int) -> None:
    """G1, at the store."""
    path = tmp_path / "events.db"
    acknowledged = await killed_after(acknowledgements, str(path))
    async with opened(path) as store:
        log = await store.log(0, limit=10**6)
        places = {(event.stream, event.version, event.position) for event in log}
        assert acknowledged <= places
        assert [event.position for event in log] == list(range(1, len(log) + 1))
        assert await store.append(request("order-after")) == AppendResult(len(log) + 1, len(log) + 1)


async def test_a_store_opened_again_goes_on_where_it_ended(tmp_path: Path) -> None:
    async with opened(tmp_path / "events.db") as store:
        await store.append(request("order-1", n=2))
    async with opened(tmp_path / "events.db") as store:
        assert await store.append(request("order-1", 2)) == AppendResult(3, 3)


async def test_two_stores_on_one_file_see_each_other(tmp_path: Path) -> None:
    async with opened(tmp_path / "events.db") as one, opened(tmp_path / "events.db") as other:
        await one.append(request("order-1"))
        with pytest.raises(Conflict):
            await other.append(request("order-1", by="late"))
        assert await other.append(request("order-1", 1)) == AppendResult(2, 2)
        assert [event.version for event in await one.stream("order-1")] == [1, 2]


async def test_two_stores_that_append_to_one_file_leave_no_gap(tmp_path: Path) -> None:
    async with opened(tmp_path / "events.db") as one, opened(tmp_path / "events.db") as other:
        writes = [
            store.append(request(f"order-{name}-{n}", n=3))
            for n in range(100)
            for name, store in (("a", one), ("b", other))
        ]
        results = await asyncio.gather(*writes)
        assert sorted(result.first for result in results) == list(range(1, 600, 3))
        assert [event.position for event in await one.log(0, limit=1_000)] == list(range(1, 601))


async def test_an_event_of_another_store_ends_a_wait(tmp_path: Path) -> None:
    async with opened(tmp_path / "events.db") as one, opened(tmp_path / "events.db") as other:
        for position in range(5):
            waiting = asyncio.ensure_future(one.wait_past(position, timeout=60))
            await asyncio.sleep(0)
            await other.append(request("order-1", position))
            async with asyncio.timeout(5):
                assert await waiting == position + 1


async def test_a_full_disk_refuses_and_leaves_the_store_usable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("event_store.sqlite.recorder.PRAGMAS", ("journal_mode = WAL", "max_page_count = 40"))
    async with opened(tmp_path / "events.db") as store:
        await store.append(request("order-1"))
        refused = await asyncio.gather(
            *(store.append(request(f"order-big-{n}", n=400)) for n in range(3)), return_exceptions=True
        )
        assert [type(error) for error in refused] == [Unavailable] * 3
        assert await store.append(request("order-2")) == AppendResult(2, 2)
        assert len(await store.log(0)) == 2


async def test_a_locked_file_is_unavailable_until_it_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("event_store.sqlite.recorder.LOCK_TIMEOUT", 0.0)
    async with opened(tmp_path / "events.db") as store:
        with closing(sqlite3.connect(tmp_path / "events.db", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable):
                await store.append(request("order-1"))
            assert await store.head() == 0
        assert await store.append(request("order-1")) == AppendResult(1, 1)


@pytest.mark.parametrize("content", [b"no database" * 100, None])
def test_a_file_that_is_not_a_database_cannot_be_opened(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "missing-folder" / "events.db"
    if content:
        path = tmp_path / "events.db"
        path.write_bytes(content)
    with pytest.raises(Unavailable):
        sqlite_store(path)


async def test_events_of_other_applications_are_returned_unchanged(tmp_path: Path) -> None:
    """The relay hands poison on untouched, and our own append beside it is no lost acknowledgement."""
    async with opened(tmp_path / "events.db") as store:
        foreign = [b"", b"[]", b"\xff\x00\xfe", '{"id": "ä"}'.encode()]
        with closing(sqlite3.connect(tmp_path / "events.db")) as other:
            rows = [("order-1", version, "foreign", state) for version, state in enumerate(foreign, start=1)]
            other.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)
            other.commit()
        assert await store.log(0) == [
            Stored(position, "order-1", position, "foreign", state) for position, state in enumerate(foreign, start=1)
        ]
        for version in range(len(foreign)):
            with pytest.raises(Conflict):
                await store.append(request("order-1", version))


async def test_a_batch_larger_than_one_statement_is_still_one_batch(tmp_path: Path) -> None:
    async with opened(tmp_path / "events.db") as store:
        many = AppendRequest(events=tuple(event for n in range(5) for event in events(f"order-{n}", n=500)))
        assert await store.append(many) == AppendResult(1, 2_500)
        assert len(await store.log(0, limit=10_000)) == 2_500
