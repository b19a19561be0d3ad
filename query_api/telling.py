"""A stream of events about something that changes: what it is, then each change, for as long as the token is good."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

from starlette.requests import Request

from edge.auth import verify_again
from edge.event_streams import HEARTBEAT, HEARTBEAT_AFTER, first_bytes
from schemas.errors import SessionEnded, Unauthorised, Unavailable

T = TypeVar("T")


def never(_: object) -> bool:
    """Return False: what goes on and on."""
    return False


async def tell(
    request: Request,
    changed: Callable[[], Awaitable[T]],
    event_of: Callable[[T], bytes | None],
    has_ended: Callable[[T], bool] = never,
) -> AsyncGenerator[bytes]:
    """Yield the bytes of a stream.

    Args:
        request: Who listens.
        changed: Waits for a state that was not told.
        event_of: Returns what is to be told of a state; None where nothing is.
        has_ended: Whether nothing more is told after a state.
    """
    yield first_bytes()
    while True:
        state = await _next(changed)
        if not await _may_go_on(request):
            return
        if state is None:
            yield HEARTBEAT
        elif event := event_of(state):
            yield event
            if has_ended(state):
                return


async def _next(changed: Callable[[], Awaitable[T]]) -> T | None:
    try:
        async with asyncio.timeout(HEARTBEAT_AFTER):
            return await changed()
    except TimeoutError:
        return None


async def _may_go_on(request: Request) -> bool:
    try:
        await verify_again(request)
    except (Unauthorised, SessionEnded, Unavailable):
        return False
    return True
