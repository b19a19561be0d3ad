"""The fulfilment process as one table: in which state, upon what, where to and doing what.

The rows follow from the order of the steps; `TRANSITIONS` is the table of the default order. What has no row is
late, repeated or unexpected, and changes nothing.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from domain.fulfilment.actions import close, complete, move_order, note_success, note_timeout, schedule_retry, start
from domain.fulfilment.compensation import (
    compensate_again,
    compensate_cancellation,
    compensate_failure,
    end_order,
    fail_at_once,
    force_failure,
    mark_stuck,
    note_resolution,
    note_undone,
    resume_compensation,
)
from domain.fulfilment.context import Action
from domain.fulfilment.inputs import Input
from domain.fulfilment.policy import POLICY
from domain.fulfilment.requests import ASK, ask_again, ask_for_next_undo, ask_for_reservation, confirm_reservation
from domain.fulfilment.state import PROCESSING, State
from schemas.saga import Step


class Row(NamedTuple):
    """Where the saga goes, and what it actions on the way."""

    to: State
    actions: tuple[Action, ...]


Table = Mapping[tuple[State, Input], Row]


@cache
def transitions(steps: tuple[Step, ...]) -> Table:
    """Every row for sagas that take `steps` in this order."""
    first, last = steps[0], steps[-1]
    table: dict[tuple[State, Input], Row] = {
        (State.NEW, Input.CREATED): Row(PROCESSING[first], (start, ASK[first, "forward"])),
    }
    for index, step in enumerate(steps):
        table |= _waiting_for_any(step)
        table |= _done(step, then=steps[index + 1] if step is not last else None)
        table |= _failing_first(step) if step is first else _failing_later(step)
        if step is not Step.INVENTORY:
            table |= _retrying(step)
        if Step.INVENTORY in steps[:index]:
            table |= _renewing(step)
    return {**table, **_after_completion(last), **_COMPENSATION, **_STUCK, **_LATE}


def _done(step: Step, then: Step | None) -> Table:
    if then is None:
        completion = (move_order, confirm_reservation, complete)
        return {(PROCESSING[step], Input.DONE): Row(State.COMPLETED, completion)}
    return {(PROCESSING[step], Input.DONE): Row(PROCESSING[then], (move_order, ASK[then, "forward"]))}


def _failing_first(step: Step) -> Table:
    return {(PROCESSING[step], Input.REFUSED): Row(State.FAILED, (fail_at_once,))}


def _failing_later(step: Step) -> Table:
    refused = Row(State.COMPENSATING, (compensate_failure, ask_for_next_undo))
    return {(PROCESSING[step], Input.REFUSED): refused}


def _waiting_for_any(step: Step) -> Table:
    here, undoing = PROCESSING[step], State.COMPENSATING
    return {
        (here, Input.OVERDUE): Row(here, (note_timeout, ask_again)),
        (here, Input.UNKNOWN): Row(undoing, (note_timeout, compensate_failure, ask_for_next_undo)),
        (here, Input.CANCELLATION): Row(undoing, (compensate_cancellation, ask_for_next_undo)),
    }


def _retrying(step: Step) -> Table:
    """A shortage is never retried, so inventory has no such rows."""
    here = PROCESSING[step]
    return {
        (here, Input.RETRIABLE): Row(here, (schedule_retry,)),
        (here, Input.RETRY_DUE): Row(here, (ask_again,)),
    }


def _renewing(step: Step) -> Table:
    here = PROCESSING[step]
    return {
        (here, Input.EXPIRED): Row(here, (ask_for_reservation,)),
        (here, Input.HELD_AGAIN): Row(here, (note_success,)),
        (here, Input.DONE_AHEAD): Row(here, (note_success,)),
    }


def _after_completion(last: Step) -> Table:
    """A reservation that expired before its confirmation arrived is renewed, as it would be a moment earlier."""
    done = State.COMPLETED
    return {
        (done, Input.CANCELLATION): Row(State.COMPENSATING, (compensate_cancellation, ask_for_next_undo)),
        (done, Input.EXPIRED): Row(PROCESSING[last], (ask_for_reservation,)),
        (done, Input.SHIPPED): Row(State.SHIPPED, (close,)),
        (PROCESSING[last], Input.SHIPPED): Row(State.SHIPPED, (close,)),
    }


_COMPENSATION: Table = {
    (State.COMPENSATING, Input.UNDONE): Row(State.COMPENSATING, (note_undone, ask_for_next_undo)),
    (State.COMPENSATING, Input.UNDONE_FAILING): Row(State.FAILED, (note_undone, end_order)),
    (State.COMPENSATING, Input.UNDONE_CANCELLING): Row(State.CANCELLED, (note_undone, end_order)),
    (State.COMPENSATING, Input.LATE): Row(State.COMPENSATING, (note_success,)),
    (State.COMPENSATING, Input.RETRIABLE): Row(State.COMPENSATING, (schedule_retry,)),
    (State.COMPENSATING, Input.RETRY_DUE): Row(State.COMPENSATING, (ask_again,)),
    (State.COMPENSATING, Input.OVERDUE): Row(State.COMPENSATING, (note_timeout, ask_again)),
    (State.COMPENSATING, Input.REFUSED): Row(State.STUCK, (mark_stuck,)),
    (State.COMPENSATING, Input.UNKNOWN): Row(State.STUCK, (note_timeout, mark_stuck)),
}
_STUCK: Table = {
    (State.STUCK, Input.RETRY): Row(State.COMPENSATING, (note_resolution, resume_compensation, ask_again)),
    (State.STUCK, Input.MARKED): Row(State.COMPENSATING, (note_resolution, resume_compensation, ask_for_next_undo)),
    (State.STUCK, Input.MARKED_FAILING): Row(State.FAILED, (note_resolution, end_order)),
    (State.STUCK, Input.MARKED_CANCELLING): Row(State.CANCELLED, (note_resolution, end_order)),
    (State.STUCK, Input.FORCED): Row(State.FAILED, (note_resolution, force_failure)),
    (State.STUCK, Input.LATE): Row(State.STUCK, (note_success,)),
}
_LATE: Table = {
    (State.FAILED, Input.LATE): Row(State.COMPENSATING, (note_success, compensate_again, ask_for_next_undo)),
    (State.CANCELLED, Input.LATE): Row(State.COMPENSATING, (note_success, compensate_again, ask_for_next_undo)),
}

TRANSITIONS: Table = transitions(POLICY.steps)
