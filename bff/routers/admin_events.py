"""The shop as it goes on, for its keepers."""

from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import Response

from bff.calls import CurrentCalls
from bff.event_streams import pass_stream
from edge.access import restricted
from edge.event_streams import DESCRIPTION, LAST_EVENT_ID

LastEventId = Annotated[str | None, Header(alias=LAST_EVENT_ID, pattern=r"^[0-9a-f]{0,64}$")]
router = APIRouter(prefix="/bff/admin", tags=["admin"], dependencies=[restricted("admin", "operator")])


@router.get("/events", response_class=Response, responses={200: DESCRIPTION[200]})
async def follow_shop(calls: CurrentCalls, _: LastEventId = None) -> Response:
    """Follow the shop: orders by status, the newest of them, low stock and what is parked, and again at each change.

    Each event has all of it, at most once a second; that with the id `Last-Event-ID` is not told again.
    """
    return await pass_stream(calls, "/admin/events")
