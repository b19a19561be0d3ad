"""The log of a running shop, read beside it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from event_store.opening import open_store
from event_store.store import EventStore
from schemas.codec import Stored, decode
from schemas.envelope import Envelope
from tests.services.waiting import STUCK_AFTER

PAGE = 10_000
T = TypeVar("T")


class Log:
    """What was recorded after a position, as far as it was read."""

    def __init__(self, store: EventStore, after: int) -> None:
        self._store = store
        self._position = after
        self.stored: list[Stored] = []
        self.events: list[Envelope] = []

    async def read(self) -> None:
        """Read on, to the end."""
        while page := await self._store.log(self._position, limit=PAGE):
            self.stored += page
            self.events += map(decode, page)
            self._position = page[-1].position

    async def until(self, ask: Callable[[], Awaitable[T | None]]) -> T:
        """What `ask` gives once it gives something; it is asked again whenever something was recorded."""
        async with asyncio.timeout(STUCK_AFTER):
            while True:
                head = await self._store.head()
                if (found := await ask()) is not None:
                    return found
                await self._store.wait_past(head, timeout=1.0)

    async def event(self, name: str, stream: str) -> Envelope:
        """The first event of this name in a stream, once it is there."""

        async def find() -> Envelope | None:
            await self.read()
            return next((each for each in self.events if (each.type, each.stream) == (name, stream)), None)

        return await self.until(find)


@asynccontextmanager
async def reading(address: str, *, whole: bool = False) -> AsyncIterator[Log]:
    """The log at an address: the whole of it, or from now on."""
    store = open_store(address)
    try:
        yield Log(store, 0 if whole else await store.head())
    finally:
        await store.close()
