"""Where the fulfilment of one order stands: a fold of the saga's own stream and of nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from schemas.saga import (
    Direction,
    Ending,
    InventoryConfirmation,
    InventoryRelease,
    InventoryReservation,
    PaymentProcessing,
    PaymentRefund,
    SagaClosed,
    SagaCompensationStarted,
    SagaCompleted,
    SagaEvent,
    SagaFailed,
    SagaResolved,
    SagaRetryScheduled,
    SagaStarted,
    SagaStepCompleted,
    SagaStepTimedOut,
    SagaStuck,
    ShippingCancel,
    ShippingPreparation,
    Step,
)


class State(StrEnum):
    """Where a saga can be; between two messages it is in exactly one of these."""

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
WAITING = frozenset({*PROCESSING.values(), State.COMPENSATING})
"""The states in which a deadline runs."""


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """One request that waits for its answer or, with `retry_at`, for the time to be sent again.

    `attempt` numbers the requests of one kind through the saga's whole life, so that a processor can tell a retry
    from a repeat; `tries` counts within one round, which is what the policy limits. `resumed` is the attempt of the
    renewed reservation this pending had to wait for.
    """

    step: Step
    direction: Direction
    attempt: int
    tries: int = 1
    retry_at: datetime | None = None
    resumed: int = 0

    @property
    def token(self) -> str:
        """Names this wait and no other, so that a deadline for another one does nothing."""
        retry = "/retry" if self.retry_at else ""
        resumed = f"/resumed-{self.resumed}" if self.resumed else ""
        return f"{self.step}/{self.direction}/{self.attempt}{retry}{resumed}"


@dataclass(frozen=True, slots=True)
class Saga:
    """Only what later steps need.

    `done` are the steps completed and not undone, `seen` those whose success was ever heard (one idempotency key,
    one effect: hearing it again is no news), `undo` what is left to undo after the running `pending`. While an expired
    reservation is renewed, `suspended` is the pending that goes on afterwards. `ended` says that the order's end is
    recorded.
    """

    state: State = State.NEW
    started: SagaStarted | None = None
    pending: PendingRequest | None = None
    suspended: PendingRequest | None = None
    done: frozenset[Step] = frozenset()
    seen: frozenset[Step] = frozenset()
    undo: tuple[Step, ...] = ()
    asked: Mapping[tuple[Step, Direction], int] = field(default_factory=dict)
    ending: Ending = "fail"
    reason: str = ""
    failed_step: Step | None = None
    ended: bool = False

    @property
    def awaited(self) -> PendingRequest | None:
        """The pending whose deadline runs, if one does."""
        return self.pending if self.state in WAITING else None

    def touched(self) -> frozenset[Step]:
        """The steps that are completed or unknown: what compensation must undo."""
        running = {pending.step for pending in (self.pending, self.suspended) if pending}
        return self.done | running

    def backwards(self, steps: Iterable[Step]) -> tuple[Step, ...]:
        """`steps` in the order in which they are undone."""
        wanted = frozenset(steps)
        pinned = self.started.steps if self.started else ()
        return tuple(step for step in reversed(pinned) if step in wanted)


INITIAL = Saga()


def fold(events: Iterable[SagaEvent], saga: Saga = INITIAL) -> Saga:
    for event in events:
        saga = evolve(saga, event)
    return saga


def evolve(saga: Saga, event: SagaEvent) -> Saga:
    match event:
        case SagaStarted():
            return replace(saga, started=event)
        case PaymentProcessing():
            return _requested(saga, Step.PAYMENT, event.attempt)
        case InventoryReservation():
            return _requested(saga, Step.INVENTORY, event.attempt)
        case ShippingPreparation():
            return _requested(saga, Step.SHIPPING, event.attempt)
        case PaymentRefund():
            return _undo_requested(saga, Step.PAYMENT, event.attempt)
        case InventoryRelease():
            return _undo_requested(saga, Step.INVENTORY, event.attempt)
        case ShippingCancel():
            return _undo_requested(saga, Step.SHIPPING, event.attempt)
        case InventoryConfirmation() | SagaStepTimedOut():
            return saga
        case SagaRetryScheduled():
            return replace(saga, pending=replace(_pending(saga), retry_at=event.retry_at))
        case SagaStepCompleted(direction="undo"):
            return replace(saga, done=saga.done - {event.step}, pending=None)
        case SagaStepCompleted():
            return _succeeded(saga, event.step)
        case SagaCompensationStarted():
            return _compensating(saga, event)
        case SagaStuck():
            return replace(saga, state=State.STUCK)
        case SagaResolved():
            return _resolved(saga, event)
        case SagaCompleted():
            return replace(_request_done(saga), state=State.COMPLETED)
        case SagaClosed():
            return replace(saga, state=State.SHIPPED, pending=None, suspended=None)
        case SagaFailed():
            end = State.CANCELLED if event.ending == "cancel" else State.FAILED
            return replace(saga, state=end, ending=event.ending, ended=True, pending=None, undo=())
    assert_never(event)


def _requested(saga: Saga, step: Step, attempt: int) -> Saga:
    pending = saga.pending
    if pending and (pending.step, pending.direction) == (step, "forward"):
        return _awaiting(saga, PendingRequest(step, "forward", attempt, pending.tries + 1))
    if step in saga.done:
        return _renewing(saga, step, attempt)
    return _awaiting(replace(_request_done(saga), state=PROCESSING[step]), PendingRequest(step, "forward", attempt))


def _renewing(saga: Saga, step: Step, attempt: int) -> Saga:
    """A reservation that ran out is asked for anew; the state stays, and what runs in it waits."""
    last = PROCESSING[saga.started.steps[-1]] if saga.started else saga.state
    state = last if saga.state is State.COMPLETED else saga.state
    lost = replace(saga, state=state, suspended=saga.pending, done=saga.done - {step}, seen=saga.seen - {step})
    return _awaiting(lost, PendingRequest(step, "forward", attempt))


def _undo_requested(saga: Saga, step: Step, attempt: int) -> Saga:
    pending = saga.pending
    tries = pending.tries + 1 if pending and (pending.step, pending.direction) == (step, "undo") else 1
    rest = tuple(other for other in saga.undo if other != step)
    return _awaiting(replace(saga, undo=rest), PendingRequest(step, "undo", attempt, tries))


def _awaiting(saga: Saga, pending: PendingRequest) -> Saga:
    return replace(saga, pending=pending, asked={**saga.asked, (pending.step, pending.direction): pending.attempt})


def _request_done(saga: Saga) -> Saga:
    if not saga.pending:
        return saga
    step = saga.pending.step
    return replace(saga, pending=None, done=saga.done | {step}, seen=saga.seen | {step})


def _succeeded(saga: Saga, step: Step) -> Saga:
    known = replace(saga, done=saga.done | {step}, seen=saga.seen | {step})
    if saga.state in STEP_OF:
        return _succeeded_forward(known, step)
    if saga.pending and saga.pending.step == step:
        return known
    return replace(known, undo=saga.backwards({*saga.undo, step}))


def _succeeded_forward(saga: Saga, step: Step) -> Saga:
    """While a reservation is renewed: either it is held again, or the suspended step got done meanwhile."""
    if saga.suspended and saga.pending and saga.pending.step == step:
        return replace(saga, pending=replace(saga.suspended, resumed=saga.pending.attempt), suspended=None)
    return replace(saga, suspended=None)


def _compensating(saga: Saga, event: SagaCompensationStarted) -> Saga:
    return replace(
        saga,
        state=State.COMPENSATING,
        pending=None,
        suspended=None,
        undo=event.undo,
        ending=event.ending,
        reason=event.reason,
        failed_step=event.failed_step or saga.failed_step,
    )


def _resolved(saga: Saga, event: SagaResolved) -> Saga:
    pending = _pending(saga)
    going_on = replace(saga, state=State.COMPENSATING)
    match event.resolution:
        case "retry":
            return replace(going_on, pending=replace(pending, tries=0, retry_at=None))
        case "mark done":
            return replace(going_on, pending=None, done=saga.done - {pending.step})
        case "force fail":
            return saga
    assert_never(event.resolution)


def _pending(saga: Saga) -> PendingRequest:
    if saga.pending is None:
        raise ValueError(f"no request is running in {saga.state}")
    return saga.pending
