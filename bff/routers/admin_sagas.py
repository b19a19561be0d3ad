"""The sagas of orders, as operators see them and let a stuck one go on."""

from typing import Annotated

from fastapi import APIRouter, Query

from bff.admin.answers import SagaBoard, SagaOnBoard
from bff.admin.bodies import Evidence
from bff.admin.parameters import SagaParameters
from bff.answers import OrderAccepted
from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.message import Id
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


@router.post("/{order_id}/retry")
async def retry_saga(order_id: Id, body: Evidence, calls: CurrentCalls) -> OrderAccepted:
    """Let a stuck saga repeat the undo that failed, with a new round of attempts; the reason is recorded."""
    return await calls.command("POST", f"/admin/sagas/{order_id}/retry", body, answer=OrderAccepted)
