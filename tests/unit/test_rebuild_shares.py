"""The partitions of a rebuild are divided by how much their events lead to, not by their number."""

from collections.abc import AsyncIterator, Sequence

import pytest

from event_store.memory import memory_store
from event_store.records import AppendRequest
from event_store.store import EventStore
from projectors.models.registry import MODELS
from projectors.rebuild.shares import Shares, divide, partitions_of
from schemas.topics import OPS, STOCK, TopicPartition
from schemas.topics import ORDERS as ORDER_TOPIC
from schemas.wire import published_to
from tests.histories import PARTITIONS
from tests.integration.test_projectors import story

ORDERS = 20


@pytest.fixture
async def store() -> AsyncIterator[EventStore]:
    store = memory_store()
    for envelope in story(ORDERS):
        await store.append(AppendRequest(events=(envelope,)))
    yield store
    await store.close()


def all_of(shares: Shares) -> Sequence[TopicPartition]:
    return [partition for share in shares for partition in share]


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
async def test_every_partition_is_in_one_share(store: EventStore, workers: int) -> None:
    shares = await divide(store, MODELS, PARTITIONS, workers)
    assert len(shares) == workers
    assert sorted(all_of(shares)) == partitions_of(MODELS, PARTITIONS)


async def test_who_has_the_most_reads_the_events_of_one_topic(store: EventStore) -> None:
    first, _ = await divide(store, MODELS, PARTITIONS, 2)
    assert {each.topic for each in first} == {ORDER_TOPIC}


async def test_a_partition_with_nearly_all_events_is_a_share_of_its_own() -> None:
    store = memory_store()
    for envelope in [each for each in story(ORDERS) if each.stream.startswith("warehouse-")]:
        await store.append(AppendRequest(events=(envelope,)))
    [events_of_stock] = {
        place
        for stored in await store.log(0, limit=1_000)
        for place in published_to(stored, PARTITIONS)
        if place.topic == STOCK
    }
    shares = await divide(store, [model for model in MODELS if model.view.topic in (STOCK, OPS)], PARTITIONS, 2)
    await store.close()
    before, after = shares
    assert events_of_stock in (before[-1], after[0])
    assert {each.topic for each in before} == {STOCK}


async def test_an_empty_log_is_divided_evenly() -> None:
    store = memory_store()
    first, second = await divide(store, MODELS, PARTITIONS, 2)
    await store.close()
    assert abs(len(first) - len(second)) <= 1
