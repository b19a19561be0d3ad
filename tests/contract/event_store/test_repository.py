"""A repository gives the states of the log, and reads no more than it must."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from event_store.records import Snapshot
from event_store.repository import Repository, SnapshotPolicy, VersionedState
from event_store.store import EventStore
from schemas.errors import Conflict
from schemas.message import Event
from tests.contract.event_store.requests import events, request


class Digits(NamedTuple):
    """A count as text."""

    version: str = "v1"
    dump: Callable[[int], bytes] = lambda state: b"%d" % state
    load: Callable[[bytes], int] = int


SNAPSHOTS = SnapshotPolicy(Digits(), every=5)


@dataclass(frozen=True)
class Counting:
    """A decider whose state is the number of events, and a command the number wanted."""

    initial: int = 0

    def decide(self, command: int, state: int) -> Sequence[Event]:
        return [envelope.event for envelope in events("any", n=command - state)]

    def fold(self, events: Iterable[Event], state: int | None = None) -> int:
        return (state or 0) + sum(1 for _ in events)


def make_repository(
    store: EventStore, capacity: int = 100, snapshots: SnapshotPolicy[int] | None = None
) -> Repository[int, int, Event]:
    return Repository(store, Counting(), capacity, snapshots=snapshots)


async def test_an_empty_stream_has_the_initial_state(store: EventStore) -> None:
    assert await make_repository(store).load("order-1") == VersionedState(0, 0)


async def test_many_streams_are_loaded_with_their_versions(store: EventStore) -> None:
    await store.append(request("order-1", n=3))
    await store.append(request("order-2"))
    loaded = await make_repository(store).load_many(["order-2", "order-1", "order-3", "order-1"])
    assert loaded == {"order-1": VersionedState(3, 3), "order-2": VersionedState(1, 1), "order-3": VersionedState(0, 0)}


async def test_a_loaded_stream_is_not_read_again_until_it_is_evicted(store: EventStore) -> None:
    repository = make_repository(store)
    assert await repository.load("order-1") == VersionedState(0, 0)
    await store.append(request("order-1"))
    stale = await repository.load("order-1")
    assert stale == VersionedState(0, 0)
    with pytest.raises(Conflict):
        await store.append(request("order-1", stale.version, by="late"))
    repository.evict("order-1")
    assert await repository.load("order-1") == VersionedState(1, 1)


async def test_a_state_that_was_put_is_loaded(store: EventStore) -> None:
    repository = make_repository(store)
    repository.put("order-1", VersionedState(7, 7))
    repository.put("order-1", VersionedState(6, 6))
    assert await repository.load("order-1") == VersionedState(7, 7)


async def test_the_least_recently_used_is_dropped(store: EventStore) -> None:
    repository = make_repository(store, capacity=2)
    repository.put("order-1", VersionedState(10, 10))
    repository.put("order-2", VersionedState(20, 20))
    await repository.load("order-1")
    repository.put("order-3", VersionedState(30, 30))
    assert await repository.load_many(["order-1", "order-3"]) == {
        "order-1": VersionedState(10, 10),
        "order-3": VersionedState(30, 30),
    }
    assert await repository.load("order-2") == VersionedState(0, 0)


async def test_more_streams_than_the_capacity_can_be_loaded(store: EventStore) -> None:
    for n in range(5):
        await store.append(request(f"order-{n}"))
    loaded = await make_repository(store, capacity=2).load_many([f"order-{n}" for n in range(5)])
    assert set(loaded.values()) == {VersionedState(1, 1)}
    assert len(loaded) == 5


async def test_events_before_a_snapshot_are_not_read(store: EventStore) -> None:
    await store.append(request("warehouse-main", n=8))
    await store.save_snapshots([Snapshot("warehouse-main", 6, "v1", b"600")])
    assert await make_repository(store, snapshots=SNAPSHOTS).load("warehouse-main") == VersionedState(602, 8)


async def test_a_snapshot_by_another_decider_is_not_read(store: EventStore) -> None:
    await store.append(request("warehouse-main", n=2))
    await store.save_snapshots([Snapshot("warehouse-main", 2, "v0", b"nonsense")])
    assert await make_repository(store, snapshots=SNAPSHOTS).load("warehouse-main") == VersionedState(2, 2)


async def test_a_snapshot_is_saved_every_so_many_events_by_the_next_load(store: EventStore) -> None:
    repository = make_repository(store, snapshots=SNAPSHOTS)
    saved = []
    for version in range(1, 13):
        repository.put("warehouse-main", VersionedState(version, version))
        await repository.load("warehouse-main")
        snapshot = await store.snapshot("warehouse-main", decider="v1")
        saved.append(snapshot.version if snapshot else 0)
    assert saved == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10]


async def test_a_long_stream_gets_a_snapshot_once_it_was_folded(store: EventStore) -> None:
    await store.append(request("warehouse-main", n=9))
    repository = make_repository(store, snapshots=SNAPSHOTS)
    await repository.load("warehouse-main")
    await repository.load("warehouse-main")
    assert await store.snapshot("warehouse-main", decider="v1") == Snapshot("warehouse-main", 9, "v1", b"9")


async def test_a_snapshot_that_cannot_be_saved_does_not_fail_the_load(store: EventStore) -> None:
    repository = make_repository(store, snapshots=SNAPSHOTS)
    repository.put("warehouse-main", VersionedState(5, 5))
    await store.close()
    assert await repository.load("warehouse-main") == VersionedState(5, 5)
