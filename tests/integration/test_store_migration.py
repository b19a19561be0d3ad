"""What a store of an earlier release has parked is still parked once it is brought up to date, and can die."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from event_store.postgres import schema as postgres_schema
from event_store.postgres.store import postgres_store
from event_store.records import AppendRequest, FailedTimer, ParkedFilter, ParkedMessage, Timer
from event_store.sqlite import schema as sqlite_schema
from event_store.sqlite.store import SQLiteBackend, sqlite_store
from event_store.store import EventStore
from schemas.topics import ORDERS, TopicPartition
from tests.examples import NOON

PARKED_BEFORE = "INSERT INTO parked VALUES ('saga', 3, 'o-1', 'aioutlet.orders', 2, {0}, 9, 'poison')"
TIMER_BEFORE = "INSERT INTO timers VALUES ('t', 'saga', 'o-1', '1', {0}, 2)"
BEFORE_SQLITE, BEFORE_POSTGRES = 3, 4
"""Steps of the release that parked without an end."""


async def check_upgraded(store: EventStore) -> None:
    """What was parked is there, and dies as what is parked now."""
    [row] = await store.parked("saga")
    assert datetime.now(UTC) - row.since < timedelta(minutes=1)
    expected = ParkedMessage("saga", 3, "o-1", TopicPartition(ORDERS, 2), NOON, 9, "poison", row.since)
    assert row == expected
    dead = replace(row, dead_at=NOON, trace="in step")
    await store.append(AppendRequest(parked=(dead,)))
    assert await store.parked_messages(ParkedFilter(is_dead=True)) == [dead]
    [timer] = await store.due(NOON, kind="saga")
    assert timer == Timer("t", "saga", "o-1", "1", NOON, 2)
    assert await store.failed_timers(ParkedFilter()) == []
    failed = FailedTimer(replace(timer, attempts=3), "poison", "in fire", NOON, NOON)
    await store.fail_timers([failed])
    assert await store.failed_timers(ParkedFilter()) == [failed]


async def test_a_file_of_an_earlier_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_schema, "STEPS", sqlite_schema.STEPS[:BEFORE_SQLITE])
    path, at = tmp_path / "log.sqlite", round(NOON.timestamp() * 1_000_000)
    backend = SQLiteBackend(str(path), lambda: NOON)
    with backend._writing() as cursor:
        cursor.execute(PARKED_BEFORE.format(at))
        cursor.execute(TIMER_BEFORE.format(at))
    backend.close()
    monkeypatch.undo()
    store = sqlite_store(path)
    await check_upgraded(store)
    await store.close()


async def test_a_database_of_an_earlier_release(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_schema, "STEPS", postgres_schema.STEPS[:BEFORE_POSTGRES])
    postgres_schema.migrate(empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute(PARKED_BEFORE.format(f"'{NOON.isoformat()}'").encode())
        connection.execute(TIMER_BEFORE.format(f"'{NOON.isoformat()}'").encode())
    monkeypatch.undo()
    postgres_schema.migrate(empty_database)
    store = postgres_store(empty_database)
    await check_upgraded(store)
    await store.close()
