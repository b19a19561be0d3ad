"""An aggregate or a document with all events it is folded from, so that its state as of any of them can be told."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from event_store.reading import EventReader
from history.reading_stored import logged_event
from history.time_travel.changes import find_changes
from history.times import position_at
from schemas.codec import Stored, decode
from schemas.envelope import Envelope
from schemas.errors import Invalid, Poison, StreamUnreadable
from schemas.time_travel import MAX_STEPS, PastState, PastStep, Plain

READ_AT_ONCE = 1_000
MAX_EVENTS = 20_000
"""Events of one aggregate or document that are folded for one answer."""
Fold = Callable[[Sequence[Envelope]], Plain]
"""Returns the state after these events, None before the first."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A position of the log, a version or a time, whichever is given; else now. Each counts what is at it."""

    position: int | None = None
    version: int | None = None
    at: datetime | None = None

    @property
    def is_now(self) -> bool:
        """Whether nothing is given."""
        return self.position is None and self.version is None and self.at is None

    async def position_in(self, reader: EventReader) -> int:
        """Return the last position that is counted; `version` is that of nothing.

        Raises:
            Invalid: More than one of them is given, or a version alone.
        """
        head = await reader.head()
        match self:
            case Moment(position=None, version=None, at=None):
                return head
            case Moment(position=int(position), version=None, at=None):
                return min(position, head)
            case Moment(position=None, version=None, at=datetime() as at):
                return await position_at(reader, at + timedelta(microseconds=1)) - 1
        raise Invalid("one position or time says when, or the version of one aggregate or document")


@dataclass(frozen=True, slots=True)
class Past:
    """The events of an aggregate or a document, in position order, and their fold."""

    kind: Literal["aggregate", "document"]
    name: str
    rows: Sequence[Stored]
    fold: Fold

    async def as_of(self, reader: EventReader, moment: Moment, since: Moment | None = None) -> PastState:
        """Return the state as of a moment, with what changed since another.

        Raises:
            Invalid: More than one of position, version and time is given, or a version that there is not.
            StreamUnreadable: One of the events cannot be read.
        """
        version = await self._version_at(reader, moment)
        since_version = None if since is None else await self._version_at(reader, since)
        state = await asyncio.to_thread(self._state, version)
        earlier = await asyncio.to_thread(self._state, since_version) if since_version else None
        last = self.rows[version - 1] if version else None
        return PastState(
            kind=self.kind,
            name=self.name,
            version=version,
            versions=len(self.rows),
            position=last.position if last else 0,
            recorded_at=logged_event(last).recorded_at if last else None,
            head=await reader.head(),
            state=state,
            since=since_version,
            changes=() if since_version is None else tuple(find_changes(earlier or {}, state or {})),
            steps=tuple(self._steps()),
            steps_left_out=len(self.rows) > MAX_STEPS,
        )

    async def _version_at(self, reader: EventReader, moment: Moment) -> int:
        """Return how many of the events there were."""
        match moment:
            case Moment(position=None, version=None, at=None):
                return len(self.rows)
            case Moment(position=None, version=int(version), at=None):
                if version > len(self.rows):
                    raise Invalid(f"{self.name} has only {len(self.rows)} versions")
                return version
        position = await moment.position_in(reader)
        return bisect_right(self.rows, position, key=lambda row: row.position)

    def _state(self, version: int) -> Plain:
        try:
            return self.fold([decode(row) for row in self.rows[:version]]) if version else None
        except Poison as poison:
            raise StreamUnreadable(f"{self.name}: {poison.detail}") from poison

    def _steps(self) -> list[PastStep]:
        first = max(0, len(self.rows) - MAX_STEPS)
        return [
            PastStep(
                version=index + 1,
                position=row.position,
                stream=row.stream,
                type=row.type,
                recorded_at=logged_event(row).recorded_at,
            )
            for index, row in enumerate(self.rows[first:], first)
        ]


def check_size(name: str, rows: Sequence[Stored], limit: int | None) -> None:
    """Raise `Invalid` where there are more events than are folded for one answer."""
    if limit is not None and len(rows) > limit:
        raise Invalid(f"{name} has more than {limit:,} events: `aioutlet history` has no such limit")


async def read_stream(reader: EventReader, stream: str, *, limit: int | None) -> list[Stored]:
    """Return the events of a stream.

    Raises:
        Invalid: There are more than `limit`.
    """
    rows: list[Stored] = []
    while page := await reader.versions(stream, after=len(rows), limit=READ_AT_ONCE):
        rows += page
        check_size(stream, rows, limit)
    return rows
