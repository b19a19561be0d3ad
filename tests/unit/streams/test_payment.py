"""The payment processor moves money once per order, whatever comes twice, late or out of order."""

import asyncio
from datetime import timedelta

import pytest

from schemas.errors import Unavailable
from schemas.message import Event
from schemas.payment import PaymentFailed, PaymentProcessed
from schemas.saga import PaymentProcessing, PaymentRefund
from schemas.stream_names import payment_stream
from schemas.topics import ORDERS, TopicPartition
from streams.payment import Payments
from streams.payment_gateway import APPROVED, GatewayAnswer, RefundAnswer
from streams.provider_calls import CallLimits
from tests.examples import NOON, ORDER_ID
from tests.histories import events
from tests.timers import next_due
from tests.unit.streams.fakes import Counts, SetClock, Till, TroubledStore, give, once, order_id, put, types_of

STREAM = payment_stream(ORDER_ID)
KEY = f"{ORDER_ID}-payment"
LATE = GatewayAnswer(approved=True, after=45.0)


def agent(store: TroubledStore, till: Till, clock: SetClock, counts: Counts) -> Payments:
    return Payments(store, till, clock=clock, metrics=counts)


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
def payments(store: TroubledStore, till: Till, clock: SetClock, counts: Counts) -> Payments:
    return agent(store, till, clock, counts)


def charge(*, attempt: int = 1, number: int | None = None) -> list[Event]:
    return events("payment.processing", attempt=attempt, **({"order_id": order_id(number)} if number else {}))


def refund(*, attempt: int = 1) -> list[Event]:
    return events("payment.refund", attempt=attempt)


async def retry(store: TroubledStore, payments: Payments) -> None:
    """Try again what is parked and due, in every partition."""
    await payments.retry_parked({row.partition for row in await store.parked("payment")})


async def test_a_charge_is_answered_in_one_append_with_the_checkpoint(store: TroubledStore, payments: Payments) -> None:
    requests = await put(store, *charge())
    await give(payments, requests)
    [answer] = await store.stream(STREAM)
    assert isinstance(answer.event, PaymentProcessed)
    assert (answer.event.amount, answer.event.status) == (5734, "SUCCESS")
    assert (answer.correlation_id, answer.causation_id) == (requests[0].correlation_id, requests[0].id)
    assert [each.position for each in store.units[-1].checkpoints] == [1]
    assert len(store.units[-1].events) == 1


async def test_a_second_delivery_decides_nothing(
    store: TroubledStore, payments: Payments, till: Till, clock: SetClock, counts: Counts
) -> None:
    requests = await put(store, *charge())
    await give(payments, requests)
    await give(payments, requests)
    await give(agent(store, till, clock, counts), requests)
    assert await types_of(store, STREAM) == ["payment.processed"]


async def test_every_retry_goes_to_the_gateway_with_the_same_idempotency_key(
    store: TroubledStore, payments: Payments, till: Till
) -> None:
    requests = await put(store, *charge(), *charge(attempt=2))
    store.refuse = once(lambda unit: bool(unit.checkpoints))
    with pytest.raises(Unavailable):
        await give(payments, requests[:1])
    await give(payments, requests)
    await give(payments, requests[1:])
    assert till.keys == [KEY] * 3
    assert await types_of(store, STREAM) == ["payment.processed"]
    assert len({getattr(answer.event, "payment_id", None) for answer in await store.stream(STREAM)}) == 1


async def test_an_undo_of_an_unknown_charge_is_a_tombstone_that_refuses_the_late_request(
    store: TroubledStore, payments: Payments, till: Till
) -> None:
    await give(payments, await put(store, *refund()))
    assert await types_of(store, STREAM) == ["payment.voided"]
    await give(payments, await put(store, *charge()))
    _, refused = await store.stream(STREAM)
    assert isinstance(refused.event, PaymentFailed)
    assert (refused.event.code, refused.event.retriable) == ("payment_voided", False)
    assert (till.keys, till.refunded) == ([], [f"{ORDER_ID}-refund"])


async def test_a_charge_is_refunded_once(store: TroubledStore, payments: Payments, till: Till) -> None:
    await give(payments, await put(store, *charge()))
    undo = await put(store, *refund())
    await give(payments, undo)
    await give(payments, undo)
    assert await types_of(store, STREAM) == ["payment.processed", "payment.refunded"]
    assert till.refunded == [f"{ORDER_ID}-refund"]


