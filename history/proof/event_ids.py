"""Where in the log the event with an id is; the log has no index of ids, but most ids tell the time of their cause."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import orjson

from event_store.reading import EventReader
from event_store.scan import Scan
from history.times import position_at
from schemas.codec import id_of
from schemas.ids import time_of

LOOK = 20_000
"""Events in one scan of a database."""
LOOKS = 10
"""Scans for one id, at most."""
LIMIT = 10
"""Events of one scan that have the bytes of an id anywhere in them."""
BEFORE = timedelta(seconds=5)
"""So much may a process's clock be ahead of another's."""


async def find_event(reader: EventReader, event_id: str, *, looks: int | None = LOOKS) -> int | None:
    """Return the position of an event, None where it is not among those that are looked at.

    They are looked at from the time of the id on, and then from the beginning; without `looks`, all of them.
    """
    wanted, head = Scan(contains=(b'{"id":%b' % orjson.dumps(event_id),)), await reader.head()
    cause = time_of(event_id)
    start = await position_at(reader, cause - BEFORE) - 1 if cause else 0
    for after, until in islice(_windows(start, head), looks):
        for row in await reader.scan(wanted, after, until, limit=LIMIT):
            if id_of(row.state) == event_id:
                return row.position
    return None


def _windows(start: int, head: int) -> Iterator[tuple[int, int]]:
    for first, end in ((start, head), (0, min(start, head))):
        for after in range(first, end, LOOK):
            yield after, min(end, after + LOOK)
