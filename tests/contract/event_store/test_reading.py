"""Every store reads alike."""

import asyncio
from datetime import timedelta

import pytest

from event_store.records import AppendRequest, Checkpoint, Snapshot
from event_store.store import EventStore
from schemas.codec import decode
from schemas.topics import CATALOGUE, ORDERS, TopicPartition
from tests.contract.event_store.requests import NOON, events, request, shipped, timer

TYPES = {"done": "order.completed", "shipped": "order.shipped"}


async def test_an_empty_store_has_nothing(store: EventStore) -> None:
    assert await store.head() == 0
    assert await store.log(0) == []
    assert await store.stream("order-1") == []
    assert await store.streams({}) == {}
    assert await store.next_due() is None
    assert await store.due(NOON) == []
    assert await store.checkpoints("saga") == {}
    assert await store.snapshot("order-1", decider="d") is None


async def test_a_stream_is_read_from_a_version_on(store: EventStore) -> None:
    await store.append(request("order-1", n=5))
    assert [event.version for event in await store.stream("order-1", after=3)] == [4, 5]
    assert await store.stream("order-1", after=5) == []


async def test_the_position_of_a_version_is_found_without_reading_its_stream(store: EventStore) -> None:
    await store.append(request("order-1", n=3))
    await store.append(request("order-2", n=2))
    await store.append(request("order-1", 3, by="later"))
    versions = [("order-1", 1), ("order-1", 3), ("order-2", 2), ("order-1", 4), ("order-1", 5), ("order-3", 1)]
    assert [await store.position_of(*each) for each in versions] == [1, 3, 5, 6, 0, 0]
    assert await store.position_of("order-1", 0) == 0


async def test_many_streams_are_read_at_once_each_from_its_version(store: EventStore) -> None:
    await store.append(AppendRequest(events=(*events("order-1", n=3), *events("order-11", n=2), *events("order-2"))))
    found = await store.streams({"order-11": 1, "order-1": 0, "order-3": 0})
    versions = {name: [event.version for event in stream] for name, stream in found.items()}
    assert versions == {"order-11": [2], "order-1": [1, 2, 3], "order-3": []}


async def test_the_log_comes_in_pages_in_position_order(store: EventStore) -> None:
    for n in range(10):
        await store.append(request(f"order-{n}"))
    assert [event.position for event in await store.log(3, limit=4)] == [4, 5, 6, 7]
    assert [event.position for event in await store.log(3, until=5)] == [4, 5]
    assert [event.stream for event in await store.log(8)] == ["order-8", "order-9"]
    assert await store.log(10) == []
    assert await store.log(0, until=0) == []


async def test_the_log_of_some_types_leaves_the_others_out(store: EventStore) -> None:
    for n in range(4):
        await store.append(request(f"order-{n}"))
        await store.append(shipped(f"order-{n}", 1))
    assert [event.position for event in await store.log(2, types=[TYPES["shipped"]])] == [4, 6, 8]
    assert [event.position for event in await store.log(0, types=[TYPES["shipped"]], limit=1, until=3)] == [2]
    assert len(await store.log(0, types=list(TYPES.values()))) == 8
    assert await store.log(0, types=["order.delivered"]) == []


async def test_a_row_of_the_log_decodes_to_the_event_of_its_stream(store: EventStore) -> None:
    await store.append(request("order-1", n=2))
    (row,) = await store.log(1)
    assert row.type == TYPES["done"]
    assert [decode(row)] == await store.stream("order-1", after=1)


async def test_a_checkpoint_never_moves_back(store: EventStore) -> None:
    partition, other = TopicPartition(ORDERS, 0), TopicPartition(CATALOGUE, 3)
    for at in (5, 9, 7):
        await store.append(
            AppendRequest(checkpoints=(Checkpoint("saga", partition, at), Checkpoint("saga", other, at + 1)))
        )
    await store.append(AppendRequest(checkpoints=(Checkpoint("stock", partition, 1),)))
    assert await store.checkpoints("saga") == {partition: 9, other: 10}
    assert await store.checkpoints("stock") == {partition: 1}


async def test_of_several_checkpoints_in_one_batch_the_highest_is_kept(store: EventStore) -> None:
    requests = [AppendRequest(checkpoints=(Checkpoint("saga", TopicPartition(ORDERS, 0), at),)) for at in (4, 8, 6)]
    await asyncio.gather(*(store.append(each) for each in requests))
    assert await store.checkpoints("saga") == {TopicPartition(ORDERS, 0): 8}


