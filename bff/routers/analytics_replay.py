"""Events of the log with all that is stored of them, for analysts. What is sealed stays so."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from bff.admin.parameters import ReplayParameters, StreamParameters
from bff.calls import CurrentCalls
from bff.event_streams import LineStream, pass_stream
from edge.access import restricted
from schemas.logged_event import REPLAY_TYPE, StreamName

LINES: dict[int | str, dict[str, Any]] = {200: {"content": {REPLAY_TYPE: {"schema": {"type": "string"}}}}}
router = APIRouter(prefix="/bff/analytics", tags=["analytics"], dependencies=[restricted("admin", "analyst")])


@router.get("/replay", response_class=Response, responses=LINES)
async def replay_events(parameters: Annotated[ReplayParameters, Query()], calls: CurrentCalls) -> Response:
    """Get events of the log in position order, each as it is stored, a line an event.

    The last line is `{"reached": …, "head": …}`: ask on with `after` as `reached`, until it is `last` or `head`.
    Without that line the answer was cut off. Each answer looks at a bounded number of events.
    """
    return await pass_stream(calls, "/analytics/replay", parameters=parameters.pairs(), form=LineStream)


@router.get("/streams/{stream}", response_class=Response, responses=LINES)
async def replay_stream(
    stream: Annotated[StreamName, Path()], parameters: Annotated[StreamParameters, Query()], calls: CurrentCalls
) -> Response:
    """Get events of one stream in the order of their versions, each as it is stored, a line an event.

    The last line is `{"reached": …, "head": …}`, both of them versions; see the replay of the log.
    """
    path = f"/analytics/streams/{quote(stream, safe='')}"
    return await pass_stream(calls, path, parameters=parameters.pairs(), form=LineStream)
