"""The log, as those ask it who want to know what happened: nothing is changed, and nothing sealed is opened."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime

from domain.config import policy_of
from domain.fulfilment.policy import POLICY
from event_store.reading import EventReader
from history.causes import find_chain
from history.event_filter import EventFilter
from history.following import read_appended
from history.found import Found, PageRequest
from history.reading_stored import stored_form
from history.replay.selection import ReplayPage, pin_selection, read_pages
from history.saga_actions import Previews, preview_actions
from history.search import Span, read_stored, search_log, span_of
from history.stream_search import search_streams
from schemas.codec import Stored, decode
from schemas.config import DeadlineRules
from schemas.logged_event import EventChain, EventsFollowed, StoredForm
from schemas.order import OrderNumberClaimed
from schemas.order_number import NUMBER_BEGINS
from schemas.stream_names import order_number_stream, streams_of_order

REPLAY_LOOK = 200_000
"""Positions that one answer of a replay looks at."""
WAIT = 60.0
"""Seconds of one wait for the log to grow, which is followed by the next."""


class EventLog:
    """Asks a reader; every question looks at a bounded number of events."""

    def __init__(self, reader: EventReader) -> None:
        self._reader = reader

    async def head(self) -> int:
        """Return the last position, 0 for an empty log."""
        return await self._reader.head()

    async def search(self, wanted: EventFilter, page: PageRequest) -> Found:
        """Search whole streams where the filter names them, else the log."""
        search = search_streams if wanted.streams is not None else search_log
        return await search(self._reader, wanted, page)

    async def span(self, since: datetime | None, until: datetime | None) -> Span:
        """Return the positions of what was recorded from one time on and before another."""
        return await span_of(self._reader, since, until)

    async def events_at(self, positions: Collection[int]) -> list[Stored]:
        """Return the undecoded events at these positions, in their order."""
        return await self._reader.events_at(positions)

    async def stored_form(self, position: int) -> StoredForm:
        """Return the stored form of an event.

        Raises:
            NotFound: The log has no such position.
        """
        return stored_form(await read_stored(self._reader, position))

    async def order_of_number(self, number: str) -> str | None:
        """Return the id of the order that was given a number, if one was."""
        rows = await self._reader.versions(order_number_stream(number), limit=1)
        return next(
            (claim.order_id for row in rows if isinstance(claim := decode(row).event, OrderNumberClaimed)), None
        )

    async def streams_of_order(self, order: str) -> list[str]:
        """Return the streams of an order, by its id or its number; none for a number that no order has."""
        order_id = await self.order_of_number(order) if order.startswith(NUMBER_BEGINS) else order
        return streams_of_order(order_id) if order_id else []

    async def replay(
        self, wanted: EventFilter, *, after: int, last: int | None, limit: int
    ) -> AsyncIterator[ReplayPage]:
        """Yield at most `limit` wanted events after a position (and up to `last`), looking at `REPLAY_LOOK` positions.

        The last page says how far one has looked.
        """
        until = min(await self.head(), after + REPLAY_LOOK)
        until = until if last is None else min(until, last)
        selection = await pin_selection(self._reader, wanted, first=after + 1, last=until)
        async for rows, reached in read_pages(self._reader, selection):
            if len(rows) >= limit:
                yield ReplayPage(rows[:limit], rows[limit - 1].position)
                return
            yield ReplayPage(rows, reached)
            limit -= len(rows)
        yield ReplayPage([], max(after, until))

    async def versions(self, stream: str, *, after: int, limit: int) -> list[Stored]:
        """Return at most `limit` events of a stream after a version."""
        return await self._reader.versions(stream, after=after, limit=limit)

    async def last_version(self, stream: str) -> int:
        """Return the last version of a stream, 0 where there is none."""
        return next((row.version for row in await self._reader.versions(stream, limit=1, newest_first=True)), 0)

    async def chain(self, position: int) -> EventChain:
        """Return the chain of an event.

        Raises:
            NotFound: The log has no such position.
        """
        return await find_chain(self._reader, position)

    async def saga_actions(
        self, order_ids: Collection[str], rules: DeadlineRules, at: datetime, *, is_second_person_required: bool
    ) -> Previews:
        """Return, by order, what could be done about its saga at this time, and what it would lead to."""
        policy = policy_of(rules, POLICY)
        return await preview_actions(
            self._reader, order_ids, policy, at, is_second_person_required=is_second_person_required
        )

    async def appended(self, wanted: EventFilter, after: int) -> EventsFollowed:
        """Wait until something was appended after a position; return what is wanted of it, which may be nothing."""
        while await self._reader.wait_past(after, timeout=WAIT) <= after:
            continue
        return await read_appended(self._reader, wanted, after)
