"""How far streams go: their last versions, and where these are in the log."""

import asyncio
from collections.abc import Collection
from typing import NamedTuple

from event_store.reading import EventReader


class StreamEnd(NamedTuple):
    """The last event of a stream, which has so many, for versions have no gaps."""

    stream: str
    version: int
    position: int


class StreamEnds:
    """Finds them by reading one event of each."""

    def __init__(self, reader: EventReader) -> None:
        self._reader = reader

    async def find(self, streams: Collection[str]) -> list[StreamEnd]:
        """Return the ends of those of these streams that have events, in their order."""
        return [end for end in await asyncio.gather(*map(self._find_one, streams)) if end]

    async def _find_one(self, stream: str) -> StreamEnd | None:
        for last in await self._reader.versions(stream, limit=1, newest_first=True):
            return StreamEnd(stream, last.version, last.position)
        return None
