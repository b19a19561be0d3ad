"""A client that leaves a stream of events after its first event or sign of life, to ask for it as for any answer."""

import asyncio

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.event_streams import HEARTBEAT
from query_api import telling

STREAM = b"text/event-stream"


@pytest.fixture
def short_silences(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that has nothing to tell, as after the id of an event that is still to come, says so at once."""
    monkeypatch.setattr(telling, "HEARTBEAT_AFTER", 0.05)


def leaving(app: ASGIApp) -> ASGIApp:
    """The application, whose streams of events end after the first event, or when there is nothing to tell."""

    async def with_ends(scope: Scope, receive: Receive, send: Send) -> None:
        has_seen, is_stream = asyncio.Event(), False

        async def receive_or_leave() -> Message:
            if is_stream:
                await has_seen.wait()
                return {"type": "http.disconnect"}
            return await receive()

        async def send_noting(message: Message) -> None:
            nonlocal is_stream
            if message["type"] == "http.response.start":
                is_stream = any(value.startswith(STREAM) for _, value in message["headers"])
            await send(message)
            body = message.get("body", b"")
            if b"data:" in body or HEARTBEAT in body:
                has_seen.set()

        await app(scope, receive_or_leave, send_noting)

    return with_ends
