"""Records denials as events, on the day's stream of one shard."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import count, groupby

from concurrency.jitter import pause_with_jitter
from edge.denials import Denial, Kind
from event_store.reading import EventReader
from event_store.records import AppendRequest, IdempotencyRecord
from event_store.store import EventStore
from identity.sealing import Sealer, strangers
from schemas.envelope import Cause, wrap_events
from schemas.errors import Conflict, IdempotencyKeyTaken
from schemas.ids import NewId, derived_id
from schemas.sealed import Sealed
from schemas.security import AccessDenied, LoginsFailed, RateLimited, SecurityFact
from schemas.stream_names import security_stream

SHARDS = 8
"""Streams of one day: so many processes record without meeting."""
ATTEMPTS = 20
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.25
"""Seconds before appending again after a conflict: at most the first, doubling to the longest."""
REMEMBERED = timedelta(days=1)
"""How long a batch that is reported again is recognised."""
EVENTS: dict[Kind, type[SecurityFact]] = {"access": AccessDenied, "login": LoginsFailed, "rate": RateLimited}


class SecurityLog:
    """Appends denials whatever else is in their stream; one that is reported twice is recorded once."""

    def __init__(
        self,
        store: EventStore,
        sealer: Sealer,
        *,
        clock: Callable[[], datetime],
        new_id: NewId,
        shard: int | None = None,
    ) -> None:
        """Choose a shard by chance, unless it is given."""
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._new_id = new_id
        self._shard = secrets.randbelow(SHARDS) if shard is None else shard
        self._versions: dict[str, int] = {}

    async def record(self, denials: Sequence[Denial]) -> None:
        """Record a batch; it is known by the ids of its denials.

        Raises:
            Unavailable: The log does not answer. Recording the same batch again is safe.
            Conflict: Others appended to the stream before every attempt. As above.
        """
        by_day = sorted(denials, key=_day_of)
        for day, of_day in groupby(by_day, _day_of):
            await self._record_day(day, tuple(of_day))

    async def _record_day(self, day: date, denials: Sequence[Denial]) -> None:
        stream = security_stream(day, self._shard)
        events = [await self._event_of(denial) for denial in denials]
        batch = derived_id(denials[0].id, *(denial.id for denial in denials))
        cause = Cause(id=batch, at=self._clock(), correlation_id=self._new_id())
        record = IdempotencyRecord(f"denials {batch}", b"", b"", cause.at + REMEMBERED)
        async with self._store.exclusive((stream,)):
            for attempt in count(1):
                version = await self._version_of(stream)
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

    async def _event_of(self, denial: Denial) -> SecurityFact:
        return EVENTS[denial.kind](
            minute=denial.minute,
            route=denial.route,
            code=denial.code,
            count=denial.count,
            address=await self._seal(denial),
        )

    async def _seal(self, denial: Denial) -> Sealed | None:
        if denial.address is None:
            return None
        subject = strangers(denial.minute)
        await self._sealer.prepare([subject])
        return self._sealer.seal(subject, denial.address)

    async def _version_of(self, stream: str) -> int:
        return await find_version(self._store, stream, at_least=self._versions.get(stream, 0))


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


def _day_of(denial: Denial) -> date:
    return denial.minute.date()
