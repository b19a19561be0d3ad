"""How the events of a saga change its document: a fold of its own, equal to that of the write side."""

from collections.abc import Collection, Iterable

from schemas import saga
from schemas.documents import Document, SagaState, document_time
from schemas.message import Event
from schemas.saga import REQUESTED, Direction, Ending, Step

PROCESSING = {
    Step.PAYMENT: SagaState.PAYMENT_PROCESSING,
    Step.INVENTORY: SagaState.INVENTORY_PROCESSING,
    Step.SHIPPING: SagaState.SHIPPING_PROCESSING,
}
FORWARD = {request: step for request, (step, direction) in REQUESTED.items() if direction == "forward"}
UNDO = {request: step for request, (step, direction) in REQUESTED.items() if direction == "undo"}
_ENDS: dict[Ending, SagaState] = {"cancel": SagaState.CANCELLED, "fail": SagaState.FAILED}


def changes_by(document: Document, event: Event, at: str) -> Document:
    """Return the fields that an event changes; it occurred `at` this time."""
    match event:
        case saga.PaymentProcessing() | saga.InventoryReservation() | saga.ShippingPreparation():
            return _ask(document, FORWARD[type(event)], event.attempt, at)
        case saga.PaymentRefund() | saga.InventoryRelease() | saga.ShippingCancel():
            return _ask_to_undo(document, UNDO[type(event)], event.attempt, at)
        case saga.SagaRetryScheduled() if document["request"]:
            return {"request": document["request"] | {"retryAt": document_time(event.retry_at)}}
        case saga.SagaStepCompleted(direction="undo"):
            return {**_compensating(), "done": _without(document["done"], event.step), "request": None}
        case saga.SagaStepCompleted():
            return _succeed(document, event.step, at)
        case saga.SagaCompensationStarted():
            return _compensate(document, event)
        case saga.SagaStuck():
            return {"state": SagaState.STUCK.value, "stuckReason": event.reason}
        case saga.SagaResolutionProposed():
            return {"proposal": _proposal(event, at)}
        case saga.SagaResolutionRequested():
            return {"requested": _requested(event, at)}
        case saga.SagaResolved():
            return _resolve(document, event)
        case saga.SagaCompleted():
            return _complete_request(document) | {"state": SagaState.COMPLETED.value}
        case saga.SagaClosed():
            return {"state": SagaState.SHIPPED.value, "request": None, "suspended": None}
        case saga.SagaFailed():
            end = {"state": _ENDS[event.ending].value, "ending": event.ending, "isOrderEnded": True}
            return end | {"request": None, "toUndo": [], "stuckReason": None}
        case _:
            return {}


def _ask(document: Document, step: Step, attempt: int, at: str) -> Document:
    running = document["request"]
    if running and (running["step"], running["direction"]) == (step, "forward"):
        return {"request": _request(step, "forward", attempt, at, tries=running["tries"] + 1)}
    request = {"request": _request(step, "forward", attempt, at)}
    if step.value in document["done"]:
        return _renew(document, step) | request
    return _complete_request(document) | {"state": PROCESSING[step].value} | request


def _renew(document: Document, step: Step) -> Document:
    """An expired reservation is requested again; the request that runs waits for it."""
    is_completed = document["state"] == SagaState.COMPLETED
    state = PROCESSING[Step(document["steps"][-1])].value if is_completed else document["state"]
    return {"state": state, "suspended": document["request"], "done": _without(document["done"], step)}


def _ask_to_undo(document: Document, step: Step, attempt: int, at: str) -> Document:
    running = document["request"]
    is_repeat = running and (running["step"], running["direction"]) == (step, "undo")
    request = _request(step, "undo", attempt, at, tries=running["tries"] + 1 if is_repeat else 1)
    return {"request": request, "toUndo": _without(document["toUndo"], step)}


def _request(step: Step, direction: Direction, attempt: int, at: str, *, tries: int = 1) -> Document:
    return {
        "step": step.value,
        "direction": direction,
        "attempt": attempt,
        "tries": tries,
        "askedAt": at,
        "retryAt": None,
    }


def _succeed(document: Document, step: Step, at: str) -> Document:
    """A late success joins what is to be undone; a renewed reservation lets the request go on that waited for it."""
    running, suspended = document["request"], document["suspended"]
    done = _in_order(document, {*document["done"], step.value})
    if document["state"] in {state.value for state in PROCESSING.values()}:
        is_renewed = suspended and running and running["step"] == step
        goes_on = {"request": suspended | {"askedAt": at}} if is_renewed else {}
        return {"done": done, "suspended": None} | goes_on
    if running and running["step"] == step:
        return {"done": done}
    return {"done": done, "toUndo": _in_order(document, {*document["toUndo"], step.value})[::-1]}


def _compensate(document: Document, event: saga.SagaCompensationStarted) -> Document:
    return {
        **_compensating(),
        "request": None,
        "suspended": None,
        "toUndo": [step.value for step in event.undo],
        "ending": event.ending,
        "reason": event.reason,
        "failedStep": event.failed_step.value if event.failed_step else document["failedStep"],
    }


def _resolve(document: Document, event: saga.SagaResolved) -> Document:
    request = document["request"]
    match event.resolution:
        case "retry" if request:
            return {**_compensating(), "request": request | {"tries": 0, "retryAt": None}}
        case "mark done" if request:
            return {**_compensating(), "request": None, "done": _without(document["done"], request["step"])}
        case _:
            return {}


def _proposal(event: saga.SagaResolutionProposed, at: str) -> Document:
    shown = event.model_dump(mode="json", exclude={"order_id", "expires_at"})
    return shown | {"proposedAt": at, "expiresAt": document_time(event.expires_at)}


def _requested(event: saga.SagaResolutionRequested, at: str) -> Document:
    shown = event.model_dump(mode="json", exclude={"order_id", "step", "attempt"})
    return shown | {"requestedAt": at}


def _compensating() -> Document:
    return {"state": SagaState.COMPENSATING.value, "stuckReason": None}


def _complete_request(document: Document) -> Document:
    if document["request"] is None:
        return {}
    return {"request": None, "done": _in_order(document, {*document["done"], document["request"]["step"]})}


def _in_order(document: Document, steps: Collection[str]) -> list[str]:
    return [step for step in document["steps"] if step in steps]


def _without(steps: Iterable[str], step: str) -> list[str]:
    return [each for each in steps if each != step]
