"""Every store records all of a request or none of it, and a conflict fails its own caller only."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from event_store.records import AppendRequest, AppendResult, Checkpoint
from event_store.store import EventStore
from schemas.envelope import Envelope
from schemas.errors import Conflict, IdempotencyKeyTaken, Unavailable
from schemas.order import OrderCompleted
from schemas.topics import ORDERS, TopicPartition
from tests.contract.event_store.conftest import SetClock
from tests.contract.event_store.requests import NOON, events, record, request, timer
from tests.timers import next_due

PARTITION = TopicPartition(ORDERS, 0)


async def outcomes(store: EventStore, *requests: AppendRequest) -> Sequence[AppendResult | BaseException]:
    return await asyncio.gather(*(store.append(each) for each in requests), return_exceptions=True)


async def test_positions_count_from_one_over_all_streams(store: EventStore) -> None:
    assert await store.append(request("order-1", n=2)) == AppendResult(1, 2)
    assert await store.append(request("order-2")) == AppendResult(3, 3)


async def test_what_is_read_is_what_was_appended_with_its_position_and_time(store: EventStore, clock: SetClock) -> None:
    clock.now = NOON + timedelta(hours=1)
    (given,) = events("order-1")
    await store.append(AppendRequest(events=(given,)))
    (found,) = await store.stream("order-1")
    assert (found.position, found.recorded_at) == (1, clock.now)
    assert (found.id, found.stream, found.version, found.event) == (given.id, "order-1", 1, given.event)
    assert (found.occurred_at, found.causation_id) == (NOON, "m")


async def test_a_request_may_touch_several_streams(store: EventStore) -> None:
    both = AppendRequest(events=(*events("order-1", n=2), *events("saga-1")))
    assert await store.append(both) == AppendResult(1, 3)
    assert [event.version for event in await store.stream("order-1")] == [1, 2]
    assert [event.position for event in await store.stream("saga-1")] == [3]


async def test_a_conflict_names_its_streams_and_records_nothing(store: EventStore) -> None:
    await store.append(request("order-1"))
    late = AppendRequest(
        events=(*events("saga-1", by="late"), *events("order-1", by="late")),
        idempotency=record(expires_at=NOON + timedelta(days=1)),
        timers=(timer("t", NOON),),
        checkpoints=(Checkpoint("saga", PARTITION, 9),),
    )
    with pytest.raises(Conflict) as refused:
        await store.append(late)
    assert refused.value.streams == ("order-1",)
    assert await store.head() == 1
    assert await store.stream("saga-1") == []
    assert await store.idempotency_record("k", now=NOON) is None
    assert await next_due(store) is None
    assert await store.checkpoints("saga") == {}


@pytest.mark.parametrize("after", [1, 7])
async def test_a_version_that_would_leave_a_gap_is_a_conflict(store: EventStore, after: int) -> None:
    with pytest.raises(Conflict):
        await store.append(request("order-1", after))
    assert await store.head() == 0


async def test_a_gap_within_a_request_is_a_conflict(store: EventStore) -> None:
    with pytest.raises(Conflict):
        await store.append(AppendRequest(events=(*events("order-1"), *events("order-1", 2))))
    assert await store.head() == 0


async def test_one_callers_conflict_fails_nobody_else(store: EventStore) -> None:
    await store.append(request("order-1"))
    fine, refused, other = await outcomes(store, request("order-2"), request("order-1", by="late"), request("order-3"))
    assert isinstance(refused, Conflict)
    assert [fine, other] == [AppendResult(2, 2), AppendResult(3, 3)]


async def test_requests_that_continue_each_other_are_all_accepted(store: EventStore) -> None:
    requests = [request("warehouse-main", after, by=f"m{after}") for after in range(20)]
    assert await outcomes(store, *requests) == [AppendResult(n, n) for n in range(1, 21)]


async def test_of_two_requests_for_the_same_version_one_is_recorded(store: EventStore) -> None:
    first, second = await outcomes(store, request("order-1", by="a"), request("order-1", by="b"))
    assert first == AppendResult(1, 1)
    assert isinstance(second, Conflict)


async def test_a_repeated_request_gets_the_positions_of_the_first(store: EventStore) -> None:
    both = AppendRequest(events=(*events("order-1", n=2), *events("saga-1")))
    await store.append(request("order-0"))
    assert await store.append(both) == AppendResult(2, 4)
    assert await store.append(both) == AppendResult(2, 4)
    assert await store.head() == 4


async def test_a_request_repeated_at_once_is_recorded_once(store: EventStore) -> None:
    same = request("order-1", n=2, idempotency=record(expires_at=NOON + timedelta(days=1)))
    assert await outcomes(store, same, same) == [AppendResult(1, 2), AppendResult(1, 2)]
    assert await store.head() == 2


async def test_a_request_that_is_recorded_only_in_part_is_a_conflict(store: EventStore) -> None:
    await store.append(request("order-1"))
    with pytest.raises(Conflict):
        await store.append(request("order-1", n=2))
    assert await store.head() == 1


async def test_a_repeated_request_still_moves_its_checkpoint_but_sets_no_timer_again(store: EventStore) -> None:
    await store.append(request("order-1"))
    again = request("order-1", checkpoints=(Checkpoint("saga", PARTITION, 9),), timers=(timer("t", NOON),))
    assert await store.append(again) == AppendResult(1, 1)
    assert await store.checkpoints("saga") == {PARTITION: 9}
    assert await next_due(store) is None


async def test_an_append_without_events_has_no_position(store: EventStore) -> None:
    assert await store.append(AppendRequest(checkpoints=(Checkpoint("saga", PARTITION, 3),))) == AppendResult(0, 0)
    assert await store.append(AppendRequest(timers=(timer("t", NOON),))) == AppendResult(0, 0)
    assert await store.head() == 0
    assert await store.checkpoints("saga") == {PARTITION: 3}


async def test_a_request_that_cannot_be_encoded_fails_alone(store: EventStore) -> None:
    failing = AppendRequest(events=tuple(events("order-9", event=OrderCompleted.model_construct(order_id="\ud800"))))
    requests = [request(f"order-{n}") for n in range(5)]
    *before, failed, after = await outcomes(store, *requests[:4], failing, requests[4])
    assert isinstance(failed, ValueError)
    assert [*before, after] == [AppendResult(n, n) for n in range(1, 6)]


async def test_an_idempotency_record_is_kept_until_it_expires(store: EventStore, clock: SetClock) -> None:
    given = record(expires_at=NOON + timedelta(hours=24, microseconds=1), body=b"\x00\xff")
    await store.append(request("order-1", idempotency=given))
    assert await store.idempotency_record("k", now=NOON + timedelta(hours=24)) == given
    assert await store.idempotency_record("k", now=given.expires_at) is None
    assert await store.idempotency_record("other", now=NOON) is None


async def test_a_key_in_use_refuses_the_whole_request(store: EventStore) -> None:
    given = record(expires_at=NOON + timedelta(days=1))
    await store.append(request("order-1", idempotency=given))
    with pytest.raises(IdempotencyKeyTaken):
        await store.append(request("order-2", idempotency=given))
    assert await store.head() == 1


async def test_of_two_requests_with_one_key_at_once_the_second_is_refused(store: EventStore) -> None:
    given = record(expires_at=NOON + timedelta(days=1))
    first, second = await outcomes(store, request("order-1", idempotency=given), request("order-2", idempotency=given))
    assert first == AppendResult(1, 1)
    assert isinstance(second, IdempotencyKeyTaken)


async def test_the_same_events_for_another_body_are_not_a_lost_acknowledgement(store: EventStore) -> None:
    tomorrow = NOON + timedelta(days=1)
    await store.append(request("order-1", idempotency=record(fingerprint=b"one", expires_at=tomorrow)))
    with pytest.raises(IdempotencyKeyTaken):
        await store.append(request("order-1", idempotency=record(fingerprint=b"other", expires_at=tomorrow)))


async def test_the_first_reply_stays_when_its_request_comes_again(store: EventStore) -> None:
    first = record(expires_at=NOON + timedelta(days=1), body=b"first")
    await store.append(request("order-1", idempotency=first))
    await store.append(request("order-1", idempotency=record(expires_at=NOON + timedelta(days=2), body=b"second")))
    assert await store.idempotency_record("k", now=NOON) == first


async def test_a_claim_is_kept_beside_the_record_and_outlives_it(store: EventStore, clock: SetClock) -> None:
    first = record(expires_at=NOON + timedelta(days=1))
    claim = record("claim", expires_at=NOON + timedelta(days=1_000), body=b"order-1")
    await store.append(request("order-1", idempotency=first, claim=claim))
    assert await store.idempotency_record("k", now=NOON) == first
    clock.now = NOON + timedelta(days=2)
    again = record(expires_at=NOON + timedelta(days=3))
    with pytest.raises(IdempotencyKeyTaken):
        await store.append(request("order-2", idempotency=again, claim=claim))
    assert await store.idempotency_record("k", now=clock.now) is None
    assert await store.idempotency_record("claim", now=clock.now) == claim
    assert await store.head() == 1


async def test_of_two_claims_at_once_the_second_is_refused(store: EventStore) -> None:
    claim = record("claim", expires_at=NOON + timedelta(days=1))
    first, second = await outcomes(store, request("order-1", claim=claim), request("order-2", claim=claim))
    assert isinstance(first, AppendResult)
    assert isinstance(second, IdempotencyKeyTaken)


async def test_an_expired_key_may_be_used_again(store: EventStore, clock: SetClock) -> None:
    await store.append(request("order-1", idempotency=record(expires_at=NOON + timedelta(days=1))))
    clock.now = NOON + timedelta(days=1)
    anew = record(expires_at=NOON + timedelta(days=2), fingerprint=b"new")
    assert await store.append(request("order-2", idempotency=anew)) == AppendResult(2, 2)
    assert await store.idempotency_record("k", now=clock.now) == anew


async def test_a_cancelled_caller_does_not_disturb_another(store: EventStore) -> None:
    leaving = asyncio.ensure_future(store.append(request("order-1")))
    staying = asyncio.ensure_future(store.append(request("order-2")))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).last == await store.head()


async def test_closing_finishes_what_was_accepted_and_refuses_the_rest(store: EventStore) -> None:
    accepted = [asyncio.ensure_future(store.append(request(f"order-{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert sorted([(await each).last for each in accepted]) == list(range(1, 51))
    with pytest.raises(Unavailable):
        await store.append(request("order-50"))
    with pytest.raises(Unavailable):
        await store.head()


async def test_many_callers_on_few_streams_leave_no_gap_anywhere(store: EventStore) -> None:
    """G2: after a conflict a caller loads and tries again, as a handler does."""
    streams = [f"warehouse-{n}" for n in range(5)]

    async def caller(name: int) -> int:
        conflicts = 0
        for turn in range(10):
            stream = streams[(name + turn) % len(streams)]
            while True:
                known = await store.stream(stream)
                try:
                    await store.append(request(stream, len(known), by=f"{name}-{turn}", n=1 + turn % 3))
                    break
                except Conflict:
                    conflicts += 1
        return conflicts

    conflicts = await asyncio.gather(*(caller(name) for name in range(20)))
    log = await store.log(0, limit=10_000)
    assert sum(conflicts) > 0
    assert [event.position for event in log] == list(range(1, 20 * 19 + 1))
    for known in (await store.streams(dict.fromkeys(streams, 0))).values():
        assert [event.version for event in known] == list(range(1, len(known) + 1))
        assert all(_in_order(a, b) for a, b in pairwise(known))


def _in_order(earlier: Envelope, later: Envelope) -> bool:
    return earlier.position < later.position
