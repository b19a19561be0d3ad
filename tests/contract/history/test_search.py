"""The log is searched alike on every store: by what an event is, either way, in pages of bounded work."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from event_store.store import EventStore
from history.event_filter import EventFilter, types_named, types_of_topics
from history.event_log import EventLog
from history.found import PageRequest
from history.times import position_at
from schemas.errors import NotFound
from schemas.logged_event import LoggedEvent
from schemas.topics import ORDERS, STOCK
from tests.contract.event_store.conftest import SetClock
from tests.contract.event_store.requests import NOON, request
from tests.contract.history.story import MINUTE, tell_story

ANY = EventFilter()
SHIPPED = frozenset({"order.shipped"})
NEWEST, OLDEST = PageRequest(), PageRequest(newest_first=False)


@pytest.fixture
async def log(store: EventStore, clock: SetClock) -> EventLog:
    await tell_story(store, clock)
    return EventLog(store)


def positions(events: Iterable[LoggedEvent]) -> list[int]:
    return [event.position for event in events]


async def search(log: EventLog, wanted: EventFilter, page: PageRequest = OLDEST) -> list[int]:
    return positions((await log.search(wanted, page)).events)


async def pages(log: EventLog, wanted: EventFilter, page: PageRequest) -> list[list[int]]:
    """Every page of a search."""
    found = await log.search(wanted, page)
    told = [positions(found.events)]
    while found.next is not None:
        found = await log.search(wanted, replace(page, start=found.next))
        told.append(positions(found.events))
    return told


async def test_an_empty_log_has_nothing(store: EventStore) -> None:
    log = EventLog(store)
    for wanted in (ANY, EventFilter(streams=frozenset({"order-1"})), EventFilter(since=NOON)):
        assert await log.search(wanted, NEWEST) == ([], None, 0, 0, 0)
    with pytest.raises(NotFound):
        await log.stored_form(1)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ANY, [1, 2, 3, 4, 5, 6, 7, 8]),
        (EventFilter(types=SHIPPED), [4, 6, 7]),
        (EventFilter(types=frozenset()), []),
        (EventFilter(prefixes=("order-",)), [1, 4, 8]),
        (EventFilter(prefixes=("order-", "saga-"), types=SHIPPED), [4, 7]),
        (EventFilter(streams=frozenset({"saga-1", "order-1", "saga-none"})), [1, 3, 7]),
        (EventFilter(streams=frozenset({"saga-1"}), types=SHIPPED), [7]),
        (EventFilter(streams=frozenset({"saga-1"}), prefixes=("order-",)), []),
        (EventFilter(actor_type="customer"), [1, 2]),
        (EventFilter(actor_type="admin", actor_id="root"), [4]),
        (EventFilter(actor_type="customer", actor_id="root"), []),
        (EventFilter(actor_id="ann"), [1, 2]),
        (EventFilter(correlation_id="c-2"), [4, 8]),
        (EventFilter(correlation_id="c-1", types=SHIPPED), [6, 7]),
        (EventFilter(causation_id="place"), [1, 2]),
        (EventFilter(since=NOON + MINUTE), [3, 4, 5, 6, 7, 8]),
        (EventFilter(since=NOON + MINUTE, until=NOON + 3 * MINUTE), [3, 4]),
        (EventFilter(until=NOON), []),
        (EventFilter(since=NOON + MINUTE, until=NOON), []),
        (EventFilter(since=NOON + 60 * MINUTE), []),
        (EventFilter(streams=frozenset({"order-1", "saga-1"}), since=NOON + MINUTE), [3, 7]),
    ],
)
async def test_events_are_found_by_what_they_are(log: EventLog, wanted: EventFilter, expected: list[int]) -> None:
    assert await search(log, wanted, OLDEST) == expected
    assert await search(log, wanted, NEWEST) == expected[::-1]


async def test_a_search_goes_on_from_page_to_page(log: EventLog) -> None:
    assert await pages(log, ANY, PageRequest(limit=3)) == [[8, 7, 6], [5, 4, 3], [2, 1]]
    assert await pages(log, ANY, PageRequest(limit=4, newest_first=False)) == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert await pages(log, EventFilter(types=SHIPPED), PageRequest(limit=2)) == [[7, 6], [4]]
    both = EventFilter(streams=frozenset({"order-1", "saga-1", "order-2"}))
    assert await pages(log, both, PageRequest(limit=2)) == [[8, 7], [4, 3], [1]]
    assert await pages(log, both, PageRequest(limit=2, newest_first=False)) == [[1, 3], [4, 7], [8]]


async def test_a_page_looks_at_no_more_events_than_it_may(log: EventLog) -> None:
    wanted = EventFilter(correlation_id="c-2")
    found = await log.search(wanted, PageRequest(look=3))
    assert (positions(found.events), found.looked_at, found.first, found.last, found.next) == ([8], 3, 6, 8, 5)
    assert await pages(log, wanted, PageRequest(look=3)) == [[8], [4], []]
    assert await pages(log, wanted, PageRequest(look=3, newest_first=False)) == [[], [4], [8]]
    streams = EventFilter(streams=frozenset({"order-1", "saga-1"}), types=SHIPPED)
    found = await log.search(streams, PageRequest(look=2, newest_first=False))
    assert (found.events, found.looked_at, found.first, found.last, found.next) == ([], 2, 1, 3, {"saga-1": 2})
    assert await pages(log, streams, PageRequest(look=2, newest_first=False)) == [[], [7]]


async def test_a_search_begins_at_a_position(log: EventLog) -> None:
    assert await search(log, ANY, PageRequest(start=3)) == [3, 2, 1]
    assert await search(log, ANY, PageRequest(start=7, newest_first=False)) == [7, 8]
    assert await search(log, ANY, PageRequest(start=99)) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert await search(log, ANY, PageRequest(start=99, newest_first=False)) == []


async def test_what_is_appended_meanwhile_moves_no_page(store: EventStore, log: EventLog) -> None:
    first = await log.search(ANY, PageRequest(limit=5))
    await store.append(request("order-9", by="later"))
    assert await search(log, ANY, PageRequest(start=first.next)) == [3, 2, 1]


async def test_long_streams_are_read_in_parts(store: EventStore) -> None:
    for stream in ("order-1", "order-2"):
        await store.append(request(stream, n=230))
    log, wanted = EventLog(store), EventFilter(streams=frozenset({"order-1", "order-2"}))
    assert [n for page in await pages(log, wanted, PageRequest(limit=90)) for n in page] == list(range(460, 0, -1))
    assert [n for page in await pages(log, wanted, PageRequest(limit=90, newest_first=False)) for n in page] == [
        *range(1, 461)
    ]


async def test_a_time_is_found_in_the_log(store: EventStore, clock: SetClock) -> None:
    assert await position_at(store, NOON) == 1
    await tell_story(store, clock)
    times = [NOON - MINUTE, NOON, NOON + MINUTE / 2, NOON + MINUTE, NOON + 6 * MINUTE, NOON + 7 * MINUTE]
    assert [await position_at(store, time) for time in times] == [1, 1, 3, 3, 8, 9]


def test_a_type_is_named_or_its_beginning_is() -> None:
    assert types_named(["order.created", "saga.step.*", "never.seen", "never.*"]) == {
        "order.created", "saga.step.timed.out", "saga.step.completed",
    }  # fmt: skip
    assert types_named(["order"]) == frozenset()


def test_a_topic_has_the_types_that_are_published_to_it() -> None:
    assert "stock.received" in types_of_topics([STOCK])
    assert "order.created" not in types_of_topics([STOCK])
    assert {"inventory.reserved", "order.created"} <= types_of_topics([ORDERS])
    assert types_of_topics(["none"]) == frozenset()
