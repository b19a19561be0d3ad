"""Where the fulfilment of an order stands, read off its timeline: what the saga waits for, and what it undoes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from schemas.documents import Document
from schemas.message import Message
from schemas.saga import Direction, Step

SagaState = Literal[
    "NEW",
    "PAYMENT_PROCESSING",
    "INVENTORY_PROCESSING",
    "SHIPPING_PROCESSING",
    "COMPLETED",
    "SHIPPED",
    "COMPENSATING",
    "STUCK",
    "FAILED",
    "CANCELLED",
]


class SagaRequest(Message):
    """The request that waits for its answer, or for the time to be sent again."""

    step: Step
    direction: Direction
    attempt: int
    retry_at: str | None = None


class SagaProgress(Message):
    """The state of a saga, and the request that runs, if one does."""

    state: SagaState
    request: SagaRequest | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the timeline says up to some line; `current` is the step that the saga has come to."""

    state: SagaState = "NEW"
    current: Step | None = None
    begun: frozenset[Step] = field(default_factory=frozenset)
    request: SagaRequest | None = None
    suspended: SagaRequest | None = None
    ended: SagaState = "FAILED"

    @property
    def is_undoing(self) -> bool:
        """Whether an undo runs. Where an order ends meanwhile, an operator has forced it to; the rest is undone."""
        return self.state == "COMPENSATING" and self.request is not None


FORWARD: Mapping[str, Step] = {
    "payment.processing": Step.PAYMENT,
    "inventory.reservation": Step.INVENTORY,
    "shipping.preparation": Step.SHIPPING,
}
UNDO: Mapping[str, Step] = {
    "payment.refund": Step.PAYMENT,
    "inventory.release": Step.INVENTORY,
    "shipping.cancel": Step.SHIPPING,
}
UNDONE: Mapping[str, Step] = {
    "payment.refunded": Step.PAYMENT,
    "payment.voided": Step.PAYMENT,
    "inventory.released": Step.INVENTORY,
    "shipping.cancelled": Step.SHIPPING,
}
PROCESSING: Mapping[Step, SagaState] = {
    Step.PAYMENT: "PAYMENT_PROCESSING",
    Step.INVENTORY: "INVENTORY_PROCESSING",
    Step.SHIPPING: "SHIPPING_PROCESSING",
}
ENDS: Mapping[str, SagaState] = {
    "order.completed": "COMPLETED",
    "order.shipped": "SHIPPED",
    "order.failed": "FAILED",
    "order.cancelled": "CANCELLED",
}


def saga_progress(order: Document) -> SagaProgress:
    """Return where an order's saga stands; it may be one event behind while an answer was not read by the saga."""
    reading = _read(order["timeline"])
    return SagaProgress(state=reading.state, request=reading.request)


def _read(timeline: Iterable[Mapping[str, Any]]) -> _Reading:
    reading = _Reading()
    for line in timeline:
        reading = _next(reading, line["type"], line.get("details", {}))
    return reading


def _next(reading: _Reading, kind: str, details: Mapping[str, Any]) -> _Reading:
    if kind in FORWARD:
        return _forward(reading, FORWARD[kind], details["attempt"])
    if kind in UNDO:
        request = SagaRequest(step=UNDO[kind], direction="undo", attempt=details["attempt"])
        return replace(reading, state="COMPENSATING", request=request)
    if kind in UNDONE:
        return _undone(reading, UNDONE[kind])
    if kind in ENDS and not reading.is_undoing:
        return replace(reading, state=ENDS[kind], request=None, suspended=None)
    return _progress(reading, kind, details)


def _forward(reading: _Reading, step: Step, attempt: int) -> _Reading:
    """A step that was begun before, and is not the current one, is done again because its reservation expired."""
    request, running = SagaRequest(step=step, direction="forward", attempt=attempt), reading.request
    if step in reading.begun and step is not reading.current and reading.current:
        is_repeat = running is not None and running.step is step
        suspended = reading.suspended if is_repeat else running
        return replace(reading, state=PROCESSING[reading.current], request=request, suspended=suspended)
    begun = reading.begun | {step}
    return replace(reading, state=PROCESSING[step], current=step, begun=begun, request=request, suspended=None)


def _undone(reading: _Reading, step: Step) -> _Reading:
    """The last undo ends the saga, which the next request or the order's end contradicts or confirms."""
    if reading.request is None or (reading.request.step, reading.request.direction) != (step, "undo"):
        return reading
    return replace(reading, state=reading.ended, request=None)


def _progress(reading: _Reading, kind: str, details: Mapping[str, Any]) -> _Reading:
    match kind:
        case "inventory.reserved" if reading.suspended:
            return replace(reading, request=reading.suspended, suspended=None)
        case "saga.retry.scheduled" if reading.request:
            return replace(reading, request=reading.request.model_copy(update={"retry_at": details["retryAt"]}))
        case "saga.compensation.started":
            ended: SagaState = "CANCELLED" if details["ending"] == "cancel" else "FAILED"
            return replace(reading, state="COMPENSATING", request=None, suspended=None, ended=ended)
        case "saga.stuck":
            return replace(reading, state="STUCK")
        case "saga.resolved":
            return replace(reading, state="FAILED" if details["resolution"] == "force fail" else reading.ended)
        case _:
            return reading
