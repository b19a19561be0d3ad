"""The demo catalogue is offered again to every log that does not have it."""

from collections.abc import AsyncIterator

import pytest

from aioutlet.demo.marker import describe_log, is_of_log
from event_store.memory import memory_store
from event_store.store import EventStore
from tests.histories import events
from tests.unit.streams.fakes import put

OTHERS = [
    "",
    "x",
    "a b c",
    "a 1",
    "{log} -1 {id}",
    "{log} 1 {id}",
    "{log} 3 {id}",
    "{log} 2 x",
    "x 2 {id}",
    "\ufffd 2 {id}",
]


@pytest.fixture
async def store() -> AsyncIterator[EventStore]:
    store = memory_store()
    await put(store, *events("product.created", "stock.received"))
    yield store
    await store.close()


async def test_a_log_is_the_same_while_it_grows(store: EventStore) -> None:
    described = await describe_log(store)
    assert await is_of_log(described, store)
    await put(store, *events("order.created"))
    assert await is_of_log(described, store)


@pytest.mark.parametrize("described", OTHERS)
async def test_another_log_an_older_state_and_the_empty_marker_of_an_earlier_release_are_not_this_log(
    store: EventStore, described: str
) -> None:
    given = described.format(log=await store.log_id(), id=(await store.event_ids([2]))[2])
    assert not await is_of_log(given, store)


async def test_a_log_of_the_same_events_is_another(store: EventStore) -> None:
    other = memory_store()
    await put(other, *events("product.created", "stock.received"))
    assert not await is_of_log(await describe_log(store), other)
    await other.close()
