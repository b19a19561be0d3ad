"""How a saga's own events make its state; nothing else does."""

from collections.abc import Iterable
from typing import Any, assert_never

from domain.fulfilment.state import INITIAL, PROCESSING, STEP_OF, PendingRequest, Saga, State
from schemas.saga import (
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
    SagaResolutionProposed,
    SagaResolutionRequested,
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
from schemas.values import replace


def fold(events: Iterable[SagaEvent], saga: Saga = INITIAL) -> Saga:
    for event in events:
        saga = evolve(saga, event)
    return saga


def evolve(saga: Saga, event: SagaEvent) -> Saga:
    """What was proposed or requested is about one time that the saga is stuck, and is forgotten with it."""
    after = _apply(saga, event)
    if after.state is State.STUCK or (after.proposal is None and after.requested is None):
        return after
    return replace(after, proposal=None, requested=None)


def _apply(saga: Saga, event: SagaEvent) -> Saga:
    match event:
        case SagaStarted():
            return replace(saga, started=event)
        case PaymentProcessing():
            return _request(saga, Step.PAYMENT, event.attempt)
        case InventoryReservation():
            return _request(saga, Step.INVENTORY, event.attempt)
        case ShippingPreparation():
            return _request(saga, Step.SHIPPING, event.attempt)
        case PaymentRefund():
            return _request_undo(saga, Step.PAYMENT, event.attempt)
        case InventoryRelease():
            return _request_undo(saga, Step.INVENTORY, event.attempt)
        case ShippingCancel():
            return _request_undo(saga, Step.SHIPPING, event.attempt)
        case InventoryConfirmation():
            return saga
        case SagaStepTimedOut():
            return replace(saga, pending=replace(_pending(saga), has_timed_out=True))
        case SagaRetryScheduled():
            return replace(saga, pending=replace(_pending(saga), retry_at=event.retry_at))
        case SagaStepCompleted(direction="undo"):
            return replace(saga, state=State.COMPENSATING, done=saga.done - {event.step}, pending=None)
        case SagaStepCompleted():
            return _record_success(saga, event.step)
        case SagaCompensationStarted():
            return _start_compensation(saga, event)
        case SagaStuck():
            return replace(saga, state=State.STUCK)
        case SagaResolutionProposed():
            return replace(saga, proposal=event)
        case SagaResolutionRequested():
            return replace(saga, requested=event)
        case SagaResolved():
            return _resolve(saga, event)
        case SagaCompleted():
            return replace(saga, state=State.COMPLETED, pending=None, **_completed(saga))
        case SagaClosed():
            return replace(saga, state=State.SHIPPED, pending=None, suspended=None)
        case SagaFailed():
            end = State.CANCELLED if event.ending == "cancel" else State.FAILED
            return replace(saga, state=end, ending=event.ending, is_order_ended=True, pending=None, to_undo=())
    assert_never(event)


def _request(saga: Saga, step: Step, attempt: int) -> Saga:
    pending = saga.pending
    if pending and (pending.step, pending.direction) == (step, "forward"):
        again = PendingRequest(step, "forward", attempt, pending.tries + 1, has_timed_out=pending.has_timed_out)
        return _wait_for(saga, again)
    if step in saga.done:
        return _request_renewal(saga, step, attempt)
    return _wait_for(saga, PendingRequest(step, "forward", attempt), state=PROCESSING[step], **_completed(saga))


def _request_renewal(saga: Saga, step: Step, attempt: int) -> Saga:
    """An expired reservation is requested again: the state stays, and the pending request is suspended."""
    last = PROCESSING[saga.started.steps[-1]] if saga.started else saga.state
    state = last if saga.state is State.COMPLETED else saga.state
    succeeded = saga.succeeded - {step}
    return _wait_for(
        saga,
        PendingRequest(step, "forward", attempt),
        state=state,
        suspended=saga.pending,
        done=saga.done - {step},
        succeeded=succeeded,
        renewal=attempt,
        renewals=saga.renewals + 1,
    )


def _request_undo(saga: Saga, step: Step, attempt: int) -> Saga:
    pending = saga.pending
    tries = pending.tries + 1 if pending and (pending.step, pending.direction) == (step, "undo") else 1
    rest = tuple(other for other in saga.to_undo if other != step)
    return _wait_for(saga, PendingRequest(step, "undo", attempt, tries), to_undo=rest)


def _wait_for(saga: Saga, pending: PendingRequest, **changes: Any) -> Saga:
    attempts = {**saga.attempts, (pending.step, pending.direction): pending.attempt}
    return replace(saga, pending=pending, attempts=attempts, **changes)


def _completed(saga: Saga) -> dict[str, Any]:
    """Return the changed fields where the pending request, if there is one, has succeeded."""
    return _done(saga, saga.pending.step) if saga.pending else {}


def _done(saga: Saga, step: Step) -> dict[str, Any]:
    return {"done": saga.done | {step}, "succeeded": saga.succeeded | {step}}


def _record_success(saga: Saga, step: Step) -> Saga:
    saga = replace(saga, **_done(saga, step))
    if saga.state in STEP_OF:
        return _end_suspension(saga, step)
    if saga.pending and saga.pending.step == step:
        return saga
    return replace(saga, to_undo=saga.in_undo_order({*saga.to_undo, step}))


def _end_suspension(saga: Saga, step: Step) -> Saga:
    """Either the reservation is renewed and the suspended request goes on, or that request was answered first."""
    if saga.suspended and saga.pending and saga.pending.step == step:
        return replace(saga, pending=replace(saga.suspended, resumed=saga.pending.attempt), suspended=None)
    return replace(saga, suspended=None)


def _start_compensation(saga: Saga, event: SagaCompensationStarted) -> Saga:
    return replace(
        saga,
        state=State.COMPENSATING,
        pending=None,
        suspended=None,
        to_undo=event.undo,
        ending=event.ending,
        reason=event.reason,
        failed_step=event.failed_step or saga.failed_step,
    )


def _resolve(saga: Saga, event: SagaResolved) -> Saga:
    pending = _pending(saga)
    resumed = replace(saga, state=State.COMPENSATING)
    match event.resolution:
        case "retry":
            return replace(resumed, pending=replace(pending, tries=0, retry_at=None))
        case "mark done":
            return replace(resumed, pending=None, done=saga.done - {pending.step})
        case "force fail":
            return saga
    assert_never(event.resolution)


def _pending(saga: Saga) -> PendingRequest:
    if saga.pending is None:
        raise ValueError(f"no request is pending in {saga.state}")
    return saga.pending
