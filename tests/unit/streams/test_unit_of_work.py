"""A unit of work is seen by nobody until it is committed, and decides the same however often it is made."""

from collections.abc import Sequence

import pytest

from domain.decider import Decider
from event_store.records import AppendRequest, Checkpoint, Timer
from event_store.repository import Repository
from event_store.unit_of_work import UnitOfWork, retry_on_conflict
from schemas.envelope import Cause
from schemas.errors import Conflict
from schemas.message import Event
from schemas.order import OrderCompleted
from schemas.topics import ORDERS, TopicPartition
from tests.examples import NOON
from tests.unit.streams.fakes import TroubledStore

COUNTED: Decider[int, int, Event] = Decider(
    initial=0,
    decide=lambda wanted, so_far: [OrderCompleted(order_id="7")] * (wanted - so_far),
    evolve=lambda so_far, _: so_far + 1,
)
STREAM, OTHER = "order-7", "order-8"
CAUSE = Cause(id="message-1", at=NOON, correlation_id="c")


def timer(token: str = "1") -> Timer:
    return Timer("t", "saga", "7", token, NOON)


async def loaded(store: TroubledStore, *streams: str) -> tuple[UnitOfWork, Repository[int, int, Event]]:
    unit, repository = UnitOfWork(store), Repository(store, COUNTED)
    await unit.load(repository, streams or (STREAM,))
    return unit, repository


def ids(request: AppendRequest) -> Sequence[str]:
    return [event.id for event in request.events]


async def test_what_was_decided_is_seen_in_the_unit_and_nowhere_else(store: TroubledStore) -> None:
    unit, repository = await loaded(store)
    unit.decide(STREAM, 2, CAUSE)
    assert unit.state(STREAM) == 2
    assert (await repository.load(STREAM)).state == 0


async def test_a_committed_unit_is_the_newest_state_without_a_read(store: TroubledStore) -> None:
    unit, repository = await loaded(store)
    unit.decide(STREAM, 2, CAUSE)
    assert await unit.commit()
    reads = store.reads
    kept = await repository.load(STREAM)
    assert (kept.state, kept.version, store.reads) == (2, 2, reads)


async def test_what_decides_nothing_on_a_state_that_others_have_changed_is_decided_again(store: TroubledStore) -> None:
    _, repository = await loaded(store)
    rival, _ = await loaded(store)
    rival.decide(STREAM, 2, CAUSE)
    assert await rival.commit()
    outdated, again = UnitOfWork(store), UnitOfWork(store)
    for unit in (outdated, again):
        await unit.load(repository, [STREAM])
        assert not await unit.is_outdated(), "nobody has asked yet"
        unit.decide(STREAM, 0, CAUSE)
        assert await unit.is_outdated() == (unit is outdated)
    assert again.version(STREAM) == 2


async def test_what_an_append_would_find_out_is_not_read_before(store: TroubledStore) -> None:
    _, repository = await loaded(store)
    unit = UnitOfWork(store)
    await unit.load(repository, [STREAM])
    unit.decide(STREAM, 2, CAUSE)
    reads = store.reads
    assert (await unit.is_outdated(), store.reads) == (False, reads)


async def test_a_lost_race_makes_the_next_unit_read_again(store: TroubledStore) -> None:
    unit, repository = await loaded(store)
    rival, _ = await loaded(store)
    rival.decide(STREAM, 3, CAUSE)
    assert await rival.commit()
    unit.decide(STREAM, 1, Cause(id="message-2", at=NOON, correlation_id="c"))
    with pytest.raises(Conflict):
        await unit.commit()
    assert (await repository.load(STREAM)).state == 3


async def test_decisions_on_one_stream_follow_one_another(store: TroubledStore) -> None:
    unit, _ = await loaded(store, STREAM, OTHER)
    unit.decide(STREAM, 1, CAUSE)
    unit.decide(OTHER, 1, CAUSE)
    unit.decide(STREAM, 3, Cause(id="message-2", at=NOON, correlation_id="c"))
    assert [(event.stream, event.version) for event in unit.request().events] == [
        (STREAM, 1),
        (OTHER, 1),
        (STREAM, 2),
        (STREAM, 3),
    ]


async def test_two_decisions_for_one_cause_on_one_stream_have_ids_of_their_own(store: TroubledStore) -> None:
    unit, _ = await loaded(store)
    unit.decide(STREAM, 1, CAUSE)
    unit.decide(STREAM, 3, CAUSE)
    assert len(set(ids(unit.request()))) == 3


async def test_the_same_decisions_have_the_same_ids_whatever_else_is_in_the_batch(store: TroubledStore) -> None:
    alone, _ = await loaded(store)
    alone.decide(STREAM, 1, CAUSE)
    alone.decide(STREAM, 2, CAUSE)
    together, _ = await loaded(store, STREAM, OTHER)
    together.decide(OTHER, 4, CAUSE)
    together.decide(STREAM, 1, CAUSE)
    together.decide(OTHER, 5, Cause(id="message-2", at=NOON, correlation_id="c"))
    together.decide(STREAM, 2, CAUSE)
    assert ids(alone.request()) == [event.id for event in together.request().events if event.stream == STREAM]


