"""Who may do what on PostgreSQL: some append, some read, and nobody changes an event."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from event_store.postgres import schema as postgres_schema
from event_store.postgres.schema import READER, STEPS, WRITER, migrate
from event_store.postgres.store import postgres_store
from event_store.records import AppendResult, Checkpoint, FailedTimer, ParkedFilter, ParkedMessage, Snapshot
from schemas.errors import Unavailable
from schemas.topics import ORDERS, TopicPartition
from tests.contract.event_store.requests import NOON, record, request, timer
from tests.databases import address
from tests.timers import next_due

FOR_EVER = NOON + timedelta(days=10_000)
OWNER = "owner"
CHANGES = ("UPDATE stored_events SET state = 'x'", "DELETE FROM stored_events", "TRUNCATE stored_events")
INSERT = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES ('order-9', 1, 't', '{}')"
AT_A_PLACE = "INSERT INTO stored_events VALUES ('order-9', 1, 't', '{}', 9)"
RECORD = "SELECT record_batch(now(), NULL, '{order-9}', '{1}', '{t}', '{x}', '{}')"


def acting(database: str, role: str) -> str:
    """The same database with no more rights than a role has."""
    return database if role == OWNER else address(database, options=f"-c role={role}")


@pytest.fixture
async def log(database: str) -> str:
    """A database with something to lose."""
    store = postgres_store(database)
    await store.append(request("order-1", timers=(timer("t", NOON),), idempotency=record(expires_at=FOR_EVER)))
    await store.close()
    return database


@pytest.fixture
def plain_owner(postgres_url: str, empty_database: str) -> Iterator[str]:
    """A database that belongs to somebody who may make roles in it, and is no superuser."""
    name = Identifier(f"owner_{uuid4().hex}")
    with psycopg.connect(empty_database, autocommit=True) as server:
        server.execute(SQL("CREATE ROLE {} LOGIN CREATEROLE").format(name))
        server.execute(SQL("ALTER SCHEMA public OWNER TO {}").format(name))
        yield address(empty_database, user=name.as_string(server).strip('"'))
        server.execute(SQL("DROP OWNED BY {}").format(name))
        server.execute(SQL("DROP ROLE {}").format(name))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", [OWNER, WRITER, READER])
def test_nobody_changes_an_event(log: str, role: str, change: str) -> None:
    with psycopg.connect(acting(log, role)) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(change.encode())


def test_a_replica_in_the_middle_of_an_apply_changes_no_event_either(log: str) -> None:
    with psycopg.connect(log) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(InsufficientPrivilege):
            connection.execute("DELETE FROM stored_events")


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (WRITER, AT_A_PLACE),
        (WRITER, "ALTER TABLE stored_events DISABLE TRIGGER ALL"),
        (WRITER, "DROP TABLE stored_events"),
        (WRITER, "UPDATE checkpoints SET position = 0"),
        (WRITER, "DELETE FROM answers"),
        (WRITER, "INSERT INTO timers VALUES ('t2', 'saga', 's', '1', now())"),
        (WRITER, "INSERT INTO applied_steps VALUES (99)"),
        (READER, INSERT),
        (READER, RECORD),
        (READER, "SELECT next_position()"),
        (READER, "SELECT * FROM answers"),
        (READER, "DELETE FROM snapshots"),
    ],
)
def test_nobody_does_more_than_the_role_says(log: str, role: str, statement: str) -> None:
    with psycopg.connect(acting(log, role)) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement.encode())


async def test_a_writer_can_do_all_that_the_store_does(database: str) -> None:
    store = postgres_store(acting(database, WRITER))
    place = TopicPartition(ORDERS, 3)
    given, due = record(expires_at=FOR_EVER), timer("t", NOON)
    rows = request(
        "order-1",
        idempotency=given,
        timers=(due,),
        cancelled_timers=("u",),
        checkpoints=(Checkpoint("saga", place, 9),),
    )
    assert await store.append(rows) == AppendResult(1, 1)
    assert await store.append(request("order-1", 1, cancelled_timers=("t",))) == AppendResult(2, 2)
    for version in (4, 5):
        await store.save_snapshots([Snapshot("order-1", version, "d", b"state")])
    assert await store.idempotency_record("k", now=NOON) == given
    assert await next_due(store) is None
    assert await store.checkpoints("saga") == {place: 9}
    assert await store.snapshot("order-1", decider="d") == Snapshot("order-1", 5, "d", b"state")
    assert [event.position for event in await store.log(0)] == [1, 2]
    assert len(await store.stream("order-1")) == 2
    dead = ParkedMessage("saga", 1, "order-1", place, NOON, 4, "poison", NOON, "in step", NOON)
    await store.append(request("order-2", timers=(due,), parked=(dead,)))
    await store.fail_timers([FailedTimer(due, "poison", "in fire", NOON, NOON)])
    await store.mark_copied([dead], await store.failed_timers(ParkedFilter()))
    assert await store.parked_messages(ParkedFilter(is_copied=True)) == [replace(dead, is_copied=True)]
    await store.settle_timers(dropped=[due])
    assert await store.failed_timers(ParkedFilter()) == []
    await store.close()


def test_what_a_writer_inserts_by_hand_gets_the_next_place(log: str) -> None:
    with psycopg.connect(acting(log, WRITER)) as connection:
        connection.execute(INSERT.encode())
        assert connection.execute("SELECT max(notification_id) FROM stored_events").fetchone() == (2,)


def test_a_writer_cannot_slip_a_table_of_its_own_under_the_owners_hands(log: str) -> None:
    with psycopg.connect(acting(log, WRITER)) as connection:
        connection.execute("CREATE TEMPORARY TABLE stored_events (LIKE public.stored_events INCLUDING ALL)")
        connection.execute("GRANT ALL ON pg_temp.stored_events TO PUBLIC")
        connection.execute(RECORD.encode())
        assert connection.execute("SELECT max(notification_id) FROM public.stored_events").fetchone() == (2,)


async def test_a_reader_reads_the_log_and_what_is_finished(log: str) -> None:
    store = postgres_store(acting(log, READER))
    assert [event.position for event in await store.log(0)] == [1]
    assert len(await store.stream("order-1")) == 1
    assert await store.wait_past(0, timeout=60) == 1
    assert await store.checkpoints("relay") == {}
    assert await store.parked_messages(ParkedFilter()) == []
    assert await store.failed_timers(ParkedFilter()) == []
    assert await store.parked_counts() == []
    with pytest.raises(InsufficientPrivilege):
        await store.append(request("order-2"))
    await store.close()


def test_who_is_nobody_reads_nothing(postgres_url: str, log: str) -> None:
    name = Identifier(f"stranger_{uuid4().hex}")
    with psycopg.connect(log) as connection:
        connection.execute(SQL("CREATE ROLE {}").format(name))
        connection.execute(SQL("SET ROLE {}").format(name))
        for statement in ("SELECT FROM stored_events", RECORD, "SELECT next_position()"):
            with pytest.raises(InsufficientPrivilege), connection.transaction():
                connection.execute(statement.encode())
        connection.rollback()


async def test_an_owner_needs_to_be_no_superuser(plain_owner: str) -> None:
    assert migrate(plain_owner) == len(STEPS)
    store = postgres_store(plain_owner)
    assert await store.append(request("order-1", idempotency=record(expires_at=FOR_EVER))) == AppendResult(1, 1)
    await store.close()
    for change in CHANGES:
        with psycopg.connect(plain_owner) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute(change.encode())


def test_migrating_twice_changes_nothing(empty_database: str) -> None:
    assert [migrate(empty_database), migrate(empty_database)] == [len(STEPS), 0]


def test_of_several_who_migrate_at_once_one_does(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(migrate, [empty_database] * 4)) == [0, 0, 0, len(STEPS)]


async def test_a_log_goes_on_after_a_step_that_was_missing(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_schema, "STEPS", STEPS[:1])
    assert migrate(empty_database) == 1
    with pytest.raises(Unavailable, match=f"step 1 of {len(STEPS)}"):
        postgres_store(empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute(INSERT.encode())
    monkeypatch.undo()
    assert migrate(empty_database) == len(STEPS) - 1
    store = postgres_store(acting(empty_database, WRITER))
    assert await store.append(request("order-1")) == AppendResult(2, 2)
    await store.close()


def test_a_step_that_fails_leaves_nothing_of_its_kind(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_schema, "STEPS", (*STEPS, ("CREATE TABLE half_done ()", "nonsense")))
    with pytest.raises(Unavailable):
        migrate(empty_database)
    monkeypatch.undo()
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT to_regclass('half_done'), to_regclass('stored_events')").fetchone() == (
            None,
            None,
        )
    assert migrate(empty_database) == len(STEPS)


def test_a_database_that_nobody_has_migrated_is_refused_at_the_door(empty_database: str) -> None:
    with pytest.raises(Unavailable, match="migrate it first"):
        postgres_store(empty_database)


async def test_a_newer_schema_is_welcome(database: str) -> None:
    """Release N goes on while N+1 has migrated."""
    with psycopg.connect(database) as connection:
        connection.execute("INSERT INTO applied_steps (number) VALUES (%s)", (len(STEPS) + 1,))
    store = await asyncio.to_thread(postgres_store, database)
    assert await store.append(request("order-1")) == AppendResult(1, 1)
    await store.close()
