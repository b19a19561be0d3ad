"""Events of the log with all that is stored of them, as JSON Lines, for analysts. What is sealed stays so."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.responses import StreamingResponse

from edge.auth import requires
from history.event_filter import EventFilter
from history.event_log import EventLog
from history.replay.json_lines import lines_of
from query_api.event_search import POSITIONS, EventParameters, build_filter
from query_api.paging import QueryParameters
from query_api.routers.logged_events import CurrentLog
from schemas.logged_event import MAX_REPLAYED, REPLAY_TYPE, StreamName

LINES: dict[int | str, dict[str, Any]] = {200: {"content": {REPLAY_TYPE: {"schema": {"type": "string"}}}}}
Position = Annotated[int, Field(ge=0, le=POSITIONS)]
ReplayLimit = Annotated[int, Field(ge=1, le=MAX_REPLAYED)]
router = APIRouter(prefix="/analytics", tags=["analytics"], dependencies=[requires("admin", "analyst")])


class ReplayParameters(EventParameters):
    """Which events after a position, and up to another: at most `limit` of them."""

    after: Position = 0
    last: Position | None = None
    limit: ReplayLimit = 1_000


class StreamParameters(QueryParameters):
    """Which events of a stream: after a version, at most `limit` of them."""

    after: Position = 0
    limit: ReplayLimit = 1_000


@router.get("/replay", response_class=StreamingResponse, responses=LINES)
async def replay_events(parameters: Annotated[ReplayParameters, Query()], log: CurrentLog) -> StreamingResponse:
    """Get events of the log in position order, each as it is stored, a line an event.

    The last line is `{"reached": …, "head": …}`: ask on with `after` as `reached`, until it is `last` or `head`.
    Without that line the answer was cut off. Each answer looks at a bounded number of events.
    """
    wanted = await build_filter(parameters, log)
    return StreamingResponse(_replay(log, wanted, parameters), media_type=REPLAY_TYPE)


@router.get("/streams/{stream}", response_class=StreamingResponse, responses=LINES)
async def replay_stream(
    stream: Annotated[StreamName, Path()], parameters: Annotated[StreamParameters, Query()], log: CurrentLog
) -> StreamingResponse:
    """Get events of one stream in the order of their versions, each as it is stored, a line an event.

    The last line is `{"reached": …, "head": …}`, both of them versions; see the replay of the log.
    """
    rows = await log.versions(stream, after=parameters.after, limit=parameters.limit)
    end = {"reached": rows[-1].version if rows else parameters.after, "head": await log.last_version(stream)}
    return StreamingResponse(iter((lines_of(rows), _end(end))), media_type=REPLAY_TYPE)


async def _replay(log: EventLog, wanted: EventFilter, parameters: ReplayParameters) -> AsyncIterator[bytes]:
    reached = parameters.after
    pages = log.replay(wanted, after=reached, last=parameters.last, limit=parameters.limit)
    async for page in pages:
        yield lines_of(page.rows)
        reached = page.reached
    yield _end({"reached": reached, "head": await log.head()})


def _end(said: dict[str, int]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)
