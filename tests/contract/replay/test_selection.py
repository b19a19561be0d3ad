"""Which events are replayed from each store, in which order, and how it goes on where it was interrupted."""

from datetime import timedelta

import pytest

from event_store.store import EventStore
from history.event_filter import EventFilter
from history.replay import selection
from history.replay.selection import Selection, pin_selection, read_pages
from schemas.codec import Stored
from tests.contract.event_store.conftest import SetClock
from tests.contract.event_store.requests import NOON
from tests.contract.history.story import MINUTE, append, by, tell_story, wrap


@pytest.fixture
async def story(store: EventStore, clock: SetClock) -> EventStore:
    await tell_story(store, clock)
    return store


async def positions(store: EventStore, chosen: Selection) -> list[int]:
    return [row.position async for page in read_pages(store, chosen) for row in page.rows]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EventFilter(), [1, 2, 3, 4, 5, 6, 7, 8]),
        (EventFilter(types=frozenset({"order.shipped"})), [4, 6, 7]),
        (EventFilter(types=frozenset()), []),
        (EventFilter(streams=frozenset({"saga-1", "order-1"})), [1, 3, 7]),
        (EventFilter(streams=frozenset({"order-"})), []),
        (EventFilter(prefixes=("order-",)), [1, 4, 8]),
        (EventFilter(correlation_id="c-2"), [4, 8]),
        (EventFilter(since=NOON + MINUTE, until=NOON + 3 * MINUTE), [3, 4]),
        (EventFilter(since=NOON + timedelta(days=1)), []),
    ],
)
async def test_what_is_wanted_comes_in_position_order(story: EventStore, wanted: EventFilter, found: list[int]) -> None:
    assert await positions(story, await pin_selection(story, wanted)) == found


async def test_a_range_of_positions_has_both_its_ends(story: EventStore) -> None:
    assert await positions(story, await pin_selection(story, EventFilter(), first=3, last=5)) == [3, 4, 5]
    assert await positions(story, await pin_selection(story, EventFilter(), first=7, last=100)) == [7, 8]
    assert await positions(story, await pin_selection(story, EventFilter(), first=9)) == []


async def test_what_is_appended_later_is_no_part_of_it(story: EventStore) -> None:
    chosen = await pin_selection(story, EventFilter())
    await append(story, wrap("order-9", by("later", "c-9")))
    assert await positions(story, chosen) == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    "wanted", [EventFilter(), EventFilter(prefixes=("order-",)), EventFilter(correlation_id="c-1")]
)
async def test_small_pages_and_short_looks_change_nothing(
    story: EventStore, monkeypatch: pytest.MonkeyPatch, wanted: EventFilter
) -> None:
    whole = await positions(story, await pin_selection(story, wanted))
    for page, look in ((1, 20_000), (2, 3), (1_000, 1)):
        monkeypatch.setattr(selection, "PAGE", page)
        monkeypatch.setattr(selection, "LOOK", look)
        chosen = await pin_selection(story, wanted)
        assert await positions(story, chosen) == whole
        rows = list[Stored]()
        async for part in read_pages(story, chosen):
            rows += part.rows
            rest = [row.position for row in rows] + await positions(
                story, Selection(wanted, part.reached, chosen.until)
            )
            assert rest == whole
