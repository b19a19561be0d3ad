"""One order told to its saga, message by message: what the saga's tests are written in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from domain.fulfilment.context import DeadlinePassed, Resolve, SagaMessage
from domain.fulfilment.inputs import Input, classify
from domain.fulfilment.policy import POLICY, Policy
from domain.fulfilment.state import INITIAL, Saga, State, fold
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
from schemas.saga import Direction, Resolution, SagaEvent, Step
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
EXPIRED = InventoryExpired(warehouse_id="main", order_id=ORDER_ID, reservation_id=RESERVATION_ID, items=HELD)


def succeeded(step: Step, attempt: int = 1) -> PaymentProcessed | InventoryReserved | ShippingPrepared:
    """The processor did it."""
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
    """The processor did not do it; a shortage is never retriable."""
    match step:
        case Step.PAYMENT:
            return PaymentFailed(order_id=ORDER_ID, code="card_declined", retriable=retriable, attempt=attempt)
        case Step.INVENTORY:
            return InventoryFailed(warehouse_id="main", order_id=ORDER_ID, shortages=(), attempt=attempt)
        case Step.SHIPPING:
            return ShippingFailed(order_id=ORDER_ID, code="no_such_place", retriable=retriable, attempt=attempt)


def undone(step: Step) -> PaymentRefunded | InventoryReleased | ShippingCancelled:
    """The processor took it back."""
    match step:
        case Step.PAYMENT:
            return PaymentRefunded(order_id=ORDER_ID, payment_id=PAYMENT_ID, amount=5721, currency="USD")
        case Step.INVENTORY:
            return InventoryReleased(warehouse_id="main", order_id=ORDER_ID, reservation_id=RESERVATION_ID, items=HELD)
        case Step.SHIPPING:
            return ShippingCancelled(order_id=ORDER_ID, shipment_id=SHIPMENT_ID)


VOIDED = PaymentVoided(order_id=ORDER_ID)


def refund_failed(attempt: int = 1) -> PaymentRefundFailed:
    """The provider would not give the money back."""
    return PaymentRefundFailed(order_id=ORDER_ID, payment_id=PAYMENT_ID, code="refund_refused", attempt=attempt)


def deadline(step: Step, direction: Direction = "forward", attempt: int = 1, mark: str = "") -> DeadlinePassed:
    """The timer of this attempt is due."""
    return DeadlinePassed(ORDER_ID, f"{step}/{direction}/{attempt}{mark}")


def operator(resolution: Resolution) -> Resolve:
    """Somebody looked."""
    return Resolve(ORDER_ID, operator=OPERATOR_ID, evidence="bank statement 7", resolution=resolution)


@dataclass(frozen=True)
class Story:
    """One saga, all it was told and all it answered."""

    policy: Policy = POLICY
    saga: Saga = INITIAL
    now: datetime = NOON
    told: tuple[SagaMessage, ...] = ()
    reaction: StepResult = NOTHING
    events: tuple[SagaEvent, ...] = ()
    orders: tuple[OrderCommand, ...] = ()
    timer: SetTimer | None = None
    meanings: tuple[tuple[State, Input | None], ...] = field(default=(), compare=False)

    def tell(self, *messages: SagaMessage) -> Self:
        """The same story after these."""
        story = self
        for message in messages:
            story = story._tell(message)
        return story

    def _tell(self, message: SagaMessage) -> Self:
        reaction = step(self.saga, message, at=self.now, policy=self.policy)
        timer = self.timer if reaction.timer is None else None
        return replace(
            self,
            saga=fold(reaction.events, self.saga),
            now=self.now + timedelta(seconds=1),
            told=(*self.told, message),
            reaction=reaction,
            events=self.events + reaction.events,
            orders=self.orders + reaction.orders,
            timer=reaction.timer if isinstance(reaction.timer, SetTimer) else timer,
            meanings=(*self.meanings, (self.saga.state, classify(self.saga, message, self.policy))),
        )

    def wait(self) -> Self:
        """The same story after its timer fired."""
        assert self.timer
        return replace(self, now=max(self.now, self.timer.at)).tell(DeadlinePassed(ORDER_ID, self.timer.token))

    @property
    def state(self) -> State:
        """Where the saga is."""
        return self.saga.state

    @property
    def asked(self) -> list[str]:
        """The wire names of what the last message made the saga record."""
        return [event.wire_name for event in self.reaction.events]

    @property
    def ends(self) -> list[OrderCommand]:
        """How often and how the order was ended."""
        return [each for each in self.orders if isinstance(each, FailOrder | CancelOrder | CompleteOrder)]


def moves(orders: Sequence[OrderCommand]) -> list[OrderStatus]:
    """Where the order is to go."""
    return [each.to for each in orders if isinstance(each, MoveOrder)]


def created(policy: Policy = POLICY) -> Story:
    """An order that was just placed."""
    return Story(policy).tell(CREATED)


def reached(*done: Step) -> Story:
    """An order whose saga got these steps done."""
    return created().tell(*(succeeded(each) for each in done))


def answers(saga: Saga) -> Iterator[SagaMessage]:
    """Everything the world could say to this saga now, likely or not."""
    yield from (CREATED, CANCELLATION, SHIPPED, EXPIRED, VOIDED)
    yield from (operator("retry"), operator("mark done"), operator("force fail"))
    if saga.pending:
        yield DeadlinePassed(ORDER_ID, saga.pending.token)
    for each in Step:
        yield undone(each)
        yield from _forward_answers(each, saga.asked.get((each, "forward"), 1))
    yield refund_failed(saga.asked.get((PAYMENT, "undo"), 1))


def _forward_answers(each: Step, attempt: int) -> Sequence[SagaMessage]:
    return succeeded(each, attempt), failed(each, attempt), failed(each, attempt, retriable=True)
