"""The events of the fulfilment saga: its requests to the processors and its own progress."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from schemas.message import ADDED_LATER, Cents, Command, Currency, Event, Id, Instant, Text
from schemas.order import OrderLine, PaymentMethod
from schemas.sealed import Sealed
from schemas.warehouse import StockLine


class Step(StrEnum):
    """The steps of the saga; each can be undone."""

    PAYMENT = "payment"
    INVENTORY = "inventory"
    SHIPPING = "shipping"


Direction = Literal["forward", "undo"]
Ending = Literal["fail", "cancel"]
Resolution = Literal["retry", "mark done", "force fail"]
FINAL_RESOLUTIONS: frozenset[Resolution] = frozenset({"mark done", "force fail"})
"""Those that give up an undo; a retry only asks again."""


class SagaFact(Event):
    """An event of one order's saga."""

    order_id: Id


class SagaStarted(SagaFact):
    """The saga started, pinned to a version of its definition; the event has all it needs of the order."""

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
    """A request to a processor; a retry has another attempt, a redelivery the same."""

    attempt: int


class PaymentProcessing(SagaRequest):
    """Charge the customer."""

    wire_name: ClassVar[str] = "payment.processing"

    customer_id: Id
    amount: Cents
    currency: Currency
    payment_method: PaymentMethod
    idempotency_key: Text


class PaymentRefund(SagaRequest):
    """Refund the charge; where there is none, refuse one that comes later."""

    wire_name: ClassVar[str] = "payment.refund"

    amount: Cents
    currency: Currency
    payment_method: PaymentMethod
    idempotency_key: Text


class InventoryReservation(SagaRequest):
    """Reserve these quantities, one line per product."""

    wire_name: ClassVar[str] = "inventory.reservation"

    warehouse_id: Id
    items: tuple[StockLine, ...]


class InventoryRelease(SagaRequest):
    """Release the reservation; where there is none, refuse one that comes later."""

    wire_name: ClassVar[str] = "inventory.release"

    warehouse_id: Id


class InventoryConfirmation(SagaRequest):
    """The order is complete: keep the reservation from expiring."""

    wire_name: ClassVar[str] = "inventory.confirmation"

    warehouse_id: Id


class ShippingPreparation(SagaRequest):
    """Prepare the shipment: print a label."""

    wire_name: ClassVar[str] = "shipping.preparation"

    items: tuple[StockLine, ...]
    address: Sealed
    idempotency_key: Text


class ShippingCancel(SagaRequest):
    """Void the label; where there is none, refuse one that comes later."""

    wire_name: ClassVar[str] = "shipping.cancel"


REQUESTED: Mapping[type[SagaRequest], tuple[Step, Direction]] = MappingProxyType(
    {
        PaymentProcessing: (Step.PAYMENT, "forward"),
        PaymentRefund: (Step.PAYMENT, "undo"),
        InventoryReservation: (Step.INVENTORY, "forward"),
        InventoryRelease: (Step.INVENTORY, "undo"),
        ShippingPreparation: (Step.SHIPPING, "forward"),
        ShippingCancel: (Step.SHIPPING, "undo"),
    }
)
"""What each request asks for; a confirmation of a reservation asks for nothing that is answered."""


class SagaStepTimedOut(SagaFact):
    """A request was not answered in time."""

    wire_name: ClassVar[str] = "saga.step.timed.out"

    step: Step
    direction: Direction
    attempt: int


class SagaRetryScheduled(SagaFact):
    """A request failed and may be retried: it is sent again at `retry_at`."""

    wire_name: ClassVar[str] = "saga.retry.scheduled"

    step: Step
    direction: Direction
    attempt: int
    retry_at: Instant


class SagaStepCompleted(SagaFact):
    """A step succeeded (`forward`) or was undone (`undo`).

    Recorded only where no later event implies it: in a compensation, and while a reservation is renewed.
    """

    wire_name: ClassVar[str] = "saga.step.completed"

    step: Step
    direction: Direction


class SagaCompensationStarted(SagaFact):
    """The saga undoes these steps in this order: all that are completed or gave no answer."""

    wire_name: ClassVar[str] = "saga.compensation.started"

    ending: Ending
    reason: Text
    failed_step: Step | None
    undo: tuple[Step, ...]


class SagaStuck(SagaFact):
    """An undo failed at its last attempt; an operator must decide."""

    wire_name: ClassVar[str] = "saga.stuck"

    step: Step
    reason: Text


class SagaResolutionProposed(SagaFact):
    """An operator asked for a way out that counts once another one confirms it, which is possible until `expires_at`.

    `step` is the one whose undo was given up. The newest proposal is the one that stands.
    """

    wire_name: ClassVar[str] = "saga.resolution.proposed"

    proposal_id: Id
    operator: Id
    evidence: Text
    resolution: Resolution
    step: Step
    expires_at: Instant


class SagaResolutionRequested(SagaFact):
    """An operator asked for a way out of a stuck saga; the saga takes it when it reads this.

    `step` and `attempt` are those of the undo that was given up. `confirmed_by` is the second person, where one was
    required.
    """

    wire_name: ClassVar[str] = "saga.resolution.requested"

    operator: Id
    evidence: Text
    resolution: Resolution
    confirmed_by: Id | None = None
    step: Annotated[Step | None, ADDED_LATER] = None
    attempt: Annotated[int | None, ADDED_LATER] = None


class SagaResolved(SagaFact):
    """An operator decided how a stuck saga goes on; `confirmed_by` is the second person, where one was required."""

    wire_name: ClassVar[str] = "saga.resolved"

    operator: Id
    evidence: Text
    resolution: Resolution
    confirmed_by: Id | None = None


class SagaCompleted(SagaFact):
    """All steps are done."""

    wire_name: ClassVar[str] = "saga.completed"


class SagaClosed(SagaFact):
    """The order is shipped: it can be returned, but no longer cancelled."""

    wire_name: ClassVar[str] = "saga.closed"


class SagaFailed(SagaFact):
    """All that was done is undone, and the order has ended as `ending` says."""

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
    | SagaResolutionProposed
    | SagaResolutionRequested
    | SagaResolved
    | SagaCompleted
    | SagaClosed
    | SagaFailed
)


class CloseSaga(Command):
    """End the saga because its order is handed to the carrier."""

    order_id: Id


class RequestResolution(Command):
    """Ask the saga of a stuck order to go on; with a `step`, only if the undo of that step was given up."""

    order_id: Id
    operator: Id
    evidence: Text
    resolution: Resolution
    step: Step | None = None


class ProposeResolution(Command):
    """Ask another operator to let the saga of a stuck order go on; `at` is the time now."""

    order_id: Id
    proposal_id: Id
    operator: Id
    evidence: Text
    resolution: Resolution
    step: Step | None = None
    at: Instant
    expires_at: Instant


class ConfirmResolution(Command):
    """Confirm what another operator has proposed; `at` is the time now."""

    order_id: Id
    proposal_id: Id
    operator: Id
    at: Instant


SagaCommand = CloseSaga | RequestResolution | ProposeResolution | ConfirmResolution
