"""Records denials as events, on the day's stream of one shard."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from command_api.stream_end import StreamEnd
from edge.denials import Denial, Kind
from event_store.store import EventStore
from identity.sealing import Sealer, strangers
from schemas.envelope import Cause
from schemas.ids import NewId, derived_id
from schemas.security import AccessDenied, LoginsFailed, RateLimited, SecurityFact
from schemas.stream_names import security_stream

SHARDS = 8
"""Streams of one day: so many processes record without meeting."""
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
        self._end = StreamEnd(store)
        self._sealer = sealer
        self._clock = clock
        self._new_id = new_id
        self._shard = secrets.randbelow(SHARDS) if shard is None else shard

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
        await self._end.append(stream, events, cause, key=f"denials {batch}")

    async def _event_of(self, denial: Denial) -> SecurityFact:
        return EVENTS[denial.kind](
            minute=denial.minute,
            route=denial.route,
            code=denial.code,
            count=denial.count,
            **await self._address_of(denial),
        )

    async def _address_of(self, denial: Denial) -> dict[str, Any]:
        """Return the fields that say where a denial came from."""
        if denial.address is None:
            return {}
        subject = strangers(denial.minute)
        await self._sealer.prepare([subject])
        return {
            "address": self._sealer.seal(subject, denial.address),
            "address_index": self._sealer.index(subject, denial.address),
        }


def _day_of(denial: Denial) -> date:
    return denial.minute.date()
