"""Reading server-sent events as a browser does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
import orjson

from tests.services.waiting import STUCK_AFTER


class StreamEvent(NamedTuple):
    """One event, with its content as JSON."""

    id: str
    name: str
    data: Any


class Stream:
    """An open stream; `last_id` is what a browser would send when it connects again."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.last_id = ""
        self._lines = answer.aiter_lines()

    async def next(self) -> StreamEvent | None:
        """The next event, comments left out; None at the end."""
        async with asyncio.timeout(STUCK_AFTER):
            fields: dict[str, str] = {}
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if line and name:
                    fields[name] = value
                elif "data" in fields:
                    self.last_id = fields["id"]
                    return StreamEvent(fields["id"], fields["event"], orjson.loads(fields["data"]))
                elif not line:
                    fields = {}
        return None

    async def rest(self) -> list[StreamEvent]:
        """All events until the end."""
        found: list[StreamEvent] = []
        while event := await self.next():
            found.append(event)
        return found


@asynccontextmanager
async def listening_to(client: httpx.AsyncClient, path: str, **request: Any) -> AsyncIterator[Stream]:
    """A stream that must be opened."""
    async with client.stream("GET", path, **request) as answer:
        if answer.status_code != 200:
            await answer.aread()
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer)
