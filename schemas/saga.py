"""What the fulfilment saga records: its requests to the processors and its own turns."""

from enum import StrEnum
from typing import ClassVar, Literal

from schemas.message import Cents, Currency, Event, Id, Instant, Text
from schemas.order import OrderLine, PaymentMethod
from schemas.sealed import Sealed
from schemas.warehouse import StockLine


class Step(StrEnum):
    """One forward step of the saga; each has an undo."""

    PAYMENT = "payment"
    INVENTORY = "inventory"
    SHIPPING = "shipping"


Direction = Literal["forward", "undo"]
Ending = Literal["fail", "cancel"]
Resolution = Literal["retry", "mark done", "force fail"]


class SagaFact(Event):
    """Something the saga of one order recorded."""

    order_id: Id


class SagaStarted(SagaFact):
    """The saga runs, pinned to a definition, with all it needs to know of the order."""

    wire_name: ClassVar[str] = "saga.started"

    definition_version: int
    steps: tuple[Step, ...]
    customer_id: Id
    items: tuple[OrderLine, ...]
    total_amount: Cents
    currency: Currency
    payment_method: PaymentMethod
    shipping_address: Sealed
    warehouse_id: Id


class SagaRequest(SagaFact):
    """A request to a processor; the attempt tells a retry from a repeat."""

    attempt: int


class PaymentProcessing(SagaRequest):
    """Please charge."""

    wire_name: ClassVar[str] = "payment.processing"

    customer_id: Id
    amount: Cents
    currency: Currency
    payment_method: PaymentMethod
    idempotency_key: Text


class PaymentRefund(SagaRequest):
    """Please give the money back, or void what may still come."""

    wire_name: ClassVar[str] = "payment.refund"

    amount: Cents
    currency: Currency
    payment_method: PaymentMethod
    idempotency_key: Text


class InventoryReservation(SagaRequest):
    """Please hold these, summed per product."""

    wire_name: ClassVar[str] = "inventory.reservation"

    warehouse_id: Id
    items: tuple[StockLine, ...]


class InventoryRelease(SagaRequest):
    """Please let go of what is held."""

    wire_name: ClassVar[str] = "inventory.release"

    warehouse_id: Id


class InventoryConfirmation(SagaRequest):
    """The order is complete: the reservation need not expire."""

    wire_name: ClassVar[str] = "inventory.confirmation"

    warehouse_id: Id


class ShippingPreparation(SagaRequest):
    """Please print a label."""

    wire_name: ClassVar[str] = "shipping.preparation"

    items: tuple[StockLine, ...]
    address: Sealed
    idempotency_key: Text


class ShippingCancel(SagaRequest):
    """Please void the label, or refuse the one that may still come."""

    wire_name: ClassVar[str] = "shipping.cancel"


class SagaStepTimedOut(SagaFact):
    """No answer came in time."""

    wire_name: ClassVar[str] = "saga.step.timed.out"

    step: Step
    direction: Direction
    attempt: int


class SagaRetryScheduled(SagaFact):
    """A retriable failure: the same request again at `retry_at`."""

    wire_name: ClassVar[str] = "saga.retry.scheduled"

    step: Step
    direction: Direction
    attempt: int
    retry_at: Instant


class SagaStepCompleted(SagaFact):
    """A step's answer came; in compensation, one more step to undo or one undone."""

    wire_name: ClassVar[str] = "saga.step.completed"

    step: Step
    direction: Direction


class SagaCompensationStarted(SagaFact):
    """Everything completed or unknown is undone, in this order."""

    wire_name: ClassVar[str] = "saga.compensation.started"

    ending: Ending
    reason: Text
    failed_step: Step | None
    undo: tuple[Step, ...]


class SagaStuck(SagaFact):
    """An undo failed beyond retry: an operator must look."""

    wire_name: ClassVar[str] = "saga.stuck"

    step: Step
    reason: Text


class SagaResolved(SagaFact):
    """An operator decided how a stuck saga goes on."""

    wire_name: ClassVar[str] = "saga.resolved"

    operator: Id
    evidence: Text
    resolution: Resolution


class SagaCompleted(SagaFact):
    """Every step done."""

    wire_name: ClassVar[str] = "saga.completed"


class SagaClosed(SagaFact):
    """The goods have left: from here on there are returns, no cancellation."""

    wire_name: ClassVar[str] = "saga.closed"


class SagaFailed(SagaFact):
    """Everything undone."""

    wire_name: ClassVar[str] = "saga.failed"

    ending: Ending
    reason: Text


SagaRequestEvent = (
    PaymentProcessing
    | PaymentRefund
    | InventoryReservation
    | InventoryRelease
    | InventoryConfirmation
    | ShippingPreparation
    | ShippingCancel
)
SagaEvent = (
    SagaStarted
    | SagaRequestEvent
    | SagaStepTimedOut
    | SagaRetryScheduled
    | SagaStepCompleted
    | SagaCompensationStarted
    | SagaStuck
    | SagaResolved
    | SagaCompleted
    | SagaClosed
    | SagaFailed
)
