"""The state of one order's saga: what later steps need to know."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from schemas.saga import (
    Direction,
    Ending,
    SagaResolutionProposed,
    SagaResolutionRequested,
    SagaStarted,
    Step,
)
from schemas.values import dataclass


class State(StrEnum):
    """The states of a saga; between two messages it is in exactly one of them."""

    NEW = "NEW"
    PAYMENT_PROCESSING = "PAYMENT_PROCESSING"
    INVENTORY_PROCESSING = "INVENTORY_PROCESSING"
    SHIPPING_PROCESSING = "SHIPPING_PROCESSING"
    COMPLETED = "COMPLETED"
    SHIPPED = "SHIPPED"
    COMPENSATING = "COMPENSATING"
    STUCK = "STUCK"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


PROCESSING: Mapping[Step, State] = {
    Step.PAYMENT: State.PAYMENT_PROCESSING,
    Step.INVENTORY: State.INVENTORY_PROCESSING,
    Step.SHIPPING: State.SHIPPING_PROCESSING,
}
STEP_OF: Mapping[State, Step] = {state: step for step, state in PROCESSING.items()}
TIMED = frozenset({*PROCESSING.values(), State.COMPENSATING})
"""The states in which a deadline or a retry timer runs."""


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request that waits for its answer or, with `retry_at`, for the time to be sent again.

    `attempt` numbers the requests of one kind over the saga's whole life, so that a processor can tell a retry from a
    redelivery; `tries` counts within one round, which is what the policy limits. `resumed` is set when this request
    was suspended until a reservation was renewed: it is the attempt of that renewal. `has_timed_out` says that an
    attempt of the round gave no answer in time, so that it may have succeeded although a later one fails.
    """

    step: Step
    direction: Direction
    attempt: int
    tries: int = 1
    retry_at: datetime | None = None
    resumed: int = 0
    has_timed_out: bool = False

    @property
    def token(self) -> str:
        """Identifies this wait: a timer with another token is out of date."""
        retry = "/retry" if self.retry_at else ""
        resumed = f"/resumed-{self.resumed}" if self.resumed else ""
        return f"{self.step}/{self.direction}/{self.attempt}{retry}{resumed}"


@dataclass(frozen=True, slots=True)
class Saga:
    """Everything the saga remembers of one order.

    `pending` is the request that runs; `suspended` the one that goes on once an expired reservation is renewed.
    `done` are the steps completed and not undone, `succeeded` those that ever reported success (a second report of
    the same success changes nothing), `to_undo` those still to undo after `pending`. `attempts` is the number of the
    last request of each kind, `renewal` of the last one that began to renew a reservation, of which there were
    `renewals`. `is_order_ended` says that the order is recorded as failed or cancelled. While the saga is stuck,
    `proposal` is the way out that waits for a second person, and `requested` the one that it has not taken yet.
    """

    state: State = State.NEW
    started: SagaStarted | None = None
    pending: PendingRequest | None = None
    suspended: PendingRequest | None = None
    done: frozenset[Step] = frozenset()
    succeeded: frozenset[Step] = frozenset()
    to_undo: tuple[Step, ...] = ()
    attempts: Mapping[tuple[Step, Direction], int] = field(default_factory=dict)
    renewal: int = 0
    renewals: int = 0
    ending: Ending = "fail"
    reason: str = ""
    failed_step: Step | None = None
    is_order_ended: bool = False
    proposal: SagaResolutionProposed | None = None
    requested: SagaResolutionRequested | None = None

    @property
    def timed(self) -> PendingRequest | None:
        """The pending request whose deadline or retry timer runs."""
        return self.pending if self.state in TIMED else None

    @property
    def done_or_unknown(self) -> frozenset[Step]:
        """The steps completed or without an answer: those a compensation undoes."""
        unanswered = {request.step for request in (self.pending, self.suspended) if request}
        return self.done | unanswered

    def may_have_succeeded(self, step: Step) -> bool:
        """Whether an attempt at this step gave no answer in time."""
        waiting = (self.pending, self.suspended)
        return any(request.has_timed_out for request in waiting if request and request.step == step)

    def in_undo_order(self, steps: Iterable[Step]) -> tuple[Step, ...]:
        """`steps` in the reverse of the order in which this saga takes them."""
        chosen = frozenset(steps)
        order = self.started.steps if self.started else ()
        return tuple(step for step in reversed(order) if step in chosen)


INITIAL = Saga()
