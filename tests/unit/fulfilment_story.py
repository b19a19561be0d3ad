"""One saga and the messages it received: the language of the saga's tests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from domain.fulfilment.evolve import evolve, fold
from domain.fulfilment.inputs import DeadlinePassed, Input, SagaMessage, classify
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import INITIAL, Saga, State
from domain.fulfilment.step import NOTHING, SetTimer, StepResult, step
from schemas.order import (
    CancelOrder,
    CompleteOrder,
    FailOrder,
    MoveOrder,
    OrderCancellationRequested,
    OrderCommand,
    OrderCreated,
    OrderShipped,
    OrderStatus,
)
from schemas.payment import PaymentFailed, PaymentProcessed, PaymentRefunded, PaymentRefundFailed, PaymentVoided
from schemas.saga import Direction, Resolution, SagaEvent, SagaResolutionRequested, Step
from schemas.shipment import ShippingCancelled, ShippingFailed, ShippingPrepared
from schemas.warehouse import InventoryExpired, InventoryFailed, InventoryReleased, InventoryReserved
from tests.examples import (
    ADDRESS,
    CARD,
    CUSTOMER_ID,
    HELD,
    LAMP,
    MUGS,
    NOON,
    OPERATOR_ID,
    ORDER_ID,
    ORDER_NUMBER,
    PAYMENT_ID,
    RESERVATION_ID,
    SHIPMENT_ID,
)

PAYMENT, INVENTORY, SHIPPING = Step.PAYMENT, Step.INVENTORY, Step.SHIPPING
INVENTORY_FIRST = replace(POLICY, steps=(INVENTORY, PAYMENT, SHIPPING))

CREATED = OrderCreated(
    order_id=ORDER_ID,
    order_number=ORDER_NUMBER,
    customer_id=CUSTOMER_ID,
    items=(LAMP, MUGS),
    subtotal=5297,
    tax=424,
    shipping=0,
    total_amount=5721,
    currency="USD",
    rules_version="2026-1",
    shipping_address=ADDRESS,
    billing_address=ADDRESS,
    payment_method=CARD,
)
CANCELLATION = OrderCancellationRequested(order_id=ORDER_ID, by=CUSTOMER_ID, reason="changed my mind")
SHIPPED = OrderShipped(order_id=ORDER_ID)
RESOLUTIONS: tuple[Resolution, ...] = ("retry", "mark done", "force fail")


def succeeded(step: Step, attempt: int = 1) -> PaymentProcessed | InventoryReserved | ShippingPrepared:
    """The answer of a processor that did the step."""
    match step:
        case Step.PAYMENT:
            return PaymentProcessed(
                order_id=ORDER_ID, payment_id=PAYMENT_ID, amount=5721, currency="USD", attempt=attempt
            )
        case Step.INVENTORY:
            return InventoryReserved(
                warehouse_id="main",
                order_id=ORDER_ID,
                reservation_id=RESERVATION_ID,
                items=HELD,
                expires_at=NOON + timedelta(minutes=15),
                attempt=attempt,
            )
        case Step.SHIPPING:
            return ShippingPrepared(
                order_id=ORDER_ID,
                shipment_id=SHIPMENT_ID,
                label_id="label-1",
                tracking_number="track-1",
                carrier="Dummy",
                attempt=attempt,
            )


def failed(
    step: Step, attempt: int = 1, *, retriable: bool = False
) -> PaymentFailed | InventoryFailed | ShippingFailed:
    """The answer of a processor that failed; a shortage is never retriable."""
    match step:
        case Step.PAYMENT:
            return PaymentFailed(order_id=ORDER_ID, code="card_declined", retriable=retriable, attempt=attempt)
        case Step.INVENTORY:
            return InventoryFailed(warehouse_id="main", order_id=ORDER_ID, shortages=(), attempt=attempt)
        case Step.SHIPPING:
            return ShippingFailed(order_id=ORDER_ID, code="no_such_place", retriable=retriable, attempt=attempt)


def expired(attempt: int = 1) -> InventoryExpired:
    """What this attempt reserved has expired."""
    return InventoryExpired(
        warehouse_id="main", order_id=ORDER_ID, reservation_id=RESERVATION_ID, items=HELD, attempt=attempt
    )


def undone(step: Step) -> PaymentRefunded | InventoryReleased | ShippingCancelled:
    """The answer of a processor that undid the step."""
    match step:
        case Step.PAYMENT:
            return PaymentRefunded(order_id=ORDER_ID, payment_id=PAYMENT_ID, amount=5721, currency="USD")
        case Step.INVENTORY:
            return InventoryReleased(warehouse_id="main", order_id=ORDER_ID, reservation_id=RESERVATION_ID, items=HELD)
        case Step.SHIPPING:
            return ShippingCancelled(order_id=ORDER_ID, shipment_id=SHIPMENT_ID)


VOIDED = PaymentVoided(order_id=ORDER_ID)


def refund_failed(attempt: int = 1) -> PaymentRefundFailed:
    """The answer of a gateway that refused the refund."""
    return PaymentRefundFailed(order_id=ORDER_ID, payment_id=PAYMENT_ID, code="refund_refused", attempt=attempt)


def deadline(step: Step, direction: Direction = "forward", attempt: int = 1, suffix: str = "") -> DeadlinePassed:
    """The timer of this attempt is due."""
    return DeadlinePassed(ORDER_ID, f"{step}/{direction}/{attempt}{suffix}")


def operator(resolution: Resolution, attempt: int | None = None) -> SagaResolutionRequested:
    """An operator's decision about a saga that is stuck since this attempt at an undo."""
    return SagaResolutionRequested(
        order_id=ORDER_ID, operator=OPERATOR_ID, evidence="bank statement 7", resolution=resolution, attempt=attempt
    )


