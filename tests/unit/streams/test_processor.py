"""What every agent is: one append per batch, nothing twice, and a failing order delays nobody else."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from domain.decider import Decider
from event_store.records import Timer
from event_store.repository import Repository
from event_store.unit_of_work import UnitOfWork
from schemas.envelope import Envelope
from schemas.errors import Unavailable
from schemas.message import Event
from schemas.order import OrderCompleted, OrderCreated
from schemas.stream_names import payment_stream
from schemas.topics import ORDERS, TopicPartition
from streams.processor import MAX_ATTEMPTS, Processor, Trigger
from tests.examples import NOON
from tests.histories import events
from tests.unit.streams.fakes import TRACE, Counts, SetClock, TroubledStore, once, order_id, put, types_of

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
        self.broken = broken
        self.answers = Repository(store, ONCE_EACH)
        self.asked: list[list[str]] = []

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> None:
        self.asked.append([trigger.order_id for trigger in triggers])
        await unit.load(self.answers, (payment_stream(trigger.order_id) for trigger in triggers))
        for trigger in triggers:
            if trigger.order_id in self.broken:
                raise ZeroDivisionError(trigger.order_id)
            unit.decide(payment_stream(trigger.order_id), trigger.order_id, trigger.cause)


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
    assert counts.of("orders_stepped_over", "answering") == 0


async def test_a_database_that_is_down_is_no_fault_of_the_orders(
    store: TroubledStore, hire: Hired, counts: Counts
) -> None:
    batch = await orders(store, 1, 2)
    store.refuse = lambda _: True
    with pytest.raises(Unavailable):
        await hire().handle(PLACE, batch, 2)
    store.refuse = lambda _: False
    assert counts.of("orders_stepped_over", "answering") == 0
    assert await store.checkpoints("answering") == {}
    assert await answered(store, (1, 2)) == []


@pytest.mark.parametrize("broken", [(1,), (3,), (7,), (1, 7), (3, 4), (2, 4, 6)])
async def test_an_order_that_fails_is_skipped_and_all_others_go_on(
    store: TroubledStore, hire: Hired, counts: Counts, broken: tuple[int, ...]
) -> None:
    everyone = range(1, 8)
    batch = await orders(store, *everyone)
    processor = hire(*map(order_id, broken))
    await processor.handle(PLACE, batch, 7)
    assert await answered(store, everyone) == [number for number in everyone if number not in broken]
    assert await store.checkpoints("answering") == {PLACE: 7}
    assert counts.of("orders_stepped_over", "answering") == len(broken)
    assert counts.of("handled", "answering") == 7 - len(broken)
    await processor.handle(PLACE, await orders(store, 8), 20)
    assert await answered(store, (8,)) == [8]


async def test_all_messages_of_a_failing_order_fail_together_and_count_as_one(
    store: TroubledStore, hire: Hired, counts: Counts
) -> None:
    batch = await orders(store, 1, 2, 1)
    processor = hire(order_id(1))
    await processor.handle(PLACE, batch, 3)
    assert counts.of("orders_stepped_over", "answering") == 1
    assert processor.asked[1:] == [[order_id(1)] * 2, [order_id(2)]]


async def test_a_skipped_order_is_told_with_its_cause(store: TroubledStore, hire: Hired) -> None:
    [message] = await orders(store, 1)
    with capture_logs() as lines:
        await hire(order_id(1)).handle(PLACE, [message], 1)
    [line] = [line for line in lines if line["log_level"] == "error"]
    assert line["event"] == "order stepped over"
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
    assert counts.of("orders_stepped_over", "answering") == 0
    assert [len(await store.stream(payment_stream(order_id(number)))) for number in (1, 2)] == [1, 1]


async def test_an_order_that_loses_every_race_holds_nobody_up(
    store: TroubledStore, hire: Hired, counts: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = await orders(store, 1, 2)
    processor, raced = hire(), payment_stream(order_id(1))
    react = processor.react

    async def overtaken(triggers: Sequence[Trigger], unit: UnitOfWork) -> None:
        await react(triggers, unit)
        await put(store, *events("payment.voided", order_id=order_id(1)))

    monkeypatch.setattr(processor, "react", overtaken)
    processor.answers.decider = Decider(
        initial=0, decide=lambda order, _: [OrderCompleted(order_id=order)], evolve=lambda n, _: n + 1
    )
    await processor.handle(PLACE, batch, 2)
    assert await answered(store, (2,)) == [2]
    assert set(await types_of(store, raced)) == {"payment.voided"}
    assert counts.of("races_lost", "answering") == 2 * MAX_ATTEMPTS
    assert counts.of("orders_stepped_over", "answering") == 1
    assert await store.checkpoints("answering") == {PLACE: 2}


async def test_where_nothing_is_wanted_the_checkpoint_is_noted_at_most_once_a_second(
    store: TroubledStore, hire: Hired, clock: SetClock
) -> None:
    processor, other = hire(), TopicPartition(ORDERS, 3)
    for position in range(1, 40):
        await processor.handle(PLACE, [], position)
    await processor.handle(other, [], 5)
    assert await store.checkpoints("answering") == {PLACE: 1, other: 5}
    clock.pass_by(1)
    await processor.handle(PLACE, [], 40)
    assert await store.checkpoints("answering") == {PLACE: 40, other: 5}


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


async def test_a_timer_without_a_saga_is_told_and_stops_no_other(
    store: TroubledStore, hire: Hired, counts: Counts
) -> None:
    await put(store, *events("saga.started", order_id=order_id(2)))
    await hire().fire([timer_of(1), timer_of(2)])
    assert await answered(store, (1, 2)) == [2]
    assert counts.of("poison", "answering") == 1


async def test_a_timer_that_fails_stops_no_other(store: TroubledStore, hire: Hired, counts: Counts) -> None:
    for number in (1, 2, 3):
        await put(store, *events("saga.started", order_id=order_id(number)))
    await hire(order_id(2)).fire([timer_of(number) for number in (1, 2, 3)])
    assert await answered(store, (1, 2, 3)) == [1, 3]
    assert counts.of("orders_stepped_over", "answering") == 1
