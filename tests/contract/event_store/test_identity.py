"""Every store has an identity of its own, and tells which event it has at a position."""

from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from event_store.memory import memory_store
from event_store.postgres.store import postgres_store
from event_store.records import AppendRequest, Checkpoint
from event_store.sqlite.recorder import Datastore, Recorder
from event_store.sqlite.store import sqlite_store
from event_store.store import EventStore
from schemas.codec import id_of
from schemas.topics import CATALOGUE, ORDERS, TopicPartition
from tests.contract.event_store.requests import events, request

HERE, THERE = TopicPartition(ORDERS, 0), TopicPartition(CATALOGUE, 3)


async def test_the_identity_of_a_log_stays_while_it_grows(store: EventStore) -> None:
    before = await store.log_id()
    await store.append(request("order-1"))
    assert await store.log_id() == before
    assert len(before) == 32
    assert int(before, 16)


async def test_a_log_is_the_same_when_it_is_opened_again_and_another_in_another_file(tmp_path: Path) -> None:
    names = []
    for path in ("one.db", "one.db", "other.db"):
        store = sqlite_store(tmp_path / path)
        names.append(await store.log_id())
        await store.close()
    assert names[0] == names[1] != names[2]


async def test_every_log_in_memory_is_another() -> None:
    one, other = memory_store(), memory_store()
    assert await one.log_id() != await other.log_id()
    await one.close()
    await other.close()


async def test_a_log_on_postgresql_is_the_same_for_every_process(database: str) -> None:
    one, other = postgres_store(database), postgres_store(database)
    assert await one.log_id() == await other.log_id()
    await one.close()
    await other.close()


async def test_the_ids_at_positions_are_those_of_the_events(store: EventStore) -> None:
    await store.append(AppendRequest(events=(*events("order-1", n=3), *events("saga-1"))))
    log = await store.log(0)
    assert await store.event_ids([2, 4]) == {2: log[1].state[7:43].decode(), 4: (await store.stream("saga-1"))[0].id}
    assert list((await store.event_ids(range(1, 5))).values()) == [id_of(stored.state) for stored in log]
    assert await store.events_at([4, 2]) == [log[1], log[3]]


@pytest.mark.parametrize("positions", [[], [0], [4], [-1], [2**63 - 1], [0, 4, 99]])
async def test_positions_that_the_log_does_not_have_are_left_out(store: EventStore, positions: list[int]) -> None:
    await store.append(request("order-1", n=3))
    assert await store.event_ids(positions) == {}
    assert (await store.event_ids([*positions, 3])).keys() == {3}
    assert await store.events_at(positions) == []
    assert await store.events_at([*positions, 3]) == (await store.log(0))[2:]


async def test_an_event_of_another_application_has_no_id(tmp_path: Path) -> None:
    states = [b"", b"{}", b"[]", b"null", b'{"id": 7', b"\xff\xfe", b'{"name": "x"}']
    datastore = Datastore(str(tmp_path / "events.db"))
    recorder = Recorder(datastore)
    recorder.create_table()
    recorder.insert_events([StoredEvent("theirs", n, "theirs", state) for n, state in enumerate(states, 1)])
    datastore.close()
    store = sqlite_store(tmp_path / "events.db")
    assert await store.event_ids(range(1, 8)) == dict.fromkeys(range(1, 8), "")
    await store.close()


@pytest.mark.parametrize("position", [4, 10**9, 2**63 - 1])
async def test_the_checkpoints_of_a_consumer_that_believed_another_log_are_dropped(
    store: EventStore, position: int
) -> None:
    await store.append(request("order-1", n=3))
    marks = (Checkpoint("saga", HERE, position), Checkpoint("saga", THERE, 2), Checkpoint("payment", HERE, 3))
    await store.append(AppendRequest(checkpoints=marks))
    assert await store.drop_foreign_checkpoints("saga") == 2
    assert await store.drop_foreign_checkpoints("saga") == 0
    assert (await store.checkpoints("saga"), await store.checkpoints("payment")) == ({}, {HERE: 3})
    await store.append(AppendRequest(checkpoints=(Checkpoint("saga", HERE, 1),)))
    assert await store.checkpoints("saga") == {HERE: 1}


async def test_checkpoints_up_to_the_end_of_the_log_stay(store: EventStore) -> None:
    assert await store.drop_foreign_checkpoints("saga") == 0
    await store.append(request("order-1", n=3, checkpoints=(Checkpoint("saga", HERE, 3), Checkpoint("saga", THERE, 1))))
    assert await store.drop_foreign_checkpoints("saga") == 0
    assert await store.checkpoints("saga") == {HERE: 3, THERE: 1}


async def test_what_is_remembered_of_a_file_is_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("event_store.sqlite.store.RECENT_EVENTS", 5)
    store, other = sqlite_store(tmp_path / "events.db"), sqlite_store(tmp_path / "events.db")
    for number in range(4):
        await store.append(request(f"order-{number}", n=2))
        await other.append(request(f"saga-{number}", n=3))
        await store.append(request(f"order-{number}", n=2))
    log = {stored.position: id_of(stored.state) for stored in await store.log(0)}
    for reader in (store, other):
        assert [await reader.event_ids([position]) for position in log] == [{at: log[at]} for at in log]
        assert await reader.event_ids([*log, 99]) == log
    await store.close()
    await other.close()
