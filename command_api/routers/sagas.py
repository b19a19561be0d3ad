"""Commands for stuck sagas, by operators: try again, mark done, force to fail, confirm what another one proposed."""

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from command_api.context import Caller, CurrentCaller, StreamCommand
from edge.auth import requires
from schemas.accepted import ResolutionAccepted
from schemas.errors import NotFound
from schemas.ids import derived_id
from schemas.message import Command, Id
from schemas.saga import (
    FINAL_RESOLUTIONS,
    ConfirmResolution,
    ProposeResolution,
    RequestResolution,
    Resolution,
    SagaCommand,
)
from schemas.saga_actions import Confirmation, Evidence
from schemas.stream_names import saga_stream

router = APIRouter(prefix="/admin/sagas", tags=["sagas"], dependencies=[requires("operator", "admin")])


class SagaChange(Command):
    """A body with the id of its order and what is asked of the saga, to be fingerprinted together."""

    order_id: Id
    resolution: Resolution | None = None
    body: Evidence | Confirmation


@router.post("/{order_id}/retry", response_model=ResolutionAccepted)
async def retry_saga(order_id: Id, body: Evidence, caller: CurrentCaller) -> Response:
    """Let a stuck saga repeat the undo that failed, with a new round of attempts."""
    return await _resolve(caller, SagaChange(order_id=order_id, resolution="retry", body=body), body)


@router.post("/{order_id}/mark-done", response_model=ResolutionAccepted)
async def mark_saga_done(order_id: Id, body: Evidence, caller: CurrentCaller) -> Response:
    """Take the undo that failed as done, as the evidence says, and go on with the next one.

    Where a second person is required, this is a proposal: it has an id, and counts once another operator confirms it.
    """
    return await _resolve(caller, SagaChange(order_id=order_id, resolution="mark done", body=body), body)


@router.post("/{order_id}/force-fail", response_model=ResolutionAccepted)
async def force_saga_to_fail(order_id: Id, body: Evidence, caller: CurrentCaller) -> Response:
    """End a stuck order as failed, whatever is not undone; where a second person is required, this is a proposal."""
    return await _resolve(caller, SagaChange(order_id=order_id, resolution="force fail", body=body), body)


@router.post("/{order_id}/confirm", response_model=ResolutionAccepted)
async def confirm_resolution(order_id: Id, body: Confirmation, caller: CurrentCaller) -> Response:
    """Confirm what another operator has proposed, before it expires."""
    command = ConfirmResolution(
        order_id=order_id, proposal_id=body.proposal_id, operator=caller.actor.id, at=caller.context.clock()
    )
    return await _handle(caller, SagaChange(order_id=order_id, body=body), command)


async def _resolve(caller: Caller, change: SagaChange, body: Evidence) -> Response:
    assert change.resolution  # noqa: S101 - every route of evidence has one
    command = RequestResolution(
        order_id=change.order_id,
        operator=caller.actor.id,
        evidence=body.evidence,
        resolution=change.resolution,
        step=body.step,
    )
    if caller.context.second_person is None or change.resolution not in FINAL_RESOLUTIONS:
        return await _handle(caller, change, command)
    return await _handle(caller, change, _proposed(command, caller))


def _proposed(command: RequestResolution, caller: Caller) -> ProposeResolution:
    """Who says the same again proposes the same, so the id follows from what is said."""
    now, within = caller.context.clock(), caller.context.second_person
    assert within  # noqa: S101 - it is required
    names = (command.resolution, command.operator, command.evidence)
    return ProposeResolution(
        **dict(command), proposal_id=derived_id(command.order_id, *names), at=now, expires_at=now + within
    )


async def _handle(caller: Caller, change: SagaChange, command: SagaCommand) -> Response:
    context, stream = caller.context, saga_stream(change.order_id)
    if not (await context.sagas.load(stream)).version:
        raise NotFound(f"there is no saga of order {change.order_id}", order_id=change.order_id)
    proposal_id = command.proposal_id if isinstance(command, ProposeResolution) else None
    reply = partial(ResolutionAccepted, order_id=change.order_id, proposal_id=proposal_id)
    return await caller.make_request(change).handle([StreamCommand(context.sagas, stream, command)], reply)
