"""States at hand are those of the log, read as seldom as may be."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from event_store.records import Snapshot
from event_store.repository import Repository, SnapshotPolicy, VersionedState
from event_store.store import EventStore
from schemas.errors import Conflict
from schemas.message import Event
from tests.contract.event_store.requests import events, unit


class Digits(NamedTuple):
    """A count as text."""

    version: str = "v1"
    dump: Callable[[int], bytes] = lambda state: b"%d" % state
    load: Callable[[bytes], int] = int


SNAPSHOTS = SnapshotPolicy(Digits(), every=5)


@dataclass(frozen=True)
class Counting:
    """Brings the count of its events up to what is asked."""

    initial: int = 0

    def decide(self, command: int, state: int) -> Sequence[Event]:
        return [envelope.event for envelope in events("any", n=command - state)]

    def fold(self, events: Iterable[Event], state: int | None = None) -> int:
        return (state or 0) + sum(1 for _ in events)


def repository(
    store: EventStore, capacity: int = 100, snapshots: SnapshotPolicy[int] | None = None
) -> Repository[int, int, Event]:
    return Repository(store, Counting(), capacity, snapshots=snapshots)


async def test_an_unknown_stream_is_loaded_as_it_begins(store: EventStore) -> None:
    assert await repository(store).load("order-1") == VersionedState(0, 0)


async def test_many_streams_are_loaded_with_their_versions(store: EventStore) -> None:
    await store.append(unit("order-1", n=3))
    await store.append(unit("order-2"))
    loaded = await repository(store).load_many(["order-2", "order-1", "order-3", "order-1"])
    assert loaded == {"order-1": VersionedState(3, 3), "order-2": VersionedState(1, 1), "order-3": VersionedState(0, 0)}


async def test_a_loaded_stream_is_not_read_again_until_it_is_forgotten(store: EventStore) -> None:
    ours = repository(store)
    assert await ours.load("order-1") == VersionedState(0, 0)
    await store.append(unit("order-1"))
    stale = await ours.load("order-1")
    assert stale == VersionedState(0, 0)
    with pytest.raises(Conflict):
        await store.append(unit("order-1", stale.version, by="late"))
    ours.evict("order-1")
    assert await ours.load("order-1") == VersionedState(1, 1)


async def test_what_is_kept_is_answered(store: EventStore) -> None:
    ours = repository(store)
    ours.put("order-1", VersionedState(7, 7))
    ours.put("order-1", VersionedState(6, 6))
    assert await ours.load("order-1") == VersionedState(7, 7)


async def test_the_longest_unused_gives_way(store: EventStore) -> None:
    ours = repository(store, capacity=2)
    ours.put("order-1", VersionedState(10, 10))
    ours.put("order-2", VersionedState(20, 20))
    await ours.load("order-1")
    ours.put("order-3", VersionedState(30, 30))
    assert await ours.load_many(["order-1", "order-3"]) == {
        "order-1": VersionedState(10, 10),
        "order-3": VersionedState(30, 30),
    }
    assert await ours.load("order-2") == VersionedState(0, 0)


async def test_more_streams_than_fit_are_loaded_all_the_same(store: EventStore) -> None:
    for n in range(5):
        await store.append(unit(f"order-{n}"))
    loaded = await repository(store, capacity=2).load_many([f"order-{n}" for n in range(5)])
    assert set(loaded.values()) == {VersionedState(1, 1)}
    assert len(loaded) == 5


async def test_a_snapshot_spares_reading_what_it_covers(store: EventStore) -> None:
    await store.append(unit("warehouse-main", n=8))
    await store.save_snapshots([Snapshot("warehouse-main", 6, "v1", b"600")])
    assert await repository(store, snapshots=SNAPSHOTS).load("warehouse-main") == VersionedState(602, 8)


async def test_a_snapshot_by_another_decider_is_not_read(store: EventStore) -> None:
    await store.append(unit("warehouse-main", n=2))
    await store.save_snapshots([Snapshot("warehouse-main", 2, "v0", b"nonsense")])
    assert await repository(store, snapshots=SNAPSHOTS).load("warehouse-main") == VersionedState(2, 2)


async def test_a_snapshot_is_saved_every_so_many_events_by_the_next_load(store: EventStore) -> None:
    ours = repository(store, snapshots=SNAPSHOTS)
    saved = []
    for version in range(1, 13):
        ours.put("warehouse-main", VersionedState(version, version))
        await ours.load("warehouse-main")
        snapshot = await store.snapshot("warehouse-main", decider="v1")
        saved.append(snapshot.version if snapshot else 0)
    assert saved == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10]


async def test_a_long_stream_just_folded_is_worth_a_snapshot(store: EventStore) -> None:
    await store.append(unit("warehouse-main", n=9))
    ours = repository(store, snapshots=SNAPSHOTS)
    await ours.load("warehouse-main")
    await ours.load("warehouse-main")
    assert await store.snapshot("warehouse-main", decider="v1") == Snapshot("warehouse-main", 9, "v1", b"9")


async def test_a_store_that_is_closed_costs_the_snapshot_only(store: EventStore) -> None:
    ours = repository(store, snapshots=SNAPSHOTS)
    ours.put("warehouse-main", VersionedState(5, 5))
    await store.close()
    assert await ours.load("warehouse-main") == VersionedState(5, 5)
