"""A passed deadline counts only if its request was handled and what was answered has been read."""

from collections.abc import Sequence

import pytest

from domain.fulfilment.policy import POLICY
from event_store.records import AppendRequest, Checkpoint, ParkedMessage, Timer
from schemas.stream_names import saga_stream
from schemas.topics import ORDERS, STOCK, TopicPartition, partition_of
from streams.deadline_check import LOOK_AGAIN, DeadlineCheck
from streams.relay import WHOLE_LOG
from streams.sagas import read_sagas
from tests.examples import NOON, ORDER_ID
from tests.histories import events
from tests.unit.streams.fakes import SetClock, TroubledStore, put

PARTITIONS = 4
OF_ORDER = TopicPartition(ORDERS, partition_of(ORDER_ID, PARTITIONS))
OF_STOCK = TopicPartition(STOCK, partition_of("main", PARTITIONS))
REQUESTS = {
    "payment/forward/1": ("payment.processing", "payment", OF_ORDER, 30),
    "payment/undo/1": ("payment.refund", "payment", OF_ORDER, 30),
    "inventory/forward/1": ("inventory.reservation", "inventory", OF_STOCK, 10),
    "inventory/undo/1": ("inventory.release", "inventory", OF_STOCK, 30),
    "shipping/forward/1": ("shipping.preparation", "shipping", OF_ORDER, 60),
    "shipping/undo/1": ("shipping.cancel", "shipping", OF_ORDER, 30),
}


def timer(token: str) -> Timer:
    return Timer(saga_stream(ORDER_ID), "saga", ORDER_ID, token, NOON)


@pytest.fixture
def check(store: TroubledStore) -> DeadlineCheck:
    return DeadlineCheck(store, policy=POLICY, partitions=PARTITIONS)


async def finished(store: TroubledStore, consumer: str, **positions: int) -> None:
    """Say how far a consumer is: in the order's partition, in the stock's, in the log as a whole."""
    partitions = {"order": OF_ORDER, "stock": OF_STOCK, "log": WHOLE_LOG}
    checkpoints = tuple(Checkpoint(consumer, partitions[name], at) for name, at in positions.items())
    await store.append(AppendRequest(checkpoints=checkpoints))


async def ask(store: TroubledStore, token: str, *, attempt: int = 1) -> int:
    """Let the saga ask, with a timer for the answer; the request's position."""
    name = REQUESTS[token][0]
    await put(store, *events("saga.started", order_id=ORDER_ID))
    [request] = await put(store, *events(name, order_id=ORDER_ID, attempt=attempt))
    await store.append(AppendRequest(timers=(timer(token),)))
    return request.position


async def passed(check: DeadlineCheck, store: TroubledStore, due: Timer) -> Sequence[Timer]:
    return await check.passed([due], await read_sagas(store, {due.subject}), NOON)


async def due_in(store: TroubledStore, seconds: float) -> Sequence[Timer]:
    clock = SetClock()
    clock.pass_by(seconds)
    return await store.due(clock(), kind="saga")


@pytest.mark.parametrize("token", REQUESTS)
async def test_a_request_that_nobody_has_handled_has_its_whole_time_again(
    store: TroubledStore, check: DeadlineCheck, token: str
) -> None:
    _, consumer, partition, seconds = REQUESTS[token]
    position = await ask(store, token)
    await finished(store, "relay", log=position, order=position, stock=position)
    await finished(store, "saga", order=position)
    await store.append(AppendRequest(checkpoints=(Checkpoint(consumer, partition, position - 1),)))
    assert await passed(check, store, timer(token)) == []
    assert await due_in(store, seconds - 0.001) == []
    assert len(await due_in(store, seconds)) == 1
    await store.append(AppendRequest(checkpoints=(Checkpoint(consumer, partition, position),)))
    assert await passed(check, store, timer(token)) == [timer(token)]


async def test_a_deadline_waits_until_what_was_recorded_before_it_is_published_and_read(
    store: TroubledStore, check: DeadlineCheck
) -> None:
    position = await ask(store, "payment/forward/1")
    await finished(store, "payment", order=position)
    [answer] = await put(store, *events("payment.processed", order_id=ORDER_ID))
    await finished(store, "relay", log=position, order=position)
    await finished(store, "saga", order=position)
    assert await passed(check, store, timer("payment/forward/1")) == []
    assert len(await due_in(store, LOOK_AGAIN.total_seconds())) == 1
    await finished(store, "relay", log=answer.position, order=answer.position)
    assert await passed(check, store, timer("payment/forward/1")) == []
    await put(store, *events("payment.processed", order_id=ORDER_ID))
    await finished(store, "saga", order=answer.position)
    assert await passed(check, store, timer("payment/forward/1")) == [timer("payment/forward/1")]


async def test_a_deadline_waits_while_messages_of_its_order_are_parked(
    store: TroubledStore, check: DeadlineCheck
) -> None:
    position = await ask(store, "payment/forward/1")
    for consumer in ("relay", "saga", "payment"):
        await finished(store, consumer, log=position, order=position)
    row = ParkedMessage("saga", position, ORDER_ID, OF_ORDER, NOON, 1, "poison", NOON)
    await store.append(AppendRequest(parked=(row,)))
    assert await passed(check, store, timer("payment/forward/1")) == []
    await store.append(AppendRequest(unparked=(row,)))
    assert await passed(check, store, timer("payment/forward/1")) == [timer("payment/forward/1")]


@pytest.mark.parametrize("consumer", ["relay", "saga", "payment"])
async def test_a_position_that_the_log_does_not_have_is_not_believed(
    store: TroubledStore, check: DeadlineCheck, consumer: str
) -> None:
    position = await ask(store, "payment/forward/1")
    for name in ("relay", "saga", "payment"):
        at = 10**9 if name == consumer else position
        await finished(store, name, log=at, order=at)
    assert await passed(check, store, timer("payment/forward/1")) == []
    await store.drop_foreign_checkpoints(consumer)
    await finished(store, consumer, log=position, order=position)
    assert await passed(check, store, timer("payment/forward/1")) == [timer("payment/forward/1")]


async def test_the_time_to_retry_is_no_deadline(store: TroubledStore, check: DeadlineCheck) -> None:
    await ask(store, "payment/forward/1")
    retry = timer("payment/forward/1/retry")
    assert await passed(check, store, retry) == [retry]


async def test_a_timer_of_a_later_or_earlier_request_is_left_to_the_saga(
    store: TroubledStore, check: DeadlineCheck
) -> None:
    await ask(store, "payment/forward/1", attempt=2)
    assert await passed(check, store, timer("payment/forward/1")) == [timer("payment/forward/1")]
