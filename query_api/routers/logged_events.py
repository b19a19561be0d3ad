"""The log, as those look into it who keep, analyse or audit the shop. What is sealed stays so."""

from contextlib import AsyncExitStack
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from edge.auth import CurrentActor, requires, session_of
from edge.event_streams import DESCRIPTION, LAST_EVENT_ID, EventStream, OpenStreams
from history.event_log import EventLog
from query_api.app_parts import app_part
from query_api.event_search import (
    POSITIONS,
    EventParameters,
    SearchParameters,
    build_filter,
    build_page_request,
    write_cursor,
)
from query_api.log_following import LogFollower, followed_bytes
from query_api.telling import tell
from schemas.logged_event import EventChain, EventPage, StoredForm

READERS = ("admin", "operator", "analyst", "auditor")
Position = Annotated[int, Path(ge=1, le=POSITIONS)]
LastPosition = Annotated[int | None, Header(alias=LAST_EVENT_ID, ge=0, le=POSITIONS)]
router = APIRouter(prefix="/admin/log", tags=["log"], dependencies=[requires(*READERS)])


class FollowParameters(EventParameters):
    """Which of the events after a position are told; without it, those after now."""

    after: Annotated[int, Query(ge=0, le=POSITIONS)] | None = None


async def event_log(request: Request) -> EventLog:
    """Return the log of the request's app; a dependency.

    Raises:
        Unavailable: This process has none.
    """
    return cast(EventLog, app_part(request, "event_log", "the log cannot be read here"))


CurrentLog = Annotated[EventLog, Depends(event_log)]


@router.get("/events")
async def search_events(parameters: Annotated[SearchParameters, Query()], log: CurrentLog) -> EventPage:
    """Search the log for events, without their data; each answer looks at a bounded number of them."""
    wanted = await build_filter(parameters, log)
    found = await log.search(wanted, build_page_request(parameters))
    return EventPage(
        items=found.events,
        next=None if found.next is None else write_cursor(found.next, parameters),
        looked_at=found.looked_at,
        first=found.first,
        last=found.last,
        head=await log.head(),
    )


@router.get("/events/{position}")
async def get_event(position: Position, log: CurrentLog) -> StoredForm:
    """Get one event with its stored bytes as text; personal fields are sealed in it."""
    return await log.stored_form(position)


@router.get("/events/{position}/chain")
async def get_chain(position: Position, log: CurrentLog) -> EventChain:
    """Get what caused an event, back to the beginning, and all that it led to, as far as one looks."""
    return await log.chain(position)


@router.get("/live", response_class=Response, responses={200: DESCRIPTION[200]})
async def follow_log(
    parameters: Annotated[FollowParameters, Query()],
    request: Request,
    actor: CurrentActor,
    log: CurrentLog,
    told: LastPosition = None,
) -> Response:
    """Follow the log: events as they are appended, at most four times a second and a hundred at once, the newest.

    The id of what is told is the position it tells up to; one beyond the end of the log is of another, and counts as
    its end.
    """
    streams: OpenStreams = request.app.state.streams
    wanted, head = await build_filter(parameters, log), await log.head()
    after = told if told is not None else parameters.after
    follower = LogFollower(log, wanted, head if after is None else min(after, head))
    async with AsyncExitStack() as resources:
        resources.enter_context(streams.admitted(session_of(request) or actor.subject))
        return EventStream(tell(request, follower.changed, followed_bytes), streams, resources.pop_all())
