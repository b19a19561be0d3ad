"""Fetches are answered at once while few messages come, and collected at the broker while many do."""

from types import SimpleNamespace
from typing import Any

import pytest

from streams.arrival_rate import LOOK_EVERY, OFTEN
from streams.fetch_coalescing import COLLECT_BYTES, COLLECT_MS, WAIT_MS, FetchCoalescing

MANY = int(OFTEN * LOOK_EVERY)
AT_ONCE, COLLECTED = (WAIT_MS, 1), (COLLECT_MS, COLLECT_BYTES)


def consumer(*, is_started: bool = True) -> Any:
    """As much of aiokafka's consumer as is paced; its fetcher is there once it is started."""
    fetcher = SimpleNamespace(_fetch_max_wait_ms=500, _fetch_min_bytes=1) if is_started else None
    return SimpleNamespace(_fetch_max_wait_ms=500, _fetch_min_bytes=1, _fetcher=fetcher)


def fetches(consumer: Any) -> tuple[int, int]:
    """The wait of its fetches, and the bytes that end it."""
    paced = consumer._fetcher or consumer
    return paced._fetch_max_wait_ms, paced._fetch_min_bytes


@pytest.fixture
async def coalescing() -> FetchCoalescing:
    return FetchCoalescing()


@pytest.mark.parametrize("is_started", [True, False])
async def test_at_first_a_message_is_answered_at_once(coalescing: FetchCoalescing, is_started: bool) -> None:
    one = consumer(is_started=is_started)
    coalescing.add(one)
    assert fetches(one) == AT_ONCE


@pytest.mark.parametrize(
    ("counts", "expected"), [((MANY - 1,), AT_ONCE), ((MANY,), COLLECTED), ((1, MANY - 1), COLLECTED)]
)
async def test_messages_are_collected_while_they_come_often(
    coalescing: FetchCoalescing, counts: tuple[int, ...], expected: tuple[int, int]
) -> None:
    started, new = consumer(), consumer(is_started=False)
    coalescing.add(started)
    coalescing.add(new)
    for count in counts:
        coalescing.fetched(count)
    coalescing.decide()
    assert fetches(started) == fetches(new) == expected


async def test_they_are_answered_at_once_again_when_nothing_comes_any_more(coalescing: FetchCoalescing) -> None:
    one = consumer()
    coalescing.add(one)
    coalescing.fetched(MANY)
    coalescing.decide()
    coalescing.decide()
    assert fetches(one) == AT_ONCE


async def test_while_they_come_often_it_looks_again_by_itself(coalescing: FetchCoalescing) -> None:
    coalescing.fetched(MANY)
    coalescing.decide()
    assert coalescing.is_looking
    coalescing.decide()
    assert not coalescing.is_looking


async def test_what_is_published_here_changes_no_fetch(coalescing: FetchCoalescing) -> None:
    one = consumer()
    coalescing.add(one)
    coalescing.speed_up()
    assert fetches(one) == AT_ONCE
