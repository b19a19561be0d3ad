"""What every agent is: one append per batch, nothing twice, and a failing order delays nobody else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from domain.decider import Decider
from event_store.records import BEHIND, AppendRequest, ParkedFilter, ParkedMessage, Timer
from event_store.repository import Repository
from event_store.unit_of_work import UnitOfWork
from schemas.dead_letters import DeadLettersDiscarded, DeadLettersReplayed, LetterKind, LetterRef
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.errors import Conflict, Poison, Refused, StreamUnreadable, Unavailable
from schemas.message import Event
from schemas.order import OrderCompleted, OrderCreated
from schemas.stream_names import DEAD_LETTERS_STREAM, payment_stream
from schemas.topics import ORDERS, TopicPartition
from streams import decisions
from streams.parked_messages import ProviderFault, failed_message
from streams.processor import LOOK_FOR_PARKED_EVERY, Processor
from streams.sagas import Sagas
from streams.triggers import Trigger
from subscriptions.catch_up import UnreadableEvent
from subscriptions.retry import MAX_TRIES
from tests.examples import NOON
from tests.histories import events
from tests.unit.streams.fakes import TRACE, Counts, SetClock, TroubledStore, once, order_id, put, put_bytes, types_of

PLACE = TopicPartition(ORDERS, 0)
ONCE_EACH: Decider[str, int, Event] = Decider(
    initial=0,
    decide=lambda order, answered: [] if answered else [OrderCompleted(order_id=order)],
    evolve=lambda answered, _: answered + 1,
)


class Answering(Processor):
    """Answers every order once, on a stream of its own; some orders are too much for it."""

    consumer = "answering"
    topics = frozenset({ORDERS})
    types = frozenset({OrderCreated.wire_name})
    timer_kind = "answering"

    def __init__(self, store: TroubledStore, clock: SetClock, counts: Counts, broken: Sequence[str] = ()) -> None:
        super().__init__(store, clock=clock, metrics=counts)
        self.broken = set(broken)
        self.waiting = set[str]()
        self.answers = Repository(store, ONCE_EACH)
        self.asked: list[list[str]] = []

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> Mapping[str, Exception]:
        self.asked.append([trigger.order_id for trigger in triggers])
        await unit.load(self.answers, (payment_stream(trigger.order_id) for trigger in triggers))
        for trigger in triggers:
            if trigger.order_id in self.broken:
                raise ZeroDivisionError(trigger.order_id)
            if trigger.order_id not in self.waiting:
                unit.decide(payment_stream(trigger.order_id), trigger.order_id, trigger.cause)
        return {order_id: ProviderFault("it does not answer") for order_id in self.waiting}


Hired = Callable[..., Answering]


@pytest.fixture
def hire(store: TroubledStore, clock: SetClock, counts: Counts) -> Hired:
    return lambda *broken: Answering(store, clock, counts, broken)


async def orders(store: TroubledStore, *numbers: int) -> list[Envelope]:
    placed = [event for number in numbers for event in events("order.created", order_id=order_id(number))]
    return await put(store, *placed)


async def answered(store: TroubledStore, numbers: Sequence[int]) -> list[int]:
    """Which of these orders were answered exactly once."""
    streams = {number: await types_of(store, payment_stream(order_id(number))) for number in numbers}
    return [number for number, types in streams.items() if types == ["order.completed"]]


async def test_results_and_checkpoint_of_a_batch_are_one_append(store: TroubledStore, hire: Hired) -> None:
    batch = await orders(store, 1, 2, 3)
    store.units.clear()
    await hire().handle(PLACE, batch, 9)
    [unit] = store.units
    assert len(unit.events) == 3
    assert [(each.consumer, each.partition, each.position) for each in unit.checkpoints] == [("answering", PLACE, 9)]


async def test_a_second_delivery_decides_nothing(store: TroubledStore, hire: Hired) -> None:
    batch = await orders(store, 1, 2)
    processor = hire()
    await processor.handle(PLACE, batch, 2)
    head = await store.head()
    await processor.handle(PLACE, batch, 2)
    await hire().handle(PLACE, batch[1:], 2)
    assert await store.head() == head == 4


@pytest.mark.parametrize("is_restarted", [True, False], ids=["another process", "the same process"])
async def test_a_lost_acknowledgement_repeats_the_batch_and_records_nothing_twice(
    store: TroubledStore, hire: Hired, counts: Counts, is_restarted: bool
) -> None:
    batch = await orders(store, 1, 2)
    processor = hire()
    store.lose = once()
    with pytest.raises(Unavailable):
        await processor.handle(PLACE, batch, 2)
    await (hire() if is_restarted else processor).handle(PLACE, batch, 2)
    assert await store.head() == 4
    assert await store.checkpoints("answering") == {PLACE: 2}
    assert counts.of("messages_parked", "answering") == 0


@pytest.mark.parametrize("cause", ["broken", "waiting"])
async def test_a_message_does_not_stay_parked_where_the_acknowledgement_of_that_was_lost(
    store: TroubledStore, hire: Hired, cause: str
) -> None:
    batch = await orders(store, 1)
    processor = hire()
    troubles: set[str] = getattr(processor, cause)
    troubles.add(order_id(1))
    store.lose = once()
    with pytest.raises(Unavailable):
        await processor.handle(PLACE, batch, 1)
    troubles.clear()
    await processor.handle(PLACE, batch, 1)
    await processor.retry_parked({PLACE})
    assert await store.parked("answering") == []
    assert await answered(store, (1,)) == [1]


async def test_a_database_that_is_down_is_no_fault_of_the_orders(
    store: TroubledStore, hire: Hired, counts: Counts
) -> None:
    batch = await orders(store, 1, 2)
    store.refuse = lambda _: True
    with pytest.raises(Unavailable):
        await hire().handle(PLACE, batch, 2)
    store.refuse = lambda _: False
    assert counts.of("messages_parked", "answering") == 0
    assert await store.checkpoints("answering") == {}
    assert await answered(store, (1, 2)) == []


@pytest.mark.parametrize("broken", [(1,), (3,), (7,), (1, 7), (3, 4), (2, 4, 6)])
async def test_an_order_that_fails_is_parked_and_all_others_go_on(
    store: TroubledStore, hire: Hired, counts: Counts, broken: tuple[int, ...]
) -> None:
    everyone = range(1, 8)
    batch = await orders(store, *everyone)
    processor = hire(*map(order_id, broken))
    await processor.handle(PLACE, batch, 7)
    assert await answered(store, everyone) == [number for number in everyone if number not in broken]
    assert await store.checkpoints("answering") == {PLACE: 7}
    assert [(row.position, row.attempts, row.cause) for row in await store.parked("answering")] == [
        (number, 1, "ZeroDivisionError") for number in broken
    ]
    assert counts.of("messages_parked", "answering") == len(broken)
    assert counts.of("handled", "answering") == 7 - len(broken)
    await processor.handle(PLACE, await orders(store, 8), 20)
    assert await answered(store, (8,)) == [8]


async def test_the_parked_message_and_the_checkpoint_behind_it_are_one_append(
    store: TroubledStore, hire: Hired
) -> None:
    batch = await orders(store, 1, 2)
    processor = hire(order_id(1))
    store.units.clear()
    await processor.handle(PLACE, batch, 2)
    [unit] = [unit for unit in store.units if unit.checkpoints]
    assert [row.position for row in unit.parked] == [1]


async def test_later_messages_of_a_parked_order_wait_behind_it_in_order(
    store: TroubledStore, hire: Hired, clock: SetClock, counts: Counts
) -> None:
    processor = hire(order_id(1))
    await processor.handle(PLACE, await orders(store, 1, 2), 2)
    await processor.handle(PLACE, await orders(store, 1, 3), 9)
    assert [(row.subject, row.attempts) for row in await store.parked("answering")] == [
        (order_id(1), 1),
        (order_id(1), 0),
    ]
    assert counts.of("messages_parked", "answering") == 1
    processor.broken.clear()
    processor.asked.clear()
    clock.pass_by(1)
    assert await processor.retry_parked({PLACE}) == 1
    assert processor.asked == [[order_id(1)]] * 2
    assert await store.parked("answering") == []
    assert await answered(store, (1, 2, 3)) == [1, 2, 3]
    assert counts.now("parked_messages", "answering") == 0
    await processor.handle(PLACE, await orders(store, 1), 20)
    assert await store.parked("answering") == []


async def test_a_message_that_fails_by_a_fault_of_ours_is_dead_after_three_tries_and_is_kept(
    store: TroubledStore, hire: Hired, clock: SetClock, counts: Counts
) -> None:
    processor = hire(order_id(1))
    await processor.handle(PLACE, await orders(store, 1, 2), 2)
    waits = []
    for _ in range(MAX_TRIES):
        [row] = await store.parked("answering")
        assert row.dead_at is None
        waits.append((row.retry_at - clock()).total_seconds())
        assert await processor.retry_parked({PLACE}) == 0
        clock.pass_by(waits[-1])
        assert await processor.retry_parked({PLACE}) == 1
    assert waits == [1, 2, 4]
    [row] = await store.parked("answering")
    assert (row.dead_at, row.attempts, row.since) == (clock(), 4, NOON)
    clock.pass_by(86_400)
    assert await processor.retry_parked({PLACE}) == 0
    assert (counts.now("parked_messages", "answering"), counts.now("dead_letters", "answering")) == (0, 1)


async def test_behind_a_dead_letter_its_order_waits_also_after_a_restart_and_all_others_go_on(
    store: TroubledStore, hire: Hired, clock: SetClock
) -> None:
    processor = hire(order_id(1))
    await processor.handle(PLACE, await orders(store, 1), 1)
    await die(processor, clock)
    await processor.handle(PLACE, await orders(store, 1, 2), 9)
    successor = hire()
    await successor.checkpoints()
    clock.pass_by(86_400)
    assert await successor.retry_parked({PLACE}) == 0
    assert [(row.cause, row.dead_at is None) for row in await store.parked("answering")] == [
        ("ZeroDivisionError", False),
        (BEHIND, True),
    ]
    assert await answered(store, (1, 2)) == [2]


@pytest.mark.parametrize("error", [ProviderFault("away"), Conflict(["order-1"]), StreamUnreadable("warehouse-main")])
def test_what_an_outside_party_or_others_cause_is_tried_ever_more_seldom_and_never_given_up(error: Exception) -> None:
    row = ParkedMessage("payment", 7, order_id(1), PLACE, NOON, 0, BEHIND, NOON)
    waits = []
    for _ in range(12):
        row = failed_message(row, error, NOON)
        waits.append((row.retry_at - NOON).total_seconds())
        assert row.dead_at is None
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    bug = failed_message(row, ZeroDivisionError(), NOON)
    assert (bug.attempts, bug.dead_at) == (1, None), "its tries are its own"


async def test_the_cause_of_a_parked_message_says_where_it_was_raised_and_nothing_of_what_was_handled(
    store: TroubledStore, hire: Hired
) -> None:
    await hire(order_id(1)).handle(PLACE, await orders(store, 1), 1)
    [row] = await store.parked("answering")
    assert row.cause == "ZeroDivisionError"
    assert "test_processor.py" in row.trace
    assert "in react" in row.trace
    assert row.trace.endswith("\nZeroDivisionError")
    assert order_id(1) not in row.trace


async def die(processor: Answering, clock: SetClock) -> None:
    """Try what is parked until it is dead."""
    for _ in range(MAX_TRIES):
        clock.pass_by(10)
        await processor.retry_parked({PLACE})


async def test_a_dead_letter_that_could_not_be_recorded_is_tried_again_until_it_is(
    store: TroubledStore, hire: Hired, clock: SetClock
) -> None:
    processor = hire(order_id(1))
    await processor.handle(PLACE, await orders(store, 1), 1)
    store.refuse = once(lambda unit: any(row.dead_at for row in unit.parked))
    with pytest.raises(Unavailable):
        await die(processor, clock)
    [row] = await store.parked("answering")
    assert row.dead_at is None
    clock.pass_by(10)
    await processor.retry_parked({PLACE})
    [row] = await store.parked("answering")
    assert row.dead_at == clock()


async def test_another_worker_takes_over_what_is_parked_on_its_partitions_only(
    store: TroubledStore, hire: Hired, clock: SetClock
) -> None:
    await hire(order_id(1)).handle(PLACE, await orders(store, 1), 1)
    successor = hire()
    await successor.checkpoints()
    assert await successor.retry_parked({TopicPartition(ORDERS, 1)}) == 0
    assert await successor.retry_parked({PLACE}) == 1
    assert await answered(store, (1,)) == [1]
    assert await store.parked("answering") == []


async def test_what_the_worker_before_parks_in_its_last_batch_is_taken_over_within_a_minute(
    store: TroubledStore, hire: Hired, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 0.0
    monkeypatch.setattr("streams.processor.time.monotonic", lambda: seconds)
    successor = hire()
    await successor.checkpoints()
    await hire(order_id(1)).handle(PLACE, await orders(store, 1), 1)
    assert await successor.retry_parked({PLACE}) == 0
    seconds = LOOK_FOR_PARKED_EVERY
    assert await successor.retry_parked({PLACE}) == 1
    assert await answered(store, (1,)) == [1]
    assert await store.parked("answering") == []


async def test_an_event_that_cannot_be_decoded_is_parked_with_its_order_and_read_again(
    store: TroubledStore, hire: Hired, clock: SetClock
) -> None:
    [first, second] = await orders(store, 1, 1)
    unreadable = UnreadableEvent(first.position, first.stream, Poison("of a later release"))
    processor = hire()
    await processor.handle(PLACE, [second], 2, [unreadable])
    assert [(row.position, row.subject, row.cause) for row in await store.parked("answering")] == [
        (1, order_id(1), "poison"),
        (2, order_id(1), "behind_a_parked_message"),
    ]
    clock.pass_by(1)
    await processor.retry_parked({PLACE})
    assert await store.parked("answering") == []
    assert await answered(store, (1,)) == [1]


async def test_while_messages_are_parked_the_rest_of_a_batch_is_one_append(store: TroubledStore, hire: Hired) -> None:
    processor = hire(order_id(1))
    await processor.handle(PLACE, await orders(store, 1), 1)
    batch = await orders(store, 1, 2, 3)
    store.units.clear()
    await processor.handle(PLACE, batch, 4)
    [unit] = store.units
    assert (len(unit.events), len(unit.parked), len(unit.checkpoints)) == (2, 1, 1)


async def test_a_parked_order_is_told_with_its_cause(store: TroubledStore, hire: Hired) -> None:
    [message] = await orders(store, 1)
    with capture_logs() as lines:
        await hire(order_id(1)).handle(PLACE, [message], 1)
    [line] = [line for line in lines if line["log_level"] == "error"]
    assert line["event"] == "order parked"
    told = {name: line[name] for name in ("consumer", "orderId", "correlationId", "causationId")}
    assert told == {
        "consumer": "answering",
        "orderId": order_id(1),
        "correlationId": "checkout-7",
        "causationId": message.id,
    }
    assert isinstance(line["exc_info"], ZeroDivisionError)


async def test_the_checkpoint_waits_for_both_halves(store: TroubledStore, hire: Hired) -> None:
    batch = await orders(store, 1, 2, 3, 4)
    store.refuse = lambda unit: any(event.stream == payment_stream(order_id(4)) for event in unit.events)
    with pytest.raises(Unavailable):
        await hire(order_id(1)).handle(PLACE, batch, 4)
    assert await answered(store, (2, 3, 4)) == [2]
    assert await store.checkpoints("answering") == {}


async def test_a_lost_race_is_decided_again_on_what_the_other_left(
    store: TroubledStore, hire: Hired, counts: Counts
) -> None:
    batch = await orders(store, 1, 2)
    processor = hire()
    await processor.answers.load_many([payment_stream(order_id(1))])
    await hire().handle(TopicPartition(ORDERS, 1), batch[:1], 1)
    await processor.handle(PLACE, batch[:1] + await orders(store, 1) + batch[1:], 3)
    assert counts.of("races_lost", "answering") == 1
    assert counts.of("messages_parked", "answering") == 0
    assert [len(await store.stream(payment_stream(order_id(number)))) for number in (1, 2)] == [1, 1]


@pytest.mark.parametrize("races", [1, 19, 60])
async def test_a_lost_race_is_never_a_reason_to_give_up(
    store: TroubledStore, hire: Hired, counts: Counts, monkeypatch: pytest.MonkeyPatch, races: int
) -> None:
    monkeypatch.setattr("event_store.unit_of_work.LONGEST_PAUSE", 0.0)
    batch = await orders(store, 1, 2)
    processor = hire()
    react, left = processor.react, iter(range(races))

    async def overtaken(triggers: Sequence[Trigger], unit: UnitOfWork) -> Mapping[str, Exception]:
        waiting = await react(triggers, unit)
        if next(left, None) is not None:
            await put(store, *events("payment.voided", order_id=order_id(1)))
        return waiting

    monkeypatch.setattr(processor, "react", overtaken)
    processor.answers.decider = Decider(
        initial=0, decide=lambda order, _: [OrderCompleted(order_id=order)], evolve=lambda n, _: n + 1
    )
    await processor.handle(PLACE, batch, 2)
    assert await types_of(store, payment_stream(order_id(1))) == ["payment.voided"] * races + ["order.completed"]
    assert await answered(store, (2,)) == [2]
    assert counts.of("races_lost", "answering") == races
    assert await store.parked("answering") == []
    assert await store.checkpoints("answering") == {PLACE: 2}


async def test_where_nothing_is_wanted_the_checkpoint_is_saved_at_most_once_a_second_whatever_the_clock_says(
    store: TroubledStore, hire: Hired, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = 1_000.0
    monkeypatch.setattr("streams.processor.time.monotonic", lambda: ticks)
    await orders(store, *range(1, 40))
    processor, other = hire(), TopicPartition(ORDERS, 3)
    for position in range(1, 40):
        await processor.handle(PLACE, [], position)
    await processor.handle(other, [], 5)
    assert await store.checkpoints("answering") == {PLACE: 1, other: 5}
    clock.pass_by(-3_600)
    ticks += 1
    await processor.save_checkpoints({PLACE: 39, other: 5})
    assert await processor.checkpoints() == {PLACE: 39, other: 5}
    store.units.clear()
    ticks += 1
    await processor.save_checkpoints({PLACE: 39, other: 5})
    assert store.units == []


async def test_an_answer_says_whose_conversation_it_is_and_what_caused_it(
    store: TroubledStore, hire: Hired, clock: SetClock
) -> None:
    [message] = await orders(store, 1)
    await hire().handle(PLACE, [message], 1)
    [answer] = await store.stream(payment_stream(order_id(1)))
    assert (answer.correlation_id, answer.causation_id) == ("checkout-7", message.id)
    assert (answer.request_id, answer.traceparent) == ("request-7", TRACE)


async def test_an_answer_happens_when_it_is_given(store: TroubledStore, hire: Hired, clock: SetClock) -> None:
    [message] = await orders(store, 1)
    clock.pass_by(60)
    await hire().handle(PLACE, [message], 1)
    [answer] = await store.stream(payment_stream(order_id(1)))
    assert answer.occurred_at == NOON + timedelta(seconds=60)


def timer_of(number: int) -> Timer:
    return Timer(f"t-{number}", "answering", order_id(number), "1", NOON)


async def test_a_timer_acts_in_the_conversation_of_its_order(store: TroubledStore, hire: Hired) -> None:
    await put(store, *events("saga.started", "payment.processing", order_id=order_id(1)), correlation_id="checkout-9")
    await hire().fire([timer_of(1)])
    [answer] = await store.stream(payment_stream(order_id(1)))
    assert (answer.correlation_id, answer.request_id, answer.traceparent) == ("checkout-9", "request-7", TRACE)


async def test_a_timer_that_fails_is_due_later_and_stops_no_other(
    store: TroubledStore, hire: Hired, clock: SetClock
) -> None:
    for number in (2, 3):
        await put(store, *events("saga.started", order_id=order_id(number)))
    timers = [timer_of(number) for number in (1, 2, 3)]
    await store.append(AppendRequest(timers=tuple(timers)))
    await hire(order_id(2)).fire(timers)
    assert await answered(store, (1, 2, 3)) == [3]
    assert [timer.id for timer in await store.due(clock(), kind="answering")] == ["t-3"]
    clock.pass_by(1)
    later = [timer for timer in await store.due(clock(), kind="answering") if timer.id != "t-3"]
    assert [(timer.id, timer.attempts) for timer in later] == [("t-1", 1), ("t-2", 1)]
    await hire().fire(later)
    assert await answered(store, (2,)) == [2]


async def test_a_timer_that_fails_is_dead_after_three_tries_and_is_kept(
    store: TroubledStore, hire: Hired, clock: SetClock
) -> None:
    await put(store, *events("saga.started", order_id=order_id(2)))
    await store.append(AppendRequest(timers=(timer_of(1), timer_of(2))))
    processor = hire(order_id(2))
    for _ in range(1 + MAX_TRIES):
        due = await store.due(clock(), kind="answering")
        assert {timer.id for timer in due} == {"t-1", "t-2"}
        await processor.fire(due)
        clock.pass_by(10)
    clock.pass_by(86_400)
    assert await store.due(clock(), kind="answering") == []
    failed = await store.failed_timers(ParkedFilter(is_dead=True))
    assert [(each.timer.id, each.cause, each.timer.attempts, each.since) for each in failed] == [
        ("t-1", "poison", 4, NOON),
        ("t-2", "ZeroDivisionError", 4, NOON),
    ]
    assert order_id(2) not in failed[1].trace


class Judging(Answering):
    """Cannot judge the timer of one order."""

    async def select_timers(self, timers: Sequence[Timer], sagas: Sagas) -> Sequence[Timer]:
        if any(timer.subject in self.broken for timer in timers):
            raise KeyError("warehouseId")
        return timers


async def test_a_timer_that_cannot_be_judged_is_parked_and_all_others_fire(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    timers = [timer_of(number) for number in range(1, 6)]
    for number in range(1, 6):
        await put(store, *events("saga.started", order_id=order_id(number)))
    await store.append(AppendRequest(timers=tuple(timers)))
    await Judging(store, clock, counts, [order_id(3)]).fire(timers)
    assert await answered(store, range(1, 6)) == [1, 2, 4, 5]
    [failed] = await store.failed_timers(ParkedFilter())
    assert (failed.timer.id, failed.cause, failed.dead_at) == ("t-3", "KeyError", None)


async def test_however_many_timers_fail_a_later_one_has_its_turn(
    store: TroubledStore, hire: Hired, clock: SetClock
) -> None:
    failing = [replace(timer_of(number), due_at=NOON - timedelta(seconds=9)) for number in range(2, 703)]
    await store.append(AppendRequest(timers=(timer_of(1), *failing)))
    await put(store, *events("saga.started", order_id=order_id(1)))
    processor = hire()
    for _ in range(2):
        await processor.fire(await store.due(clock(), kind="answering"))
    assert await answered(store, (1,)) == [1]


async def test_a_dead_letter_that_an_operator_replays_is_tried_at_once_and_what_waits_behind_it_follows(
    store: TroubledStore, hire: Hired, clock: SetClock, counts: Counts, look_always: None
) -> None:
    processor = hire(order_id(1), order_id(3))
    await processor.handle(PLACE, await orders(store, 1, 3), 2)
    await die(processor, clock)
    await processor.handle(PLACE, await orders(store, 1), 9)
    processor.broken.clear()
    await decide(store, DeadLettersReplayed, 1)
    assert await processor.retry_parked({TopicPartition(ORDERS, 1)}) == 0
    assert await processor.retry_parked({PLACE}) == 1
    assert await answered(store, (1, 3)) == [1]
    assert [row.subject for row in await store.parked("answering")] == [order_id(3)]
    assert await processor.retry_parked({PLACE}) == 0


async def test_a_replayed_message_has_all_its_tries_again_and_a_decision_is_carried_out_once(
    store: TroubledStore, hire: Hired, clock: SetClock, look_always: None
) -> None:
    processor = hire(order_id(1))
    await processor.handle(PLACE, await orders(store, 1), 1)
    await die(processor, clock)
    await decide(store, DeadLettersReplayed, 1)
    assert await processor.retry_parked({PLACE}) == 1
    [row] = await store.parked("answering")
    assert (row.attempts, row.dead_at, row.decided) == (1, None, 1)
    await die(processor, clock)
    successor = hire(order_id(1))
    await successor.checkpoints()
    clock.pass_by(86_400)
    assert await successor.retry_parked({PLACE}) == 0


async def test_a_decision_taken_while_nobody_was_at_work_is_carried_out_at_the_next_start(
    store: TroubledStore, hire: Hired, clock: SetClock, look_always: None
) -> None:
    processor = hire(order_id(1))
    await processor.handle(PLACE, await orders(store, 1), 1)
    await die(processor, clock)
    await decide(store, DeadLettersReplayed, 1)
    successor = hire()
    await successor.checkpoints()
    assert await successor.retry_parked({PLACE}) == 1
    assert await answered(store, (1,)) == [1]


async def test_a_decision_that_could_not_be_carried_out_is_carried_out_later(
    store: TroubledStore, hire: Hired, clock: SetClock, look_always: None
) -> None:
    processor = hire(order_id(1))
    await processor.handle(PLACE, await orders(store, 1), 1)
    await die(processor, clock)
    processor.broken.clear()
    await decide(store, DeadLettersReplayed, 1)
    await put_bytes(store, DEAD_LETTERS_STREAM, "dlq.of.a.later.release", b"{}")
    store.refuse = once()
    with pytest.raises(Unavailable):
        await processor.retry_parked({PLACE})
    assert await processor.retry_parked({PLACE}) == 1
    assert await answered(store, (1,)) == [1]


async def test_what_waits_behind_a_discarded_message_goes_on_without_it(
    store: TroubledStore, hire: Hired, clock: SetClock, look_always: None
) -> None:
    processor = hire(order_id(1))
    await processor.handle(PLACE, await orders(store, 1), 1)
    await die(processor, clock)
    await processor.handle(PLACE, await orders(store, 1), 9)
    processor.broken.clear()
    processor.asked.clear()
    await decide(store, DeadLettersDiscarded, 1)
    await processor.retry_parked({PLACE})
    clock.pass_by(1)
    await processor.retry_parked({PLACE})
    assert processor.asked == [[order_id(1)]], "of two messages one"
    assert await store.parked("answering") == []
    assert await answered(store, (1,)) == [1]


async def test_a_message_that_is_parked_after_a_decision_about_others_is_not_meant_by_it(
    store: TroubledStore, hire: Hired, clock: SetClock, look_always: None
) -> None:
    processor = hire(order_id(1), order_id(2))
    await processor.handle(PLACE, await orders(store, 1), 1)
    await decide(store, DeadLettersDiscarded, 1)
    await processor.retry_parked({PLACE})
    [message] = await orders(store, 2)
    await processor.handle(PLACE, [message], message.position)
    await die(processor, clock)
    assert [row.subject for row in await store.parked("answering")] == [order_id(2)]


@pytest.fixture
def look_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "LOOK_EVERY", 0.0)


async def decide(store: TroubledStore, event: type[DeadLettersReplayed | DeadLettersDiscarded], position: int) -> None:
    """Decide about one message, as an operator would."""
    letter = LetterRef(
        kind=LetterKind.MESSAGE, consumer="answering", name=str(position), subject="-", cause="ZeroDivisionError"
    )
    await put(store, event(letters=(letter,), by="ann", reason="mended"))


class Waiting(Answering):
    """Refuses what comes between the first answer and the second."""

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> Mapping[str, Exception]:
        await unit.load(self.answers, (payment_stream(trigger.order_id) for trigger in triggers))
        if any(unit.state(payment_stream(trigger.order_id)) == 1 for trigger in triggers):
            raise Refused("the second answer is missing")
        return await super().react(triggers, unit)


async def test_a_refusal_is_no_orders_fault_while_the_state_in_memory_may_be_old(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    processor = Waiting(store, clock, counts)
    await processor.handle(PLACE, await orders(store, 1), 1)
    stream, [_] = payment_stream(order_id(1)), await orders(store, 1)
    cause = Cause(id="elsewhere", at=NOON, correlation_id="elsewhere")
    completed = wrap_events(stream, 1, events("order.completed", order_id=order_id(1)), cause)
    await store.append(AppendRequest(events=tuple(completed)))  # by another process
    await processor.handle(PLACE, await orders(store, 1), 9)
    assert await store.parked("answering") == []


async def test_a_refusal_on_the_newest_state_parks_the_order(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    processor = Waiting(store, clock, counts)
    await processor.handle(PLACE, await orders(store, 1), 1)
    await processor.handle(PLACE, await orders(store, 1), 9)
    assert [row.cause for row in await store.parked("answering")] == ["refused"]


async def test_an_order_that_fails_beside_others_of_which_some_are_in_memory_is_parked(
    store: TroubledStore, hire: Hired
) -> None:
    placed = await orders(store, 1, 2, 3)
    processor = hire(order_id(2))
    await processor.handle(PLACE, placed[:1], 1)
    await processor.handle(PLACE, placed, 3)
    assert await answered(store, [1, 2, 3]) == [1, 3]
    assert [row.subject for row in await store.parked("answering")] == [order_id(2)]