async def test_of_a_request_and_its_undo_in_one_batch_only_the_undo_is_asked(
    store: TroubledStore, payments: Payments, till: Till
) -> None:
    await give(payments, await put(store, *charge(), *refund()))
    assert await types_of(store, STREAM) == ["payment.voided"]
    assert (till.keys, till.refunded) == ([], [f"{ORDER_ID}-refund"])


class ResettingGateway(Till):
    """Books the charge and loses its answer: the connection resets."""

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        await super().charge(request)
        raise ConnectionResetError


async def test_an_undo_refunds_a_charge_whose_answer_was_lost(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    gateway = ResettingGateway()
    payments = agent(store, gateway, clock, counts)
    await give(payments, await put(store, *charge()))
    assert await types_of(store, STREAM) == []
    await give(payments, await put(store, *refund()))
    await retry(store, payments)
    assert await types_of(store, STREAM) == ["payment.processed", "payment.refunded"]
    assert gateway.refunded == [f"{ORDER_ID}-refund"]
    assert await store.parked("payment") == []


async def test_a_charge_found_by_an_undo_that_is_refused_is_recorded_too(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    gateway = ResettingGateway(refund=GatewayAnswer(approved=False, code="refund_refused"))
    payments = agent(store, gateway, clock, counts)
    await give(payments, await put(store, *charge()))
    await give(payments, await put(store, *refund()))
    clock.pass_by(1)
    await retry(store, payments)
    assert await types_of(store, STREAM) == ["payment.processed", "payment.refund.failed"]


class FaultyRefunds(Till):
    """Its refunds fail until it is mended."""

    is_mended = False

    async def refund(self, request: PaymentRefund) -> RefundAnswer | None:
        if not self.is_mended:
            raise OSError("no route to the provider")
        return await super().refund(request)


async def test_a_provider_fault_is_no_answer_and_is_asked_again_with_backoff(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    gateway = FaultyRefunds()
    payments = agent(store, gateway, clock, counts)
    await give(payments, await put(store, *charge()))
    await give(payments, await put(store, *refund()))
    for attempt in range(1, 6):
        [row] = await store.parked("payment")
        assert (row.attempts, row.cause) == (attempt, "provider_fault")
        clock.pass_by(2 ** (attempt - 1))
        await retry(store, payments)
    assert await types_of(store, STREAM) == ["payment.processed"]
    gateway.is_mended = True
    clock.pass_by(64)
    await retry(store, payments)
    assert await types_of(store, STREAM) == ["payment.processed", "payment.refunded"]


class HangingGateway(Till):
    """Never returns for one order, until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.released = asyncio.Event()

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        if request.order_id == order_id(2):
            await self.released.wait()
        return await super().charge(request)


async def test_a_charge_that_hangs_delays_its_own_order_only(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    gateway, partition = HangingGateway(), TopicPartition(ORDERS, 0)
    payments = Payments(store, gateway, clock=clock, metrics=counts, limits=CallLimits(timeout=60, grace=0.01))
    requests = await put(store, *charge(number=1), *charge(number=2), *charge(number=3))
    await payments.handle(partition, requests, 3)
    found = [await types_of(store, payment_stream(order_id(number))) for number in (1, 2, 3)]
    assert found == [["payment.processed"], [], ["payment.processed"]]
    assert await store.checkpoints("payment") == {partition: 3}
    assert [(row.subject, row.attempts) for row in await store.parked("payment")] == [(order_id(2), 0)]
    gateway.released.set()
    await payments.calls.wait_ended()
    await retry(store, payments)
    assert await types_of(store, payment_stream(order_id(2))) == ["payment.processed"]
    assert len(gateway.keys) == 3
    assert await store.parked("payment") == []
    await payments.close()


async def test_a_call_has_a_deadline_and_is_made_again_under_its_key(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    gateway, partition = HangingGateway(), TopicPartition(ORDERS, 0)
    payments = Payments(store, gateway, clock=clock, metrics=counts, limits=CallLimits(timeout=0.02, grace=5))
    await payments.handle(partition, await put(store, *charge(number=2)), 1)
    [row] = await store.parked("payment")
    assert (row.attempts, row.cause) == (1, "provider_fault")
    gateway.released.set()
    clock.pass_by(1)
    await retry(store, payments)
    assert await types_of(store, payment_stream(order_id(2))) == ["payment.processed"]


async def test_at_most_so_many_calls_run_at_once(store: TroubledStore, clock: SetClock, counts: Counts) -> None:
    running, most = 0, 0

    class Counting(Till):
        async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
            nonlocal running, most
            running += 1
            most = max(most, running)
            answer = await super().charge(request)
            running -= 1
            return answer

    payments = Payments(store, Counting(), clock=clock, metrics=counts, limits=CallLimits(at_once=4))
    requests = await put(store, *(each for number in range(20) for each in charge(number=number + 1)))
    await payments.handle(TopicPartition(ORDERS, 0), requests, 20)
    assert most == 4
    assert counts.of("handled", "payment") == 20


async def test_a_gateway_that_never_answers_leaves_the_order_open_and_the_request_finished(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    await give(agent(store, Till(charge=None), clock, counts), await put(store, *charge()))
    assert await types_of(store, STREAM) == []
    assert list((await store.checkpoints("payment")).values()) == [1]
    assert await next_due(store) is None


async def test_a_late_answer_is_recorded_when_it_is_known(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    payments = agent(store, Till(charge=LATE), clock, counts)
    await give(payments, await put(store, *charge()))
    assert await types_of(store, STREAM) == []
    assert await next_due(store) == NOON + timedelta(seconds=45)
    clock.pass_by(45)
    await payments.fire(await store.due(clock(), kind="charge"))
    assert await types_of(store, STREAM) == ["payment.processed"]
    assert await next_due(store) is None


async def test_a_late_answer_is_recorded_once_even_when_two_workers_fire(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    till = Till(charge=LATE)
    first, second = agent(store, till, clock, counts), agent(store, till, clock, counts)
    await give(first, await put(store, *charge()))
    clock.pass_by(45)
    due = await store.due(clock(), kind="charge")
    await asyncio.gather(first.fire(due), second.fire(due))
    assert await types_of(store, STREAM) == ["payment.processed"]
    assert await store.parked("payment") == []


async def test_a_late_answer_about_a_voided_payment_is_recorded_so_that_it_can_be_refunded(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    payments = agent(store, Till(charge=LATE), clock, counts)
    await give(payments, await put(store, *charge()))
    await give(payments, await put(store, *refund()))
    clock.pass_by(45)
    await payments.fire(await store.due(clock(), kind="charge"))
    assert await types_of(store, STREAM) == ["payment.voided", "payment.processed"]


async def test_the_late_answer_of_a_second_attempt_belongs_to_that_attempt(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    payments = agent(store, Till(charge=LATE), clock, counts)
    for request in await put(store, *charge(), *charge(attempt=2)):
        await give(payments, [request])
    clock.pass_by(45)
    due = await store.due(clock(), kind="charge")
    assert len(due) == 2
    await payments.fire([timer for timer in due if timer.token == "2"])
    [answer] = await store.stream(STREAM)
    assert getattr(answer.event, "attempt", None) == 2


class FailingGateway(Till):
    """Fails on one order."""

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        if request.order_id == order_id(2):
            raise ConnectionResetError
        return await super().charge(request)


async def test_a_gateway_that_fails_on_one_order_answers_the_others(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    requests = await put(store, *charge(number=1), *charge(number=2), *charge(number=3))
    payments = agent(store, FailingGateway(), clock, counts)
    await payments.handle(TopicPartition(ORDERS, 0), requests, 3)
    found = [await types_of(store, payment_stream(order_id(number))) for number in (1, 2, 3)]
    assert found == [["payment.processed"], [], ["payment.processed"]]
    assert [row.subject for row in await store.parked("payment")] == [order_id(2)]


class ConcurrentGateway(Till):
    """Answers no request before as many have come as it waits for."""

    def __init__(self, parties: int) -> None:
        super().__init__()
        self._barrier = asyncio.Barrier(parties)

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        async with asyncio.timeout(10):
            await self._barrier.wait()
        return APPROVED


async def test_different_orders_are_handled_concurrently(store: TroubledStore, clock: SetClock, counts: Counts) -> None:
    requests = await put(store, *(each for number in range(5) for each in charge(number=number + 1)))
    payments = agent(store, ConcurrentGateway(5), clock, counts)
    await payments.handle(TopicPartition(ORDERS, 0), requests, 5)
    assert counts.of("handled", "payment") == 5
