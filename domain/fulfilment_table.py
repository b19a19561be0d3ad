"""The fulfilment process as one table: in which state, upon what, where to and doing what.

The rows follow from the order of the steps; `TRANSITIONS` is the table of the default order. What has no row is
late, repeated or unexpected, and changes nothing.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from domain import fulfilment_acts as do
from domain.fulfilment_policy import POLICY
from domain.fulfilment_state import PROCESSING, State
from schemas.saga import Step


class Input(StrEnum):
    """What a message means to a saga; `domain/fulfilment.py` reads it from the message."""

    CREATED = "order.created"
    DONE = "the step is done"
    REFUSED = "the step failed for good"
    RETRIABLE = "a retriable failure, attempts left"
    RETRY_DUE = "the time of the retry"
    OVERDUE = "its deadline, attempts left"
    UNKNOWN = "its deadline at the last attempt"
    CANCELLATION = "order.cancellation.requested"
    EXPIRED = "inventory.expired"
    HELD_AGAIN = "the renewed reservation, the step still running"
    DONE_AHEAD = "the step is done, the renewed reservation still asked for"
    SHIPPED = "order.shipped"
    UNDONE = "the undo is answered, more to undo"
    UNDONE_FAILING = "the last undo is answered, the order fails"
    UNDONE_CANCELLING = "the last undo is answered, the order is cancelled"
    LATE = "the late success of a forward step"
    RETRY = "an operator: retry"
    MARKED = "an operator: mark done, more to undo"
    MARKED_FAILING = "an operator: mark the last undo done, the order fails"
    MARKED_CANCELLING = "an operator: mark the last undo done, the order is cancelled"
    FORCED = "an operator: force fail"


class Row(NamedTuple):
    """Where the saga goes, and what it does on the way."""

    to: State
    does: tuple[do.Act, ...]


Table = Mapping[tuple[State, Input], Row]


@cache
def transitions(steps: tuple[Step, ...]) -> Table:
    """Every row for sagas that take `steps` in this order."""
    first, last = steps[0], steps[-1]
    table: dict[tuple[State, Input], Row] = {
        (State.NEW, Input.CREATED): Row(PROCESSING[first], (do.start, do.ASK[first, "forward"])),
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
        completion = (do.move_order, do.confirm_reservation, do.complete)
        return {(PROCESSING[step], Input.DONE): Row(State.COMPLETED, completion)}
    return {(PROCESSING[step], Input.DONE): Row(PROCESSING[then], (do.move_order, do.ASK[then, "forward"]))}


def _failing_first(step: Step) -> Table:
    return {(PROCESSING[step], Input.REFUSED): Row(State.FAILED, (do.fail_at_once,))}


def _failing_later(step: Step) -> Table:
    refused = Row(State.COMPENSATING, (do.compensate_failure, do.ask_for_next_undo))
    return {(PROCESSING[step], Input.REFUSED): refused}


def _waiting_for_any(step: Step) -> Table:
    here, undoing = PROCESSING[step], State.COMPENSATING
    return {
        (here, Input.OVERDUE): Row(here, (do.note_timeout, do.ask_again)),
        (here, Input.UNKNOWN): Row(undoing, (do.note_timeout, do.compensate_failure, do.ask_for_next_undo)),
        (here, Input.CANCELLATION): Row(undoing, (do.compensate_cancellation, do.ask_for_next_undo)),
    }


def _retrying(step: Step) -> Table:
    """A shortage is never retried, so inventory has no such rows."""
    here = PROCESSING[step]
    return {
        (here, Input.RETRIABLE): Row(here, (do.schedule_retry,)),
        (here, Input.RETRY_DUE): Row(here, (do.ask_again,)),
    }


def _renewing(step: Step) -> Table:
    here = PROCESSING[step]
    return {
        (here, Input.EXPIRED): Row(here, (do.ask_for_reservation,)),
        (here, Input.HELD_AGAIN): Row(here, (do.note_success,)),
        (here, Input.DONE_AHEAD): Row(here, (do.note_success,)),
    }


def _after_completion(last: Step) -> Table:
    """A reservation that expired before its confirmation arrived is renewed, as it would be a moment earlier."""
    done = State.COMPLETED
    return {
        (done, Input.CANCELLATION): Row(State.COMPENSATING, (do.compensate_cancellation, do.ask_for_next_undo)),
        (done, Input.EXPIRED): Row(PROCESSING[last], (do.ask_for_reservation,)),
        (done, Input.SHIPPED): Row(State.SHIPPED, (do.close,)),
        (PROCESSING[last], Input.SHIPPED): Row(State.SHIPPED, (do.close,)),
    }


_COMPENSATION: Table = {
    (State.COMPENSATING, Input.UNDONE): Row(State.COMPENSATING, (do.note_undone, do.ask_for_next_undo)),
    (State.COMPENSATING, Input.UNDONE_FAILING): Row(State.FAILED, (do.note_undone, do.end)),
    (State.COMPENSATING, Input.UNDONE_CANCELLING): Row(State.CANCELLED, (do.note_undone, do.end)),
    (State.COMPENSATING, Input.LATE): Row(State.COMPENSATING, (do.note_success,)),
    (State.COMPENSATING, Input.RETRIABLE): Row(State.COMPENSATING, (do.schedule_retry,)),
    (State.COMPENSATING, Input.RETRY_DUE): Row(State.COMPENSATING, (do.ask_again,)),
    (State.COMPENSATING, Input.OVERDUE): Row(State.COMPENSATING, (do.note_timeout, do.ask_again)),
    (State.COMPENSATING, Input.REFUSED): Row(State.STUCK, (do.stick,)),
    (State.COMPENSATING, Input.UNKNOWN): Row(State.STUCK, (do.note_timeout, do.stick)),
}
_STUCK: Table = {
    (State.STUCK, Input.RETRY): Row(State.COMPENSATING, (do.note_resolution, do.resume_compensation, do.ask_again)),
    (State.STUCK, Input.MARKED): Row(
        State.COMPENSATING, (do.note_resolution, do.resume_compensation, do.ask_for_next_undo)
    ),
    (State.STUCK, Input.MARKED_FAILING): Row(State.FAILED, (do.note_resolution, do.end)),
    (State.STUCK, Input.MARKED_CANCELLING): Row(State.CANCELLED, (do.note_resolution, do.end)),
    (State.STUCK, Input.FORCED): Row(State.FAILED, (do.note_resolution, do.force_failure)),
    (State.STUCK, Input.LATE): Row(State.STUCK, (do.note_success,)),
}
_LATE: Table = {
    (State.FAILED, Input.LATE): Row(State.COMPENSATING, (do.note_success, do.compensate_again, do.ask_for_next_undo)),
    (State.CANCELLED, Input.LATE): Row(
        State.COMPENSATING, (do.note_success, do.compensate_again, do.ask_for_next_undo)
    ),
}

TRANSITIONS: Table = transitions(POLICY.steps)