async def test_due_timers_come_longest_overdue_first(store: EventStore) -> None:
    timers = [timer(name, NOON + timedelta(seconds=s)) for name, s in (("b", 2), ("c", 3), ("a", 1), ("z", 60))]
    await store.append(AppendRequest(timers=tuple(timers)))
    due = await store.due(NOON + timedelta(seconds=3))
    assert [one.id for one in due] == ["a", "b", "c"]
    assert due[0] == timers[2]
    assert [one.id for one in await store.due(NOON + timedelta(seconds=9), limit=2)] == ["a", "b"]
    assert await store.next_due() == NOON + timedelta(seconds=1)


async def test_a_timer_is_replaced_by_a_later_one_and_removed_when_cancelled(store: EventStore) -> None:
    await store.append(AppendRequest(timers=(timer("t", NOON), timer("u", NOON))))
    later = timer("t", NOON + timedelta(microseconds=1), token="2")
    await store.append(AppendRequest(timers=(later,), cancelled_timers=("u", "never-there")))
    assert await store.due(NOON + timedelta(days=1)) == [later]
    await store.append(AppendRequest(cancelled_timers=("t",)))
    assert await store.next_due() is None


async def test_timers_of_one_batch_follow_the_order_of_their_callers(store: EventStore) -> None:
    set_a, cancel_a, cancel_b, set_b = (
        AppendRequest(timers=(timer("a", NOON),)),
        AppendRequest(cancelled_timers=("a",)),
        AppendRequest(cancelled_timers=("b",)),
        AppendRequest(timers=(timer("b", NOON),)),
    )
    await asyncio.gather(*(store.append(one) for one in (set_a, cancel_a, cancel_b, set_b)))
    assert [one.id for one in await store.due(NOON)] == ["b"]


async def test_a_timer_cancelled_and_set_in_one_request_is_set(store: EventStore) -> None:
    await store.append(AppendRequest(timers=(timer("t", NOON),), cancelled_timers=("t",)))
    assert [one.id for one in await store.due(NOON)] == ["t"]


async def test_the_newest_snapshot_of_a_decider_is_kept(store: EventStore) -> None:
    newer, older = Snapshot("warehouse-main", 9, "d1", b"\x00nine"), Snapshot("warehouse-main", 5, "d1", b"five")
    other = Snapshot("warehouse-main", 7, "d2", b"seven")
    await store.save_snapshots([newer, other])
    await store.save_snapshots([older])
    assert await store.snapshot("warehouse-main", decider="d1") == newer
    assert await store.snapshot("warehouse-main", decider="d2") == other
    assert await store.snapshot("warehouse-main", decider="d3") is None


async def test_there_is_no_wait_for_what_is_recorded(store: EventStore) -> None:
    await store.append(request("order-1", n=3))
    assert await store.wait_past(2, timeout=60) == 3


async def test_waiting_ends_with_the_head_when_nothing_comes(store: EventStore) -> None:
    await store.append(request("order-1"))
    assert await store.wait_past(1, timeout=0.01) == 1
    assert await store.wait_past(1, timeout=0) == 1


async def test_every_waiting_caller_is_woken_by_an_append(store: EventStore) -> None:
    waiting = [asyncio.ensure_future(store.wait_past(position, timeout=60)) for position in (0, 0, 1)]
    await asyncio.sleep(0)
    await store.append(request("order-1"))
    assert await asyncio.gather(*waiting[:2]) == [1, 1]
    assert not waiting[2].done()
    await store.append(request("order-2"))
    assert await waiting[2] == 2


async def test_what_was_acknowledged_can_be_read(store: EventStore) -> None:
    async def write_then_read(n: int) -> None:
        result = await store.append(request(f"order-{n}"))
        assert await store.head() >= result.last
        assert len(await store.stream(f"order-{n}")) == 1

    await asyncio.gather(*(write_then_read(n) for n in range(100)))


async def test_a_reader_never_sees_a_gap(store: EventStore) -> None:
    """G2: the log grows only at its end, however many append."""
    seen: list[int] = []

    async def follow() -> None:
        while len(seen) < 300:
            await store.wait_past(len(seen), timeout=60)
            seen.extend(event.position for event in await store.log(len(seen), limit=50))

    async def write(n: int) -> None:
        for turn in range(10):
            await store.append(request(f"order-{n}", turn, by=f"{n}-{turn}"))

    await asyncio.gather(follow(), *(write(n) for n in range(30)))
    assert seen == list(range(1, 301))


@pytest.mark.parametrize("stream", ["order-ä'\"", "order-%", "order-" + "x" * 500])
async def test_any_name_of_a_stream_can_be_stored(store: EventStore, stream: str) -> None:
    await store.append(request(stream))
    assert [event.stream for event in await store.stream(stream)] == [stream]
