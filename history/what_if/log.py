"""All that a what-if is given of the shop: a log that can be read, and nothing else."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from event_store.reading import EventReader
from history.times import position_at
from schemas.codec import Stored, decode
from schemas.envelope import Envelope

PAGE = 250
"""Events that are decoded without a pause for others of the process."""


class ReadOnlyLog(Protocol):
    """The log: there is no way from it to anything that appends, sends, charges or publishes."""

    async def log(
        self, after: int, *, limit: int = 500, until: int | None = None, types: Sequence[str] = ()
    ) -> list[Stored]:
        """Return events after a position, in position order."""


class Period(NamedTuple):
    """Positions after `after` and up to `until`."""

    after: int
    until: int


async def period_of(reader: EventReader, since: datetime | None, until: datetime | None) -> Period:
    """Return the positions of the events recorded at `since` or later, and before `until`."""
    after = 0 if since is None else await position_at(reader, since) - 1
    last = await reader.head() if until is None else await position_at(reader, until) - 1
    return Period(after, max(after, last))


async def read_events(log: ReadOnlyLog, period: Period, types: Collection[str]) -> AsyncIterator[Envelope]:
    """Yield the events of these types in a period, in position order.

    Raises:
        Poison: One of them cannot be read.
    """
    after = period.after
    while page := await log.log(after, limit=PAGE, until=period.until, types=sorted(types)):
        for row in page:
            yield decode(row)
        after = page[-1].position
