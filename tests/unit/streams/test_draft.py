"""A draft is seen by nobody until it is recorded, and says the same however often it is made."""

from collections.abc import Sequence

from domain.decider import Decider
from event_store.records import Append, Checkpoint, Timer
from event_store.repository import Repository
from schemas.envelope import Cause
from schemas.message import Event
from schemas.order import OrderCompleted
from schemas.topics import ORDERS, Place
from streams.draft import Draft
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


async def loaded(store: TroubledStore, *streams: str) -> tuple[Draft, Repository[int, int, Event]]:
    draft, repository = Draft(NOON), Repository(store, COUNTED)
    await draft.load(repository, streams or (STREAM,))
    return draft, repository


def ids(unit: Append) -> Sequence[str]:
    return [event.id for event in unit.events]


async def test_what_was_decided_is_seen_in_the_draft_and_nowhere_else(store: TroubledStore) -> None:
    draft, repository = await loaded(store)
    draft.decide(STREAM, 2, CAUSE)
    assert draft.state(STREAM) == 2
    assert (await repository.load(STREAM)).state == 0


async def test_a_kept_draft_is_the_newest_state_without_a_read(store: TroubledStore) -> None:
    draft, repository = await loaded(store)
    draft.decide(STREAM, 2, CAUSE)
    await store.append(draft.unit(()))
    draft.keep()
    reads = store.reads
    kept = await repository.load(STREAM)
    assert (kept.state, kept.version, store.reads) == (2, 2, reads)


async def test_a_dropped_draft_makes_the_next_one_read_again(store: TroubledStore) -> None:
    draft, repository = await loaded(store)
    rival, _ = await loaded(store)
    rival.decide(STREAM, 3, CAUSE)
    await store.append(rival.unit(()))
    draft.drop()
    assert (await repository.load(STREAM)).state == 3


async def test_decisions_on_one_stream_follow_one_another(store: TroubledStore) -> None:
    draft, _ = await loaded(store, STREAM, OTHER)
    draft.decide(STREAM, 1, CAUSE)
    draft.decide(OTHER, 1, CAUSE)
    draft.decide(STREAM, 3, Cause(id="message-2", at=NOON, correlation_id="c"))
    assert [(event.stream, event.version) for event in draft.unit(()).events] == [
        (STREAM, 1),
        (OTHER, 1),
        (STREAM, 2),
        (STREAM, 3),
    ]


async def test_two_decisions_for_one_cause_on_one_stream_have_ids_of_their_own(store: TroubledStore) -> None:
    draft, _ = await loaded(store)
    draft.decide(STREAM, 1, CAUSE)
    draft.decide(STREAM, 3, CAUSE)
    assert len(set(ids(draft.unit(())))) == 3


async def test_the_same_decisions_have_the_same_ids_whatever_else_is_in_the_batch(store: TroubledStore) -> None:
    alone, _ = await loaded(store)
    alone.decide(STREAM, 1, CAUSE)
    alone.decide(STREAM, 2, CAUSE)
    together, _ = await loaded(store, STREAM, OTHER)
    together.decide(OTHER, 4, CAUSE)
    together.decide(STREAM, 1, CAUSE)
    together.decide(OTHER, 5, Cause(id="message-2", at=NOON, correlation_id="c"))
    together.decide(STREAM, 2, CAUSE)
    assert ids(alone.unit(())) == [event.id for event in together.unit(()).events if event.stream == STREAM]


async def test_a_batch_costs_one_read(store: TroubledStore) -> None:
    draft, repository = await loaded(store, STREAM, OTHER, STREAM, "order-9")
    assert store.reads == 1
    await draft.load(repository, (OTHER, STREAM))
    assert store.reads == 1


async def test_loading_again_does_not_take_back_what_was_decided(store: TroubledStore) -> None:
    draft, repository = await loaded(store)
    draft.decide(STREAM, 1, CAUSE)
    await draft.load(repository, (STREAM,))
    assert draft.state(STREAM) == 1


async def test_the_last_word_on_a_timer_counts(store: TroubledStore) -> None:
    draft, _ = await loaded(store)
    draft.forget("t")
    draft.remind(timer("1"))
    draft.remind(timer("2"))
    assert (draft.unit(()).timers, draft.unit(()).cleared) == ((timer("2"),), ())
    draft.forget("t")
    assert (draft.unit(()).timers, draft.unit(()).cleared) == ((), ("t",))


async def test_events_timers_and_checkpoints_are_one_append(store: TroubledStore) -> None:
    draft, _ = await loaded(store)
    draft.decide(STREAM, 1, CAUSE)
    draft.remind(timer())
    checkpoint = Checkpoint("saga", Place(ORDERS, 0), 4)
    await store.append(draft.unit((checkpoint,)))
    assert len(store.units) == 1
    assert await store.checkpoints("saga") == {Place(ORDERS, 0): 4}
    assert await store.due(NOON) == [timer()]
    assert await store.head() == 1
