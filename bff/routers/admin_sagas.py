"""The sagas of orders, as operators see them and let a stuck one go on."""

from typing import Annotated

from fastapi import APIRouter, Query

from bff.admin.parameters import SagaParameters
from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.accepted import ResolutionAccepted
from schemas.message import Id
from schemas.order_records import OrderRecords
from schemas.saga_actions import Confirmation, Evidence
from schemas.saga_board import SagaBoard, SagaOnBoard
from schemas.stream_names import saga_stream

router = APIRouter(prefix="/bff/admin/sagas", tags=["admin"], dependencies=[restricted("admin", "operator")])


@router.get("")
async def list_sagas(parameters: Annotated[SagaParameters, Query()], calls: CurrentCalls) -> SagaBoard:
    """List the sagas under way, or those in one state; first those that have not moved for longest."""
    minimum = calls.session.written.of_category("saga")
    return await calls.query("/admin/sagas", answer=SagaBoard, parameters=parameters.pairs(), minimum=minimum)


@router.get("/{order_id}")
async def get_saga(order_id: Id, calls: CurrentCalls) -> SagaOnBoard:
    """Get the saga of one order: where it stands, what it waits for until when, and what it would undo."""
    minimum = calls.session.written.of_stream(saga_stream(order_id))
    return await calls.query(f"/admin/sagas/{order_id}", answer=SagaOnBoard, minimum=minimum)


@router.get("/{order_id}/records")
async def get_records(order_id: Id, calls: CurrentCalls) -> OrderRecords:
    """Get what there is about one order beside its events: timers, what is parked, and documents as they are kept."""
    return await calls.query(f"/admin/sagas/{order_id}/records", answer=OrderRecords)


@router.post("/{order_id}/retry")
async def retry_saga(order_id: Id, body: Evidence, calls: CurrentCalls) -> ResolutionAccepted:
    """Let a stuck saga repeat the undo that failed, with a new round of attempts; the reason is recorded."""
    return await calls.command("POST", f"/admin/sagas/{order_id}/retry", body, answer=ResolutionAccepted)


@router.post("/{order_id}/mark-done")
async def mark_saga_done(order_id: Id, body: Evidence, calls: CurrentCalls) -> ResolutionAccepted:
    """Take the undo that failed as done, as the evidence says; a proposal where a second person is required."""
    return await calls.command("POST", f"/admin/sagas/{order_id}/mark-done", body, answer=ResolutionAccepted)


@router.post("/{order_id}/force-fail")
async def force_saga_to_fail(order_id: Id, body: Evidence, calls: CurrentCalls) -> ResolutionAccepted:
    """End a stuck order as failed, whatever is not undone; a proposal where a second person is required."""
    return await calls.command("POST", f"/admin/sagas/{order_id}/force-fail", body, answer=ResolutionAccepted)


@router.post("/{order_id}/confirm")
async def confirm_resolution(order_id: Id, body: Confirmation, calls: CurrentCalls) -> ResolutionAccepted:
    """Confirm what another operator has proposed, before it expires."""
    return await calls.command("POST", f"/admin/sagas/{order_id}/confirm", body, answer=ResolutionAccepted)
