"""The fulfilment processor: the saga's step, the order's status and the next deadline in one append."""

import asyncio
from datetime import timedelta

import pytest

from domain.fulfilment.policy import Policy
from event_store.records import Timer
from schemas.saga import PaymentProcessing
from schemas.stream_names import order_stream, saga_stream
from schemas.topics import ORDERS, TopicPartition
from streams.fulfilment import Fulfilment
from tests.examples import NOON, ORDER_ID
from tests.histories import events
from tests.timers import next_due
from tests.unit.streams.fakes import (
    Counts,
    SetClock,
    TroubledStore,
    give,
    ids_are_unique,
    log_of,
    order_id,
    put,
    types_of,
)

SAGA, ORDER = saga_stream(ORDER_ID), order_stream(ORDER_ID)
STARTED = ["saga.started", "payment.processing"]
ANSWERS = ("payment.processed", "inventory.reserved", "shipping.prepared")


@pytest.fixture
def fulfilment(store: TroubledStore, clock: SetClock, counts: Counts) -> Fulfilment:
    return Fulfilment(store, clock=clock, metrics=counts)


async def test_a_new_order_starts_its_saga_in_one_append(store: TroubledStore, fulfilment: Fulfilment) -> None:
    await give(fulfilment, await put(store, *events("order.created")))
    assert await types_of(store, SAGA) == STARTED
    assert await types_of(store, ORDER) == ["order.created", "order.updated"]
    unit = store.units[-1]
    assert {event.stream for event in unit.events} == {SAGA, ORDER}
    assert [timer.due_at for timer in unit.timers] == [NOON + timedelta(seconds=30)]
    assert [checkpoint.position for checkpoint in unit.checkpoints] == [1]


async def test_a_second_delivery_decides_nothing(
    store: TroubledStore, fulfilment: Fulfilment, clock: SetClock, counts: Counts
) -> None:
    messages = await put(store, *events("order.created"))
    await give(fulfilment, messages)
    await give(fulfilment, messages)
    await give(Fulfilment(store, clock=clock, metrics=counts), messages)
    assert await types_of(store, SAGA) == STARTED
    assert await types_of(store, ORDER) == ["order.created", "order.updated"]


async def test_a_batch_of_one_order_is_stepped_event_by_event(store: TroubledStore, fulfilment: Fulfilment) -> None:
    messages = await put(store, *events("order.created", *ANSWERS))
    await fulfilment.handle(TopicPartition(ORDERS, 0), messages, 4)
    assert (await types_of(store, SAGA))[-1] == "saga.completed"
    assert (await types_of(store, ORDER))[-1] == "order.completed"
    assert await next_due(store) is None


async def test_every_event_of_a_step_has_an_id_of_its_own(store: TroubledStore, fulfilment: Fulfilment) -> None:
    """The last step sends the order two commands for one cause: to move, and to complete."""
    await give(fulfilment, await put(store, *events("order.created", *ANSWERS)))
    assert await ids_are_unique(store)


async def test_the_events_of_a_step_name_their_cause(store: TroubledStore, fulfilment: Fulfilment) -> None:
    [created] = await put(store, *events("order.created"), correlation_id="checkout-9")
    await give(fulfilment, [created])
    answers = (await log_of(store))[1:]
    assert {(answer.causation_id, answer.correlation_id) for answer in answers} == {(created.id, "checkout-9")}


async def test_a_failing_order_leaves_the_sagas_of_the_others_moving(
    store: TroubledStore, fulfilment: Fulfilment, counts: Counts
) -> None:
    """An answer about an order that was never placed moves a saga whose order is not there."""
    await put(store, *events("saga.started", "payment.processing", order_id=order_id(2)))
    messages = await put(
        store,
        *events("order.created", order_id=order_id(1)),
        *events("payment.processed", order_id=order_id(2)),
        *events("order.created", order_id=order_id(3)),
    )
    await fulfilment.handle(TopicPartition(ORDERS, 0), messages, 9)
    assert [await types_of(store, saga_stream(order_id(number))) for number in (1, 2, 3)] == [STARTED] * 3
    assert [(row.subject, row.cause) for row in await store.parked("saga")] == [(order_id(2), "not_found")]
    assert await store.checkpoints("saga") == {TopicPartition(ORDERS, 0): 9}


