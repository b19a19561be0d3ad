"""The log is followed alike on every store."""

import asyncio

from event_store.store import EventStore
from history.event_filter import EventFilter
from history.event_log import EventLog
from history.following import read_appended
from schemas.logged_event import EventsFollowed
from tests.contract.event_store.conftest import SetClock
from tests.contract.event_store.requests import request, shipped
from tests.contract.history.story import tell_story

ANY = EventFilter()
SHIPPED = EventFilter(types=frozenset({"order.shipped"}))


def told(followed: EventsFollowed) -> tuple[list[int], int, int, bool]:
    return [event.position for event in followed.items], followed.after, followed.until, followed.left_out


async def test_what_was_appended_since_is_told_oldest_first(store: EventStore, clock: SetClock) -> None:
    await tell_story(store, clock)
    assert told(await read_appended(store, ANY, 5)) == ([6, 7, 8], 5, 8, False)
    assert told(await read_appended(store, SHIPPED, 5)) == ([6, 7], 5, 8, False)
    assert told(await read_appended(store, EventFilter(streams=frozenset({"saga-1"})), 0)) == ([3, 7], 0, 8, False)
    assert told(await read_appended(store, EventFilter(types=frozenset()), 5)) == ([], 5, 8, False)
    assert told(await read_appended(store, ANY, 8)) == ([], 8, 8, False)
    assert told(await read_appended(store, ANY, 99)) == ([], 99, 99, False)


async def test_of_too_many_the_newest_are_told_and_that_there_were_more(store: EventStore, clock: SetClock) -> None:
    await tell_story(store, clock)
    assert told(await read_appended(store, ANY, 0, shown=2)) == ([7, 8], 0, 8, True)
    assert told(await read_appended(store, SHIPPED, 0, shown=3)) == ([4, 6, 7], 0, 8, False)
    assert told(await read_appended(store, SHIPPED, 0, look=2)) == ([7], 0, 8, True)


async def test_who_follows_waits_until_something_is_appended(store: EventStore) -> None:
    await store.append(request("order-1"))
    waiting = asyncio.ensure_future(EventLog(store).appended(SHIPPED, 1))
    await asyncio.sleep(0)
    assert not waiting.done()
    await store.append(shipped("order-1", 1))
    assert told(await waiting) == ([2], 1, 2, False)
