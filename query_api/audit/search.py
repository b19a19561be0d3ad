"""Searches all events by what auditors know of them: positions from the documents, the events from the log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from history.event_log import EventLog
from history.search import Span
from query_api.audit.positions import Positions, find_positions
from query_api.audit.presenting import present_events
from query_api.context import QueryContext
from schemas.audit import AuditedEvent, Outcome
from schemas.audit_keys import FAILURE_KEY, keys_of
from schemas.codec import Stored, decode
from schemas.envelope import Envelope
from schemas.errors import Poison

LOOK = 2_000
"""Events that are read for one page, at most."""
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What is wanted: of each group an event must have one of the keys. The first leads to the fewest.

    `since` is in the range of the time of recording and `until` is not.
    """

    groups: tuple[frozenset[str], ...] = ()
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None
    newest_first: bool = True

    def wants(self, envelope: Envelope) -> bool:
        """Whether an event is wanted."""
        keys, at = frozenset(keys_of(envelope)), envelope.recorded_at or envelope.occurred_at
        return (
            all(keys & group for group in self.groups)
            and self.outcome in (None, Outcome.FAILURE if FAILURE_KEY in keys else Outcome.SUCCESS)
            and (self.since is None or self.since <= at)
            and (self.until is None or at < self.until)
        )


class Audited(NamedTuple):
    """What was found, in the order of the search; `next` is the position at which it goes on, None at the end."""

    events: list[AuditedEvent]
    next: int | None
    looked_at: int


async def search_audit(
    context: QueryContext, log: EventLog, wanted: AuditSearch, *, start: int | None = None, limit: int
) -> Audited:
    """Find at most `limit` events, from a position on where it is given."""
    first, last = await log.span(wanted.since, wanted.until)
    if start is not None:
        first, last = (first, min(last, start)) if wanted.newest_first else (max(first, start), last)
    span = Span(first, last)
    if span.is_empty or frozenset() in wanted.groups:
        return Audited([], None, 0)
    known = await _candidates(context, wanted, span)
    found, looked_at, rest = await _read(log, wanted, known, limit)
    return Audited(await present_events(context.opener, found), rest, looked_at)


async def _candidates(context: QueryContext, wanted: AuditSearch, span: Span) -> Positions:
    """Return positions that may have what is wanted; without any key that leads there, the whole log has."""
    lead = wanted.groups[0] if wanted.groups else None
    if lead is None and wanted.outcome is Outcome.FAILURE:
        lead = frozenset({FAILURE_KEY})
    if lead is not None:
        return await find_positions(context, sorted(lead), span, newest_first=wanted.newest_first)
    if wanted.newest_first:
        near = Span(max(span.first, span.last - LOOK + 1), span.last)
        rest = Span(span.first, near.first - 1)
    else:
        near = Span(span.first, min(span.last, span.first + LOOK - 1))
        rest = Span(near.last + 1, span.last)
    positions = sorted(range(near.first, near.last + 1), reverse=wanted.newest_first)
    return Positions(positions, None if rest.is_empty else rest)


async def _read(
    log: EventLog, wanted: AuditSearch, known: Positions, limit: int
) -> tuple[list[tuple[Stored, Envelope]], int, int | None]:
    """Read events until `limit` of them are wanted; return them, how many were read, and where to go on."""
    found, looked_at = list[tuple[Stored, Envelope]](), 0
    candidates = known.found[:LOOK]
    for part in _parts(candidates, limit):
        events = {stored.position: stored for stored in await log.events_at(part)}
        for position in part:
            looked_at += 1
            envelope = _decoded(events.get(position))
            if envelope is not None and wanted.wants(envelope):
                found.append((events[position], envelope))
            if len(found) == limit:
                return found, looked_at, _after(known, looked_at, newest_first=wanted.newest_first)
    return found, looked_at, _after(known, looked_at, newest_first=wanted.newest_first)


def _parts(positions: Sequence[int], limit: int) -> Iterator[Sequence[int]]:
    """Yield the positions in parts, of which the first has as many as may do."""
    yield positions[:limit]
    for start in range(limit, len(positions), AT_ONCE):
        yield positions[start : start + AT_ONCE]


def _after(known: Positions, looked_at: int, *, newest_first: bool) -> int | None:
    if looked_at < len(known.found):
        return known.found[looked_at]
    if known.rest is None:
        return None
    return known.rest.last if newest_first else known.rest.first


def _decoded(stored: Stored | None) -> Envelope | None:
    """Return an event; None for one that this release cannot read, which no key leads to."""
    try:
        return None if stored is None else decode(stored)
    except Poison:
        return None