async def timed_out(store: TroubledStore, fulfilment: Fulfilment, clock: SetClock) -> list[Timer]:
    """The due timer of an order whose payment was not answered in time."""
    await give(fulfilment, await put(store, *events("order.created")))
    clock.pass_by(30)
    return await store.due(clock(), kind="saga")


async def test_a_deadline_repeats_the_request_with_the_same_idempotency_key(
    store: TroubledStore, fulfilment: Fulfilment, clock: SetClock
) -> None:
    await fulfilment.fire(await timed_out(store, fulfilment, clock))
    requests = [envelope.event for envelope in await store.stream(SAGA)]
    charges = [request for request in requests if isinstance(request, PaymentProcessing)]
    assert [charge.attempt for charge in charges] == [1, 2]
    assert len({charge.idempotency_key for charge in charges}) == 1
    assert await next_due(store) == NOON + timedelta(seconds=60)


@pytest.mark.parametrize("is_racing", [True, False], ids=["at once", "one after another"])
async def test_a_deadline_fires_once_even_when_two_workers_fire(
    store: TroubledStore, fulfilment: Fulfilment, clock: SetClock, counts: Counts, is_racing: bool
) -> None:
    other = Fulfilment(store, clock=clock, metrics=counts)
    due = await timed_out(store, fulfilment, clock)
    if is_racing:
        await asyncio.gather(fulfilment.fire(due), other.fire(due))
    else:
        await fulfilment.fire(due)
        await other.fire(due)
    assert await types_of(store, SAGA) == [*STARTED, "saga.step.timed.out", "payment.processing"]
    assert await store.parked("saga") == []


async def test_a_deadline_of_an_answered_request_does_nothing(
    store: TroubledStore, fulfilment: Fulfilment, clock: SetClock
) -> None:
    due = await timed_out(store, fulfilment, clock)
    await give(fulfilment, await put(store, *events("payment.processed")))
    head, earliest = await store.head(), await next_due(store)
    await fulfilment.fire(due)
    assert (await store.head(), await next_due(store)) == (head, earliest)


async def test_an_answer_and_a_deadline_at_once_are_decided_one_after_the_other(
    store: TroubledStore, fulfilment: Fulfilment, clock: SetClock, counts: Counts
) -> None:
    due = await timed_out(store, fulfilment, clock)
    answers = await put(store, *events("payment.processed"))
    await asyncio.gather(give(fulfilment, answers), Fulfilment(store, clock=clock, metrics=counts).fire(due))
    assert (await types_of(store, SAGA)).count("inventory.reservation") == 1
    assert await store.parked("saga") == []


async def test_processes_that_move_a_saga_in_turn_lose_nothing_to_the_states_they_remember(
    store: TroubledStore, fulfilment: Fulfilment, clock: SetClock, counts: Counts
) -> None:
    """One reads the answers, another fires the timers: neither hears of what the other records."""
    deadlines, attempts = Fulfilment(store, clock=clock, metrics=counts), 3
    await give(fulfilment, await put(store, *events("order.created")))
    for attempt in range(1, attempts):
        await give(fulfilment, await put(store, *events("payment.failed", attempt=attempt, retriable=True)))
        clock.pass_by(10)
        await deadlines.fire(await store.due(clock(), kind="saga"))
    requests = [each.event for each in await store.stream(SAGA) if isinstance(each.event, PaymentProcessing)]
    assert [request.attempt for request in requests] == [1, 2, 3]


async def test_deadlines_are_as_long_as_the_policy_says(store: TroubledStore, clock: SetClock, counts: Counts) -> None:
    fulfilment = Fulfilment(store, clock=clock, metrics=counts, policy=Policy(payment_timeout=77.0))
    await give(fulfilment, await put(store, *events("order.created")))
    assert await next_due(store) == NOON + timedelta(seconds=77)