async def test_a_batch_costs_one_read(store: TroubledStore) -> None:
    unit, repository = await loaded(store, STREAM, OTHER, STREAM, "order-9")
    assert store.reads == 1
    await unit.load(repository, (OTHER, STREAM))
    assert store.reads == 1


async def test_loading_again_does_not_take_back_what_was_decided(store: TroubledStore) -> None:
    unit, repository = await loaded(store)
    unit.decide(STREAM, 1, CAUSE)
    await unit.load(repository, (STREAM,))
    assert unit.state(STREAM) == 1


async def test_the_last_word_on_a_timer_counts(store: TroubledStore) -> None:
    unit, _ = await loaded(store)
    unit.cancel_timer("t")
    unit.set_timer(timer("1"))
    unit.set_timer(timer("2"))
    assert (unit.request().timers, unit.request().cancelled_timers) == ((timer("2"),), ())
    unit.cancel_timer("t")
    assert (unit.request().timers, unit.request().cancelled_timers) == ((), ("t",))


async def test_events_timers_and_checkpoints_are_one_append(store: TroubledStore) -> None:
    unit, _ = await loaded(store)
    unit.decide(STREAM, 1, CAUSE)
    unit.set_timer(timer())
    checkpoint = Checkpoint("saga", TopicPartition(ORDERS, 0), 4)
    assert await unit.commit(checkpoints=(checkpoint,))
    assert len(store.units) == 1
    assert await store.checkpoints("saga") == {TopicPartition(ORDERS, 0): 4}
    assert await store.due(NOON, kind="saga") == [timer()]
    assert await store.head() == 1


async def test_a_lost_race_is_tried_again_on_newer_states(store: TroubledStore) -> None:
    repository, attempts = Repository(store, COUNTED), []
    for unit in retry_on_conflict(store, attempts=3):
        await unit.load(repository, (STREAM,))
        attempts.append((unit.attempt, unit.state(STREAM)))
        if not unit.attempt:
            rival, _ = await loaded(store)
            rival.decide(STREAM, 1, Cause(id="message-2", at=NOON, correlation_id="c"))
            assert await rival.commit()
        unit.decide(STREAM, 2, CAUSE)
        assert await unit.commit() is bool(unit.attempt)
        assert unit.conflicts == (() if unit.attempt else (STREAM,))
    assert attempts == [(0, 0), (1, 1)]
    assert await store.head() == 2


async def lose(store: TroubledStore, attempts: int) -> None:
    """Let a rival commit before every attempt."""
    for unit in retry_on_conflict(store, attempts=attempts):
        unit.begin(COUNTED, OTHER)
        unit.decide(OTHER, 1, Cause(id=f"message-{unit.attempt}", at=NOON, correlation_id="c"))
        rival, _ = await loaded(store, OTHER)
        rival.decide(OTHER, 9 + unit.attempt, Cause(id=f"rival-{unit.attempt}", at=NOON, correlation_id="c"))
        assert await rival.commit()
        await unit.commit()


async def test_the_last_attempt_raises_its_conflict_and_nothing_is_recorded(store: TroubledStore) -> None:
    with pytest.raises(Conflict):
        await lose(store, attempts=2)
    assert await store.head() == 10


async def test_a_position_is_that_of_a_version_of_its_stream(store: TroubledStore) -> None:
    unit, _ = await loaded(store, STREAM, OTHER)
    unit.decide(STREAM, 2, CAUSE)
    unit.decide(OTHER, 1, CAUSE)
    assert await unit.commit()
    assert [await unit.position(STREAM, 2), await unit.position(STREAM, 1), await unit.position(OTHER, 1)] == [2, 1, 3]


async def test_where_nothing_is_decided_the_position_is_looked_up(store: TroubledStore) -> None:
    first, _ = await loaded(store)
    first.decide(STREAM, 2, CAUSE)
    assert await first.commit()
    again, _ = await loaded(store, STREAM, OTHER)
    assert await again.commit()
    assert [await again.position(STREAM, 2), await again.position(OTHER, 0)] == [2, 0]
    assert len(store.units) == 1, "nothing to record is no append"


async def test_a_stream_that_is_expected_to_be_empty_is_not_read(store: TroubledStore) -> None:
    unit = UnitOfWork(store)
    unit.begin(COUNTED, STREAM)
    unit.decide(STREAM, 1, CAUSE, subject_id="somebody")
    assert await unit.commit()
    assert store.reads == 0
    [recorded] = await store.stream(STREAM)
    assert (recorded.version, recorded.subject_id) == (1, "somebody")
