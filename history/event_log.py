"""The log, as those ask it who want to know what happened: nothing is changed, and nothing sealed is opened."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from domain.config import policy_of
from domain.fulfilment.policy import POLICY
from event_store.reading import EventReader
from history.causation.tree import find_tree
from history.causes import find_chain
from history.event_filter import EventFilter
from history.following import read_appended
from history.found import Found, PageRequest
from history.reading_stored import logged_event, stored_form
from history.replay.selection import ReplayPage, pin_selection, read_pages
from history.saga_actions import Previews, preview_actions
from history.search import Span, read_stored, search_log, span_of
from history.stream_search import search_streams
from history.time_travel.aggregates import read_aggregate
from history.time_travel.documents import model_of, read_document
from history.time_travel.past import Moment
from history.what_if.log import period_of
from history.what_if.pricing import what_if_priced
from history.what_if.steps import what_if_ordered
from history.what_if.trending import Rank, what_if_weighed
from schemas.codec import Stored, decode_event
from schemas.config import DeadlineRules, TrendingWeights
from schemas.errors import NotFound
from schemas.logged_event import EventChain, EventsFollowed, StoredForm
from schemas.order import OrderNumberClaimed
from schemas.order_number import NUMBER_BEGINS
from schemas.saga import Step
from schemas.stream_names import order_number_stream, order_stream, streams_of_order
from schemas.time_travel import CausationTree, PastState
from schemas.what_if import PricingCandidate, PricingDifference, StepsDifference, TrendingDifference

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
            (claim.order_id for row in rows if isinstance(claim := decode_event(row), OrderNumberClaimed)), None
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

    async def correlation_of_order(self, order: str) -> str:
        """Return the correlation of the request that placed an order, which is named by its id or number.

        Raises:
            NotFound: There is no such order.
        """
        order_id = await self.order_of_number(order) if order.startswith(NUMBER_BEGINS) else order
        rows = await self._reader.versions(order_stream(order_id), limit=1) if order_id else []
        if not rows or (correlation_id := logged_event(rows[0]).correlation_id) is None:
            raise NotFound(f"there is no order {order}")
        return correlation_id

    async def chain(self, position: int) -> EventChain:
        """Return the chain of an event.

        Raises:
            NotFound: The log has no such position.
        """
        return await find_chain(self._reader, position)

    async def aggregate(self, stream: str, moment: Moment, since: Moment | None) -> PastState:
        """Return an aggregate as of a moment, with what changed since another.

        Raises:
            NotFound: There is no such aggregate.
            Invalid: It is too large for one answer, or the moment is none of it.
            StreamUnreadable: One of its events cannot be read.
        """
        return await (await read_aggregate(self._reader, stream)).as_of(self._reader, moment, since)

    async def document(
        self, view: str, key: str, moment: Moment, since: Moment | None, *, partitions: int
    ) -> PastState:
        """Return a document as of a moment, likewise; `partitions` is the number of those of every topic."""
        past = await read_document(self._reader, model_of(view), key, partitions=partitions)
        return await past.as_of(self._reader, moment, since)

    async def causation_tree(self, correlation_id: str) -> CausationTree:
        """Return all events of a correlation, and which caused which.

        Raises:
            NotFound: None of the newest events has it.
        """
        return await find_tree(self._reader, correlation_id)

    async def what_if_priced(
        self, change: PricingCandidate, since: datetime | None, until: datetime | None
    ) -> PricingDifference:
        """Return what the orders of a time would have paid by the rules in force with a change."""
        return await what_if_priced(self._reader, change, await period_of(self._reader, since, until))

    async def what_if_weighed(
        self, candidate: TrendingWeights, since: datetime, *, rank: Rank, now: datetime
    ) -> TrendingDifference:
        """Return what would be trending now by other weights, from what was counted since a time."""
        period = await period_of(self._reader, since, None)
        return await what_if_weighed(self._reader, candidate, period, rank=rank, now=now)

    async def what_if_ordered(
        self, steps: Sequence[Step], since: datetime | None, until: datetime | None
    ) -> StepsDifference:
        """Return how the orders of a time would have gone by another order of steps."""
        return await what_if_ordered(self._reader, steps, await period_of(self._reader, since, until))

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
