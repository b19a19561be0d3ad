"""Every store reads alike."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from event_store.records import AppendRequest, Checkpoint, ParkedMessage, Snapshot
from event_store.store import EventStore
from schemas.codec import decode
from schemas.errors import Conflict
from schemas.topics import CATALOGUE, ORDERS, TopicPartition
from tests.contract.event_store.requests import NOON, events, request, shipped, timer
from tests.timers import next_due

TYPES = {"done": "order.completed", "shipped": "order.shipped"}


async def test_an_empty_store_has_nothing(store: EventStore) -> None:
    assert await store.head() == 0
    assert await store.log(0) == []
    assert await store.stream("order-1") == []
    assert await store.streams({}) == {}
    assert await store.events({}) == {}
    assert await next_due(store) is None
    assert await store.due(NOON, kind="saga") == []
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
    alone = {name: [envelope.event for envelope in stream] for name, stream in found.items()}
    assert await store.events({"order-11": 1, "order-1": 0, "order-3": 0}) == alone


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
    due = await store.due(NOON + timedelta(seconds=3), kind="saga")
    assert [one.id for one in due] == ["a", "b", "c"]
    assert due[0] == timers[2]
    assert [one.id for one in await store.due(NOON + timedelta(seconds=9), limit=2, kind="saga")] == ["a", "b"]
    assert await next_due(store) == NOON + timedelta(seconds=1)


async def test_a_timer_is_replaced_by_a_later_one_and_removed_when_cancelled(store: EventStore) -> None:
    await store.append(AppendRequest(timers=(timer("t", NOON), timer("u", NOON))))
    later = timer("t", NOON + timedelta(microseconds=1), token="2")
    await store.append(AppendRequest(timers=(later,), cancelled_timers=("u", "never-there")))
    assert await store.due(NOON + timedelta(days=1), kind="saga") == [later]
    await store.append(AppendRequest(cancelled_timers=("t",)))
    assert await next_due(store) is None


async def test_timers_are_found_by_their_names_due_or_not(store: EventStore) -> None:
    soon, late = timer("soon", NOON), timer("late", NOON + timedelta(days=1), token="2")
    await store.append(AppendRequest(timers=(late, soon, timer("other", NOON))))
    assert await store.timers(["late", "never-there", "soon"]) == [soon, late]
    assert await store.timers([]) == []


async def test_timers_of_one_batch_follow_the_order_of_their_callers(store: EventStore) -> None:
    set_a, cancel_a, cancel_b, set_b = (
        AppendRequest(timers=(timer("a", NOON),)),
        AppendRequest(cancelled_timers=("a",)),
        AppendRequest(cancelled_timers=("b",)),
        AppendRequest(timers=(timer("b", NOON),)),
    )
    await asyncio.gather(*(store.append(one) for one in (set_a, cancel_a, cancel_b, set_b)))
    assert [one.id for one in await store.due(NOON, kind="saga")] == ["b"]


async def test_a_timer_cancelled_and_set_in_one_request_is_set(store: EventStore) -> None:
    await store.append(AppendRequest(timers=(timer("t", NOON),), cancelled_timers=("t",)))
    assert [one.id for one in await store.due(NOON, kind="saga")] == ["t"]


async def test_timers_of_another_kind_do_not_stand_before_these(store: EventStore) -> None:
    others = [replace(timer(f"other-{n}", NOON - timedelta(hours=1)), kind="charge") for n in range(20)]
    await store.append(AppendRequest(timers=(timer("mine", NOON), *others)))
    assert [one.id for one in await store.due(NOON, kind="saga", limit=5)] == ["mine"]
    assert len(await store.due(NOON, kind="charge")) == 20


async def test_a_postponed_timer_is_due_later_and_counts_its_failures(store: EventStore) -> None:
    await store.append(AppendRequest(timers=(timer("t", NOON), timer("u", NOON))))
    later = replace(timer("t", NOON + timedelta(seconds=4)), attempts=3)
    await store.postpone([later])
    assert [one.id for one in await store.due(NOON, kind="saga")] == ["u"]
    assert (await store.due(NOON + timedelta(seconds=4), kind="saga"))[-1] == later
    await store.append(AppendRequest(timers=(timer("t", NOON, token="2"),)))
    assert timer("t", NOON, token="2") in await store.due(NOON, kind="saga")


async def test_a_timer_that_was_replaced_or_cancelled_is_not_postponed(store: EventStore) -> None:
    await store.append(AppendRequest(timers=(timer("t", NOON, token="2"),)))
    await store.postpone([timer("t", NOON + timedelta(days=1)), timer("gone", NOON + timedelta(days=1))])
    assert await store.due(NOON, kind="saga") == [timer("t", NOON, token="2")]
    assert await store.due(NOON + timedelta(days=2), kind="saga") == [timer("t", NOON, token="2")]


def parked(position: int, *, consumer: str = "saga", attempts: int = 0, subject: str = "o-1") -> ParkedMessage:
    partition = TopicPartition(ORDERS, 2)
    return ParkedMessage(consumer, position, subject, partition, NOON, attempts, "poison", NOON)


async def test_parked_messages_come_by_consumer_in_position_order(store: EventStore) -> None:
    await store.append(AppendRequest(parked=(parked(12, subject="o-2"), parked(3))))
    await store.append(AppendRequest(parked=(parked(7, consumer="payment"), parked(5))))
    assert await store.parked("saga") == [parked(3), parked(5), parked(12, subject="o-2")]
    assert await store.parked("payment") == [parked(7, consumer="payment")]
    assert await store.parked("shipping") == []


async def test_a_parked_message_is_replaced_by_its_next_failure_and_removed_when_handled(store: EventStore) -> None:
    await store.append(AppendRequest(parked=(parked(3), parked(4))))
    later = NOON + timedelta(microseconds=7)
    again = replace(
        parked(3, attempts=2), retry_at=later, cause="not_found", trace="in handle", dead_at=later, decided=4
    )
    await store.append(AppendRequest(parked=(again,)))
    assert await store.parked("saga") == [again, parked(4)]
    await store.append(AppendRequest(unparked=(parked(3), parked(99))))
    assert await store.parked("saga") == [parked(4)]


async def test_a_message_is_parked_with_the_events_and_the_checkpoint_or_not_at_all(store: EventStore) -> None:
    await store.append(request("order-1"))
    checkpoint = Checkpoint("saga", TopicPartition(ORDERS, 2), 9)
    with pytest.raises(Conflict):
        await store.append(request("order-1", by="late", parked=(parked(9),), checkpoints=(checkpoint,)))
    assert (await store.parked("saga"), await store.checkpoints("saga")) == ([], {})
    await store.append(request("order-1", 1, by="late", parked=(parked(9),), checkpoints=(checkpoint,)))
    assert (await store.parked("saga"), len(await store.checkpoints("saga"))) == ([parked(9)], 1)


@pytest.mark.parametrize("callers", [1, 30])
async def test_who_decides_on_a_stream_waits_for_all_before(store: EventStore, callers: int) -> None:
    order: list[int] = []

    async def decide(number: int) -> None:
        async with store.exclusive({"warehouse-main", f"order-{number}"}):
            order.append(number)
            version = len(await store.stream("warehouse-main"))
            await store.append(request("warehouse-main", version, by=str(number)))
            order.append(number)

    await asyncio.gather(*map(decide, range(callers)))
    assert order == [number for number in range(callers) for _ in range(2)]
    assert len(await store.stream("warehouse-main")) == callers


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
