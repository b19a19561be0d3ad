"""What an action is given and what it answers."""

from collections.abc import Callable, Sequence
from datetime import datetime

from domain.fulfilment.inputs import DeadlinePassed, SagaMessage
from domain.fulfilment.policy import Policy
from domain.fulfilment.state import PendingRequest, Saga
from schemas.message import Event
from schemas.order import OrderCancellationRequested, OrderCommand
from schemas.payment import PaymentFailed, PaymentRefundFailed
from schemas.saga import Direction, SagaEvent, SagaResolutionRequested, SagaStarted, Step
from schemas.shipment import ShippingFailed
from schemas.values import dataclass
from schemas.warehouse import InventoryFailed


@dataclass(frozen=True, slots=True)
class StepContext:
    """One saga and the message it has received; `step` is the one that it reports about, if it does."""

    saga: Saga
    message: SagaMessage
    at: datetime
    policy: Policy
    step: Step | None = None

    @property
    def order(self) -> SagaStarted:
        """What the saga knows of its order."""
        if self.saga.started is None:
            raise ValueError("the saga has not started")
        return self.saga.started

    @property
    def order_id(self) -> str:
        """The order this saga fulfils."""
        return self.order.order_id

    @property
    def pending(self) -> PendingRequest:
        """The request that runs."""
        if self.saga.pending is None:
            raise ValueError(f"no request is pending in {self.saga.state}")
        return self.saga.pending

    @property
    def reported_step(self) -> Step:
        """The step that the message reports about."""
        if self.step is None:
            raise ValueError(f"{type(self.message).__name__} reports about no step")
        return self.step

    @property
    def reason(self) -> str:
        """Why the message came, as text for the timeline."""
        match self.message:
            case PaymentFailed(code=code) | PaymentRefundFailed(code=code) | ShippingFailed(code=code):
                return code
            case InventoryFailed(reason=reason) | OrderCancellationRequested(reason=reason):
                return reason
            case DeadlinePassed():
                return f"{self.pending.step} gave no answer in time"
            case SagaResolutionRequested(evidence=evidence):
                return evidence
            case Event() as event:
                return event.wire_name

    def next_attempt(self, step: Step, direction: Direction) -> int:
        """The number of the next request of this kind."""
        return self.saga.attempts.get((step, direction), 0) + 1


SagaOutput = SagaEvent | OrderCommand
Action = Callable[[StepContext], Sequence[SagaOutput]]
"""One thing a row of the table does: events for `saga-<orderId>` and commands for the order.

An action sees the saga as the row's earlier actions left it.
"""
