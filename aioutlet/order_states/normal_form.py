"""Makes states equal that differ only in what decides nothing, so that there are finitely many.

Attempts are numbered for the whole life of a saga, but are only compared: with the attempt that runs, with those that
are still to be handled, and with the first of their round. So they are numbered anew after every move.
"""

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar, get_args

from aioutlet.order_states.side import ORDER_ID, Numbers, Side
from domain.fulfilment.state import PendingRequest, Saga
from schemas.saga import Direction, SagaResolutionRequested, Step

AT = datetime(2026, 1, 1, tzinfo=UTC)
"""When everything happens; the order in which timers fire is not left to their times."""
RETRY = SagaResolutionRequested(order_id=ORDER_ID, operator="operator", evidence="evidence", resolution="retry")
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)

Kind = tuple[Step, Direction]
RENEWED: Kind = (Step.INVENTORY, "forward")
S = TypeVar("S", bound=Side)


def without_texts(saga: Saga) -> Saga:
    """The saga without reasons, times of retries and names of timers."""
    return replace(
        saga,
        reason=saga.reason and "reason",
        failed_step=None,
        pending=_without_times(saga.pending),
        suspended=_without_times(saga.suspended),
        requested=saga.requested and RETRY,
    )


def key_of(saga: Saga) -> Hashable:
    """What tells sagas apart, as a value with a hash."""
    waits = (saga.state, saga.pending, saga.suspended, saga.to_undo)
    attempts = frozenset(saga.attempts.items())
    asked = (attempts, saga.renewal, saga.requested is None)
    return *waits, saga.done, saga.succeeded, *asked, saga.ending, saga.is_order_ended


def renumber(saga: Saga, side: S) -> tuple[Saga, S]:
    """The saga and one side with the least numbers of attempts that keep their order."""
    for direction in DIRECTIONS:
        waiting = set(side.waiting(direction))
        if direction == "forward" and side.step is Step.INVENTORY:
            saga = _forget_renewal(saga, side)
        numbered = sorted(waiting.union(_round_of(saga, (side.step, direction))))
        numbers = {attempt: number for number, attempt in enumerate(numbered, 1)}
        side = side.renumber(direction, numbers, {attempt: numbers[attempt] for attempt in waiting})
        saga = _renumber(saga, (side.step, direction), numbers)
    return saga, side


def _forget_renewal(saga: Saga, side: Side) -> Saga:
    """Forget the last renewal where nothing of before it may expire any more."""
    is_compared = any(attempt < saga.renewal for attempt in side.expired())
    return saga if is_compared else replace(saga, renewal=0)


def _round_of(saga: Saga, kind: Kind) -> Iterator[int]:
    """Yield the attempts of the rounds that run, and of the last renewal."""
    if kind == RENEWED and saga.renewal:
        yield saga.renewal
    for request in (saga.pending, saga.suspended):
        if request and (request.step, request.direction) == kind:
            yield from range(request.attempt - request.tries + 1, request.attempt + 1)


def _renumber(saga: Saga, kind: Kind, numbers: Numbers) -> Saga:
    def renumbered(request: PendingRequest | None) -> PendingRequest | None:
        is_meant = request and (request.step, request.direction) == kind
        return replace(request, attempt=numbers[request.attempt]) if request and is_meant else request

    attempts = {other: attempt for other, attempt in saga.attempts.items() if other != kind}
    is_forward = kind[1] == "forward"
    if kind in saga.attempts and (numbers or is_forward):  # whether a step was ever requested decides something
        attempts[kind] = len(numbers)
    renewal = numbers.get(saga.renewal, 0) if kind == RENEWED else saga.renewal
    renumbered_saga = replace(saga, pending=renumbered(saga.pending), suspended=renumbered(saga.suspended))
    return replace(renumbered_saga, attempts=attempts, renewal=renewal)


def _without_times(request: PendingRequest | None) -> PendingRequest | None:
    """An undo that gave no answer is requested anew, so that nobody asks whether it has timed out."""
    if request is None:
        return None
    has_timed_out = request.has_timed_out and request.direction == "forward"
    return replace(request, resumed=0, retry_at=request.retry_at and AT, has_timed_out=has_timed_out)
