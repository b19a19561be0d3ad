"""Readiness says whether work can be done, and neither it nor a refusal says what a database said."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import psycopg
import pytest
import structlog.testing
from eventsourcing.persistence import OperationalError

from aioutlet.documents import probe_writes
from edge.health import Readiness
from event_store.backend import AppendOutcome, unavailable_on
from event_store.memory import MemoryBackend
from event_store.records import AppendRequest
from event_store.sqlite import recorder
from event_store.sqlite.store import sqlite_store
from event_store.threaded import ThreadedStore
from event_store.write_probe import probe_append
from projectors.document_io import Database
from schemas.errors import Unavailable
from tests.integration.doors.counter import ANN, LAMP, NOON, Counter, key, open_counter, problem

WORDS = 'database or disk is full: INSERT INTO stored_events VALUES ("12 High Street")'


class FullBackend(MemoryBackend):
    """Can be read, and cannot record while `fault` is set."""

    def __init__(self) -> None:
        super().__init__(lambda: NOON)
        self.fault: Exception | None = None

    def commit(self, requests: Sequence[AppendRequest]) -> list[AppendOutcome]:
        with unavailable_on((OperationalError, sqlite3.Error, psycopg.OperationalError), unless=()):
            if self.fault:
                raise self.fault
        return super().commit(requests)


@pytest.fixture
async def full() -> AsyncIterator[tuple[Counter, FullBackend]]:
    backend = FullBackend()
    async with open_counter(ThreadedStore(backend)) as counter:
        await counter.stock(LAMP)
        yield counter, backend


@pytest.mark.parametrize(
    "fault", [OperationalError(WORDS), sqlite3.OperationalError(WORDS), psycopg.errors.DiskFull(WORDS)]
)
async def test_a_store_that_can_only_be_read_is_not_ready_and_says_nothing_of_its_own(
    full: tuple[Counter, FullBackend], fault: Exception
) -> None:
    counter, backend = full
    assert (await counter.says("GET", "/health/ready")).status_code == 200
    backend.fault = fault
    with structlog.testing.capture_logs() as lines:
        refusals = [
            await counter.place("k"),
            await counter.says("POST", "/products", json=LAMP | {"productId": "new"}, headers=ANN | key("p")),
        ]
    for refusal in refusals:
        assert problem(refusal, 503, "unavailable")["detail"] == "the event store does not answer"
        assert "full" not in refusal.text
    assert any(type(fault).__name__ in line["cause"] for line in lines)
    assert "High Street" not in str(lines)
    readiness = Readiness({"eventStore": partial(probe_append, counter.store)})
    assert await readiness._check_all() == {"eventStore": "down"}
    backend.fault = None
    assert (await counter.place("k")).status_code == 201


async def test_the_probe_leaves_nothing_in_the_log_and_one_row_beside_it(tmp_path: Path) -> None:
    store = sqlite_store(tmp_path / "log.sqlite")
    for _ in range(3):
        await probe_append(store)
    await asyncio.gather(*(probe_append(store) for _ in range(5)))
    assert await store.head() == 0
    await store.close()
    with sqlite3.connect(tmp_path / "log.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (1,)


async def test_a_file_that_somebody_else_writes_to_for_long_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "LOCK_TIMEOUT", 0.05)
    store = sqlite_store(tmp_path / "log.sqlite")
    with sqlite3.connect(tmp_path / "log.sqlite") as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match=r"^the event store does not answer$"):
            await probe_append(store)
    await probe_append(store)
    await store.close()


async def test_documents_are_probed_by_writing(mongodb: Database) -> None:
    for _ in range(2):
        await probe_writes(mongodb)
    assert await mongodb["probes"].count_documents({}) == 1


async def test_probes_run_once_at_a_time_and_their_result_is_kept_for_a_while() -> None:
    runs, is_let = 0, asyncio.Event()

    async def probe() -> None:
        nonlocal runs
        runs += 1
        await is_let.wait()

    kept, fresh = Readiness({"log": probe}, keep=3_600), Readiness({"log": probe}, keep=0)
    for readiness, expected in ((kept, 1), (fresh, 5)):
        runs = 0
        checks = [asyncio.create_task(readiness._check_all()) for _ in range(5)]
        await asyncio.sleep(0)
        is_let.set()
        assert await asyncio.gather(*checks) == [{"log": "up"}] * 5
        assert runs == expected
