"""The shop as it goes on, for its keepers: server-sent events."""

from contextlib import AsyncExitStack
from typing import Annotated

from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import Response

from edge.auth import CurrentActor, requires, session_of
from edge.event_streams import DESCRIPTION, LAST_EVENT_ID, EventStream, OpenStreams, event_bytes
from query_api.context import CurrentContext
from query_api.shop_board import Board, ShopBoard
from query_api.telling import tell

BoardId = Annotated[str, Header(alias=LAST_EVENT_ID, pattern=r"^[0-9a-f]{0,64}$")]
router = APIRouter(prefix="/admin", tags=["admin"], dependencies=[requires("admin", "operator")])


@router.get("/events", response_class=Response, responses={200: DESCRIPTION[200]})
async def follow_shop(request: Request, actor: CurrentActor, _: CurrentContext, seen: BoardId = "") -> Response:
    """Follow the shop: orders by status, the newest of them, low stock and what is parked, and again at each change.

    Each event has all of it, at most once a second; that with the id `Last-Event-ID` is not told again.
    """
    streams: OpenStreams = request.app.state.streams
    board: ShopBoard = request.app.state.shop_board
    async with AsyncExitStack() as resources:
        resources.enter_context(streams.admitted(session_of(request) or actor.subject))
        followed = resources.enter_context(board.following(seen))
        return EventStream(tell(request, followed.changed, _event), streams, resources.pop_all())


def _event(board: Board) -> bytes:
    return event_bytes("shop", board.content, event_id=board.id)