@dataclass(frozen=True)
class Story:
    """One saga, the messages it received and everything they led to."""

    policy: Policy = POLICY
    saga: Saga = INITIAL
    now: datetime = NOON
    result: StepResult = NOTHING
    events: tuple[SagaEvent, ...] = ()
    commands: tuple[OrderCommand, ...] = ()
    timer: SetTimer | None = None
    inputs: tuple[tuple[State, Input | None], ...] = field(default=(), compare=False)

    def receive(self, *messages: SagaMessage) -> Self:
        """The same story after these messages."""
        story = self
        for message in messages:
            story = story._receive(message)
        return story

    def _receive(self, message: SagaMessage) -> Self:
        """What an operator asks for is an event of the saga, which is recorded before the saga reads it."""
        if isinstance(message, SagaResolutionRequested) and message not in self.events:
            return replace(self, saga=evolve(self.saga, message), events=(*self.events, message))._read(message)
        return self._read(message)

    def _read(self, message: SagaMessage) -> Self:
        result = step(self.saga, message, at=self.now, policy=self.policy)
        timer = self.timer if result.timer is None else None
        return replace(
            self,
            saga=fold(result.events, self.saga),
            now=self.now + timedelta(seconds=1),
            result=result,
            events=self.events + result.events,
            commands=self.commands + result.commands,
            timer=result.timer if isinstance(result.timer, SetTimer) else timer,
            inputs=(*self.inputs, (self.saga.state, classify(self.saga, message, self.policy))),
        )

    def fire_timer(self, times: int = 1) -> Self:
        """The same story after its timer fired so many times."""
        story = self
        for _ in range(times):
            assert story.timer
            due = DeadlinePassed(ORDER_ID, story.timer.token)
            story = replace(story, now=max(story.now, story.timer.at)).receive(due)
        return story

    @property
    def state(self) -> State:
        """Where the saga is."""
        return self.saga.state

    @property
    def recorded(self) -> list[str]:
        """The wire names of what the last message made the saga record."""
        return [event.wire_name for event in self.result.events]

    @property
    def ends(self) -> list[OrderCommand]:
        """The commands that end the order."""
        return [command for command in self.commands if isinstance(command, FailOrder | CancelOrder | CompleteOrder)]


def moves(commands: Sequence[OrderCommand]) -> list[OrderStatus]:
    """The statuses that the order is moved to."""
    return [command.to for command in commands if isinstance(command, MoveOrder)]


def created(policy: Policy = POLICY) -> Story:
    """The saga of an order that was just placed."""
    return Story(policy).receive(CREATED)


def reached(*done: Step) -> Story:
    """A saga that has these steps done."""
    return created().receive(*(succeeded(step) for step in done))


def possible_messages(saga: Saga) -> Iterator[SagaMessage]:
    """Every message that this saga could receive now, likely or not."""
    yield from (CREATED, CANCELLATION, SHIPPED, expired(saga.attempts.get((INVENTORY, "forward"), 1)), VOIDED)
    for resolution in RESOLUTIONS:
        yield operator(resolution, saga.pending.attempt if saga.pending else None)
    if saga.pending:
        yield DeadlinePassed(ORDER_ID, saga.pending.token)
    for each in Step:
        yield undone(each)
        yield from _forward_answers(each, saga.attempts.get((each, "forward"), 1))
    yield refund_failed(saga.attempts.get((PAYMENT, "undo"), 1))


def _forward_answers(step: Step, attempt: int) -> Sequence[SagaMessage]:
    return succeeded(step, attempt), failed(step, attempt), failed(step, attempt, retriable=True)
