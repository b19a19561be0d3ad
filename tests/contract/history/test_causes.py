"""The chain of an event is found alike on every store, as far as one looks."""

import pytest

from event_store.store import EventStore
from history.causes import find_chain
from history.event_log import EventLog
from schemas.errors import NotFound
from schemas.logged_event import EventChain
from tests.contract.event_store.conftest import SetClock
from tests.contract.event_store.requests import request
from tests.contract.history.story import append, by, effect_of, tell_story, wrap


@pytest.fixture
async def told(store: EventStore, clock: SetClock) -> EventStore:
    await tell_story(store, clock)
    return store


def links(chain: EventChain) -> list[tuple[int, str, int | None]]:
    return [(each.position, each.relation, each.cause) for each in chain.items]


async def test_the_first_event_of_a_request_leads_to_all_that_followed(told: EventStore) -> None:
    chain = await EventLog(told).chain(1)
    assert links(chain) == [
        (1, "itself", None),
        (2, "sibling", None),
        (3, "effect", 1),
        (5, "effect", 3),
        (6, "effect", 3),
        (7, "effect", 6),
    ]
    assert (chain.origin, chain.first, chain.last, chain.left_out) == ("request", 1, 8, False)


async def test_an_effect_has_its_causes_and_its_own_effects(told: EventStore) -> None:
    assert links(await find_chain(told, 6)) == [
        (1, "cause", None), (2, "sibling", None), (3, "cause", 1), (6, "itself", 3), (7, "effect", 6),
    ]  # fmt: skip
    assert links(await find_chain(told, 8)) == [(4, "cause", None), (8, "itself", 4)]


async def test_a_chain_reaches_no_further_than_one_looks(told: EventStore) -> None:
    chain = await find_chain(told, 6, look=3)
    assert links(chain) == [(3, "cause", None), (6, "itself", 3), (7, "effect", 6)]
    assert (chain.origin, chain.first, chain.last) == ("unknown", 3, 8)


async def test_relatives_that_are_left_out_are_said_to_be(told: EventStore) -> None:
    chain = await find_chain(told, 3, limit=1)
    assert links(chain) == [(1, "cause", None), (2, "sibling", None), (3, "itself", 1), (5, "effect", 3)]
    assert chain.left_out


async def test_a_cause_of_another_correlation_is_found_by_its_id(store: EventStore) -> None:
    first = wrap("order-1", by("place", "c-1"))
    later = wrap("order-2", by(first[0].id, "c-2"))
    await append(store, first, effect_of(later[0], "saga-2"), later)
    assert links(await find_chain(store, 3)) == [(1, "cause", None), (3, "itself", 1)]


async def test_an_event_that_names_itself_or_a_later_one_as_its_cause_ends_its_chain(store: EventStore) -> None:
    later = wrap("order-2", by("place", "c-1"))
    await append(store, effect_of(later[0], "saga-2"), later)
    assert links(await find_chain(store, 1)) == [(1, "itself", None)]
    assert links(await find_chain(store, 2)) == [(2, "itself", None)]


async def test_no_chain_has_no_event(store: EventStore) -> None:
    await store.append(request("order-1"))
    for position in (0, 2):
        with pytest.raises(NotFound):
            await find_chain(store, position)
