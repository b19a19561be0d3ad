"""The log, as those look into it who keep, analyse or audit the shop."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from starlette.responses import Response

from bff.admin.parameters import EventParameters, FollowParameters
from bff.calls import CurrentCalls
from bff.event_streams import pass_stream
from edge.access import restricted
from edge.event_streams import DESCRIPTION, LAST_EVENT_ID
from schemas.logged_event import EventChain, EventPage, StoredForm

Position = Annotated[int, Path(ge=1, le=2**63 - 1)]
LastPosition = Annotated[int | None, Header(alias=LAST_EVENT_ID, ge=0, le=2**63 - 1)]
router = APIRouter(
    prefix="/bff/admin/log",
    tags=["admin"],
    dependencies=[restricted("admin", "operator", "analyst", "auditor")],
)


@router.get("/events")
async def search_events(parameters: Annotated[EventParameters, Query()], calls: CurrentCalls) -> EventPage:
    """Search the log for events, without their data; each answer looks at a bounded number of them."""
    return await calls.query("/admin/log/events", answer=EventPage, parameters=parameters.pairs())


@router.get("/events/{position}")
async def get_event(position: Position, calls: CurrentCalls) -> StoredForm:
    """Get one event with its stored bytes as text; personal fields are sealed in it."""
    return await calls.query(f"/admin/log/events/{position}", answer=StoredForm)


@router.get("/events/{position}/chain")
async def get_chain(position: Position, calls: CurrentCalls) -> EventChain:
    """Get what caused an event, back to the beginning, and all that it led to, as far as one looks."""
    return await calls.query(f"/admin/log/events/{position}/chain", answer=EventChain)


@router.get("/live", response_class=Response, responses={200: DESCRIPTION[200]})
async def follow_log(
    parameters: Annotated[FollowParameters, Query()], calls: CurrentCalls, _: LastPosition = None
) -> Response:
    """Follow the log: events as they are appended, at most four times a second and a hundred at once, the newest."""
    return await pass_stream(calls, "/admin/log/live", parameters=parameters.pairs())
