"""Appends to the end of a stream, whatever else is in it: for facts of which none depends on those before it."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

from concurrency.jitter import pause_with_jitter
from event_store.reading import EventReader
from event_store.records import AppendRequest, IdempotencyRecord
from event_store.store import EventStore
from schemas.envelope import Cause, wrap_events
from schemas.errors import Conflict, IdempotencyKeyTaken
from schemas.message import Event

ATTEMPTS = 20
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.25
"""Seconds before appending again after a conflict: at most the first, doubling to the longest."""
REMEMBERED = timedelta(days=1)
"""How long what is appended again is recognised."""


class StreamEnd:
    """Remembers where the stream ends to which this process appended last."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._versions: dict[str, int] = {}

    async def append(self, stream: str, events: Sequence[Event], cause: Cause, *, key: str) -> None:
        """Append events; a second call with this key within a day changes nothing.

        Raises:
            Unavailable: The log does not answer. Appending the same again is safe.
            Conflict: Others appended to the stream before every attempt. As above.
        """
        record = IdempotencyRecord(key, b"", b"", cause.at + REMEMBERED)
        async with self._store.exclusive((stream,)):
            for attempt in count(1):
                version = await find_version(self._store, stream, at_least=self._versions.get(stream, 0))
                request = AppendRequest(tuple(wrap_events(stream, version, events, cause)), record)
                try:
                    await self._store.append(request)
                except IdempotencyKeyTaken:
                    return
                except Conflict:
                    if attempt == ATTEMPTS:
                        raise
                    await pause_with_jitter(attempt, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
                else:
                    self._versions = {stream: version + len(events)}
                    return


async def find_version(reader: EventReader, stream: str, *, at_least: int = 0) -> int:
    """Return the version of a stream without reading its events: by doubling steps, then by halving them."""
    step = 1
    while await reader.position_of(stream, at_least + step):
        at_least, step = at_least + step, step * 2
    while step > 1:
        step //= 2
        if await reader.position_of(stream, at_least + step):
            at_least += step
    return at_least
