"""What an act is given: one message at one saga, and what there is to know of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.fulfilment.policy import Policy
from domain.fulfilment.state import PendingRequest, Saga
from schemas.message import Event, Id, Text
from schemas.order import OrderCancellationRequested, OrderCommand
from schemas.payment import PaymentFailed, PaymentRefundFailed
from schemas.saga import Direction, Resolution, SagaEvent, SagaStarted, Step
from schemas.shipment import ShippingFailed
from schemas.warehouse import InventoryFailed


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The timer of one order has come due; `token` says for which pending it was set."""

    order_id: Id
    token: str


@dataclass(frozen=True, slots=True)
class Resolve:
    """An operator decides how a stuck saga goes on."""

    order_id: Id
    operator: Id
    evidence: Text
    resolution: Resolution


SagaMessage = Event | DeadlinePassed | Resolve
SagaOutput = SagaEvent | OrderCommand


@dataclass(frozen=True, slots=True)
class StepContext:
    """One message at one saga; `step` is that of the request it answers, where it answers one."""

    saga: Saga
    message: SagaMessage
    at: datetime
    policy: Policy
    step: Step | None = None

    @property
    def order(self) -> SagaStarted:
        """All the saga knows of its order."""
        if self.saga.started is None:
            raise ValueError("the saga has not started")
        return self.saga.started

    @property
    def pending(self) -> PendingRequest:
        """The running request."""
        if self.saga.pending is None:
            raise ValueError(f"no request is running in {self.saga.state}")
        return self.saga.pending

    @property
    def answered(self) -> Step:
        """The step the message speaks of."""
        if self.step is None:
            raise ValueError(f"{type(self.message).__name__} answers no step")
        return self.step

    @property
    def reason(self) -> str:
        """The reason the message gives, in words for the timeline."""
        match self.message:
            case PaymentFailed(code=code) | PaymentRefundFailed(code=code) | ShippingFailed(code=code):
                return code
            case InventoryFailed(reason=reason) | OrderCancellationRequested(reason=reason):
                return reason
            case DeadlinePassed():
                return f"{self.pending.step} gave no answer in time"
            case Resolve(evidence=evidence):
                return evidence
            case Event() as event:
                return event.wire_name

    def attempt(self, step: Step, direction: Direction) -> int:
        """The number of the next request of this kind."""
        return self.saga.asked.get((step, direction), 0) + 1


Action = Callable[[StepContext], Sequence[SagaOutput]]
"""A small function of the saga's data: it sees the saga as the act before it left it, and answers what to record in
`saga-<orderId>` and what to ask of the order."""
