"""The fulfilment process as one table: (state, input) -> next state and actions.

The rows follow from the order of the steps; `TRANSITIONS` is the table for the default order. A message without a row
is late, repeated or unexpected, and changes nothing.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from domain.fulfilment.context import Action
from domain.fulfilment.inputs import Input
from domain.fulfilment.policy import DEFINITION_VERSION, POLICY
from domain.fulfilment.requests import (
    REQUESTS,
    confirm_reservation,
    repeat_request,
    request_next_undo,
    request_reservation,
)
from domain.fulfilment.state import PROCESSING, State
from domain.fulfilment.table_actions import (
    close_saga,
    compensate_cancellation,
    compensate_failure,
    compensate_late_success,
    complete_order,
    end_order,
    fail_order,
    force_failure,
    force_failure_undoing_rest,
    mark_stuck,
    move_order,
    record_resolution,
    record_success,
    record_timeout,
    record_undo,
    resume_compensation,
    schedule_retry,
    start_saga,
)
from schemas.saga import Step


class Row(NamedTuple):
    """Where the saga goes, and what it does on the way."""

    to: State
    actions: tuple[Action, ...]


Table = Mapping[tuple[State, Input], Row]


@cache
def transitions(steps: tuple[Step, ...]) -> Table:
    """Every row for sagas that take `steps` in this order."""
    first, last = steps[0], steps[-1]
    table: dict[tuple[State, Input], Row] = {
        (State.NEW, Input.ORDER_CREATED): Row(PROCESSING[first], (start_saga, REQUESTS[first, "forward"])),
    }
    for index, step in enumerate(steps):
        table |= _while_waiting(step)
        table |= _on_success(step, then=steps[index + 1] if step is not last else None)
        table |= _on_failure(step, is_first=step is first)
        if step is not Step.INVENTORY:
            table |= _on_retriable_failure(step)
        if Step.INVENTORY in steps[:index]:
            table |= _on_expired_reservation(step)
    return {**table, **_after_completion(last), **_COMPENSATION, **_STUCK, **_LATE_SUCCESS}


def _while_waiting(step: Step) -> Table:
    here, undoing = PROCESSING[step], State.COMPENSATING
    return {
        (here, Input.TIMED_OUT): Row(here, (record_timeout, repeat_request)),
        (here, Input.LAST_ATTEMPT_TIMED_OUT): Row(undoing, (record_timeout, compensate_failure, request_next_undo)),
        (here, Input.CANCELLATION_REQUESTED): Row(undoing, (compensate_cancellation, request_next_undo)),
    }


def _on_success(step: Step, then: Step | None) -> Table:
    if then is None:
        completion = (move_order, confirm_reservation, complete_order)
        return {(PROCESSING[step], Input.STEP_DONE): Row(State.COMPLETED, completion)}
    return {(PROCESSING[step], Input.STEP_DONE): Row(PROCESSING[then], (move_order, REQUESTS[then, "forward"]))}


def _on_failure(step: Step, *, is_first: bool) -> Table:
    """When the first step fails, there is nothing to undo, unless one of its attempts may have succeeded."""
    here = PROCESSING[step]
    compensation = Row(State.COMPENSATING, (compensate_failure, request_next_undo))
    return {
        (here, Input.STEP_FAILED): Row(State.FAILED, (fail_order,)) if is_first else compensation,
        (here, Input.STEP_FAILED_AFTER_TIMEOUT): compensation,
    }


def _on_retriable_failure(step: Step) -> Table:
    """Not for inventory: a shortage is never retried."""
    here = PROCESSING[step]
    return {
        (here, Input.RETRIABLE_FAILURE): Row(here, (schedule_retry,)),
        (here, Input.RETRY_DUE): Row(here, (repeat_request,)),
    }


def _on_expired_reservation(step: Step) -> Table:
    here = PROCESSING[step]
    return {
        (here, Input.RESERVATION_EXPIRED): Row(here, (request_reservation,)),
        (here, Input.RESERVATION_RENEWED): Row(here, (record_success,)),
        (here, Input.STEP_DONE_BEFORE_RENEWAL): Row(here, (record_success,)),
    }


def _after_completion(last: Step) -> Table:
    """A reservation that expired before its confirmation arrived is renewed, as it is while the last step runs."""
    done = State.COMPLETED
    return {
        (done, Input.CANCELLATION_REQUESTED): Row(State.COMPENSATING, (compensate_cancellation, request_next_undo)),
        (done, Input.RESERVATION_EXPIRED): Row(PROCESSING[last], (request_reservation,)),
        (done, Input.ORDER_SHIPPED): Row(State.SHIPPED, (close_saga,)),
        (PROCESSING[last], Input.ORDER_SHIPPED): Row(State.SHIPPED, (close_saga,)),
    }


_COMPENSATION: Table = {
    (State.COMPENSATING, Input.UNDONE): Row(State.COMPENSATING, (record_undo, request_next_undo)),
    (State.COMPENSATING, Input.LAST_UNDONE_FAILING): Row(State.FAILED, (record_undo, end_order)),
    (State.COMPENSATING, Input.LAST_UNDONE_CANCELLING): Row(State.CANCELLED, (record_undo, end_order)),
    (State.COMPENSATING, Input.LATE_SUCCESS): Row(State.COMPENSATING, (record_success,)),
    (State.COMPENSATING, Input.RETRIABLE_FAILURE): Row(State.COMPENSATING, (schedule_retry,)),
    (State.COMPENSATING, Input.RETRY_DUE): Row(State.COMPENSATING, (repeat_request,)),
    (State.COMPENSATING, Input.TIMED_OUT): Row(State.COMPENSATING, (record_timeout, repeat_request)),
    (State.COMPENSATING, Input.STEP_FAILED): Row(State.STUCK, (mark_stuck,)),
    (State.COMPENSATING, Input.LAST_ATTEMPT_TIMED_OUT): Row(State.STUCK, (record_timeout, mark_stuck)),
}
_RESUMED = (record_resolution, resume_compensation)
_STUCK: Table = {
    (State.STUCK, Input.RETRY_ORDERED): Row(State.COMPENSATING, (*_RESUMED, repeat_request)),
    (State.STUCK, Input.MARKED_DONE): Row(State.COMPENSATING, (*_RESUMED, request_next_undo)),
    (State.STUCK, Input.LAST_MARKED_DONE_FAILING): Row(State.FAILED, (record_resolution, end_order)),
    (State.STUCK, Input.LAST_MARKED_DONE_CANCELLING): Row(State.CANCELLED, (record_resolution, end_order)),
    (State.STUCK, Input.FAILURE_FORCED): Row(
        State.COMPENSATING, (record_resolution, force_failure_undoing_rest, request_next_undo)
    ),
    (State.STUCK, Input.LAST_FAILURE_FORCED): Row(State.FAILED, (record_resolution, force_failure)),
    (State.STUCK, Input.LATE_SUCCESS): Row(State.STUCK, (record_success,)),
    (State.STUCK, Input.UNDONE): Row(State.COMPENSATING, (record_undo, resume_compensation, request_next_undo)),
    (State.STUCK, Input.LAST_UNDONE_FAILING): Row(State.FAILED, (record_undo, end_order)),
    (State.STUCK, Input.LAST_UNDONE_CANCELLING): Row(State.CANCELLED, (record_undo, end_order)),
}
_LATE_SUCCESS: Table = {
    (ended, Input.LATE_SUCCESS): Row(State.COMPENSATING, (record_success, compensate_late_success, request_next_undo))
    for ended in (State.FAILED, State.CANCELLED)
}

DEFINITIONS: Mapping[int, Callable[[tuple[Step, ...]], Table]] = {DEFINITION_VERSION: transitions}
"""The table of every version that a live saga may be pinned to; an old one stays until its last saga has ended."""

TRANSITIONS: Table = transitions(POLICY.steps)
