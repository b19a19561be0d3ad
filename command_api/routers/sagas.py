"""Commands for stuck sagas, by operators."""

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from command_api.context import CurrentCaller, StreamCommand
from command_api.responses import OrderAccepted
from edge.auth import requires
from schemas.errors import NotFound
from schemas.message import Command, Id
from schemas.saga import RequestResolution
from schemas.stream_names import saga_stream
from schemas.text import Line

router = APIRouter(prefix="/admin/sagas", tags=["sagas"], dependencies=[requires("operator", "admin")])


class Retry(Command):
    """Why the saga should try again."""

    evidence: Line


@router.post("/{order_id}/retry", response_model=OrderAccepted)
async def retry_saga(order_id: Id, body: Retry, caller: CurrentCaller) -> Response:
    """Let a stuck saga repeat the undo that failed, with a new round of attempts."""
    context, stream = caller.context, saga_stream(order_id)
    if not (await context.sagas.load(stream)).version:
        raise NotFound(f"there is no saga of order {order_id}", order_id=order_id)
    command = RequestResolution(order_id=order_id, operator=caller.actor.id, evidence=body.evidence, resolution="retry")
    commands = [StreamCommand(context.sagas, stream, command)]
    return await caller.make_request(command).handle(commands, partial(OrderAccepted, order_id=order_id))
