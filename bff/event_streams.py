"""Streams of the query API, passed on to the browser of a session or of a guest."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from http import HTTPStatus

from starlette.responses import Response

from bff.calls import Calls
from bff.http_client import NoAnswer, OpenAnswer
from bff.upstream import Parameters
from edge.event_streams import EventStream
from schemas.logged_event import REPLAY_TYPE


class LineStream(EventStream):
    """Sends lines of JSON as they come; unlike a stream of events, it has an end."""

    media_type = REPLAY_TYPE


async def pass_stream(
    calls: Calls,
    path: str,
    *,
    parameters: Parameters = (),
    minimum: str | None = None,
    form: type[EventStream] = EventStream,
) -> Response:
    """Answer with a stream of the query API.

    The query API ends it when the session is revoked or its token runs out: then the browser connects again, with the
    id of the last event it has seen, and its session is refreshed or known to have ended.
    """
    async with AsyncExitStack() as resources:
        answer = await calls.open_stream(path, resources, parameters=parameters, minimum=minimum)
        if answer.status == HTTPStatus.NO_CONTENT:
            return Response(status_code=answer.status)
        resources.enter_context(calls.streams.admitted(calls.session.id or calls.session.guest_id or ""))
        return form(_pieces(answer), calls.streams, resources.pop_all())


async def _pieces(answer: OpenAnswer) -> AsyncGenerator[bytes]:
    """Yield what comes; where it is cut off the stream has ended, and the browser connects again."""
    try:
        async for piece in answer.pieces():
            yield piece
    except NoAnswer:
        return
