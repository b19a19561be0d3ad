"""What people may ask of a saga; everything else moves it by `step`."""

from collections.abc import Sequence
from typing import Any, assert_never

from domain.decider import Decider
from domain.fulfilment.evolve import evolve
from domain.fulfilment.state import INITIAL, PendingRequest, Saga, State
from schemas.errors import OrderNotReady, ProposalGone, ResolutionUnderWay, SagaNotStuck, SecondPersonNeeded
from schemas.saga import (
    CloseSaga,
    ConfirmResolution,
    ProposeResolution,
    RequestResolution,
    SagaClosed,
    SagaCommand,
    SagaEvent,
    SagaResolutionProposed,
    SagaResolutionRequested,
)


def decide(command: SagaCommand, saga: Saga) -> Sequence[SagaEvent]:
    match command:
        case CloseSaga():
            return _close(command, saga)
        case RequestResolution():
            return _request(command, saga)
        case ProposeResolution():
            return _propose(command, saga)
        case ConfirmResolution():
            return _confirm(command, saga)
    assert_never(command)


def _close(command: CloseSaga, saga: Saga) -> Sequence[SagaEvent]:
    """Only a completed saga has nothing left to do or to undo, so that the goods may leave."""
    if saga.state is State.SHIPPED:
        return []
    if saga.state is not State.COMPLETED:
        raise OrderNotReady(f"its fulfilment is {saga.state} and not {State.COMPLETED}", state=saga.state)
    return [SagaClosed(order_id=command.order_id)]


def _request(command: RequestResolution, saga: Saga) -> Sequence[SagaEvent]:
    asked = saga.requested
    if asked and (asked.operator, asked.resolution) == (command.operator, command.resolution):
        return []
    return [_requested(command, _check_stuck(command, saga))]


def _propose(command: ProposeResolution, saga: Saga) -> Sequence[SagaEvent]:
    given_up = _check_stuck(command, saga)
    stands = saga.proposal
    if stands and command.at < stands.expires_at and _is_same(stands, command):
        return []
    proposed = SagaResolutionProposed(
        order_id=command.order_id,
        proposal_id=command.proposal_id,
        operator=command.operator,
        evidence=command.evidence,
        resolution=command.resolution,
        step=given_up.step,
        expires_at=command.expires_at,
    )
    return [proposed]


def _confirm(command: ConfirmResolution, saga: Saga) -> Sequence[SagaEvent]:
    proposal = saga.proposal
    if proposal is None or proposal.proposal_id != command.proposal_id:
        raise ProposalGone("that proposal does not stand any more: look again", state=saga.state)
    if saga.requested and saga.requested.confirmed_by == command.operator:
        return []
    if command.at >= proposal.expires_at:
        raise ProposalGone("nobody has confirmed it in time: it has to be proposed again", state=saga.state)
    if command.operator == proposal.operator:
        raise SecondPersonNeeded("somebody else must confirm what you have proposed", operator=proposal.operator)
    return [_requested(proposal, _check_stuck(proposal, saga), confirmed_by=command.operator)]


def _check_stuck(asked: RequestResolution | ProposeResolution | SagaResolutionProposed, saga: Saga) -> PendingRequest:
    """Return the undo that was given up.

    Raises:
        SagaNotStuck: None was, or another one than is meant.
        ResolutionUnderWay: The saga is about to go on.
    """
    if saga.state is not State.STUCK or saga.pending is None:
        raise SagaNotStuck(f"the saga of order {asked.order_id} is {saga.state}", state=saga.state)
    given_up = saga.pending
    if asked.step not in (None, given_up.step):
        detail = f"the saga of order {asked.order_id} is stuck with {given_up.step} and not with {asked.step}"
        raise SagaNotStuck(detail, state=saga.state, step=given_up.step)
    if saga.requested:
        detail = f"{saga.requested.operator} has asked to {saga.requested.resolution}: the saga is about to do so"
        raise ResolutionUnderWay(detail, state=saga.state, resolution=saga.requested.resolution)
    return given_up


def _is_same(proposal: SagaResolutionProposed, command: ProposeResolution) -> bool:
    names = ("operator", "resolution", "evidence")
    return all(getattr(proposal, name) == getattr(command, name) for name in names)


def _requested(
    asked: RequestResolution | SagaResolutionProposed, given_up: PendingRequest, *, confirmed_by: str | None = None
) -> SagaResolutionRequested:
    return SagaResolutionRequested(
        order_id=asked.order_id,
        operator=asked.operator,
        evidence=asked.evidence,
        resolution=asked.resolution,
        confirmed_by=confirmed_by,
        step=given_up.step,
        attempt=given_up.attempt,
    )


SAGA: Decider[SagaCommand, Saga, Any] = Decider(initial=INITIAL, decide=decide, evolve=evolve)
