"""Parked messages and failed timers as operators look for them, on every database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from event_store.records import (
    BEHIND,
    AppendRequest,
    FailedTimer,
    ParkedCount,
    ParkedFilter,
    ParkedMessage,
    Timer,
)
from event_store.store import EventStore
from schemas.topics import ORDERS, TopicPartition
from tests.contract.event_store.requests import NOON, timer

LATER = NOON + timedelta(seconds=9)


def parked(position: int, *, consumer: str = "saga", cause: str = "poison", dead: bool = False) -> ParkedMessage:
    dead_at = LATER if dead else None
    partition, subject = TopicPartition(ORDERS, 2), f"o-{position}"
    return ParkedMessage(consumer, position, subject, partition, NOON, 4, cause, NOON, 'line 3, in "step"', dead_at)


def failed(name: str, *, dead: bool = False, cause: str = "KeyError") -> FailedTimer:
    later = replace(timer(name, LATER), attempts=2)
    return FailedTimer(later, cause, "in fire", NOON, LATER if dead else None)


@pytest.fixture
async def rows(store: EventStore) -> list[ParkedMessage]:
    given = [
        parked(3, consumer="payment", cause="KeyError"),
        parked(5, dead=True),
        parked(12, dead=True, cause="KeyError"),
        parked(40),
    ]
    await store.append(AppendRequest(parked=(*given, parked(41, cause=BEHIND))))
    return given


async def test_parked_messages_are_listed_by_consumer_and_position_without_those_behind(
    store: EventStore, rows: list[ParkedMessage]
) -> None:
    assert await store.parked_messages(ParkedFilter()) == rows
    first = await store.parked_messages(ParkedFilter(), limit=2)
    assert first == rows[:2]
    after = (first[-1].consumer, first[-1].position)
    assert await store.parked_messages(ParkedFilter(), after=after) == rows[2:]


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        (ParkedFilter(consumer="payment"), [3]),
        (ParkedFilter(cause="KeyError"), [3, 12]),
        (ParkedFilter(subject="o-5"), [5]),
        (ParkedFilter(is_dead=True), [5, 12]),
        (ParkedFilter(is_dead=False), [3, 40]),
        (ParkedFilter(consumer="saga", cause="KeyError", is_dead=True, is_copied=False), [12]),
        (ParkedFilter(is_copied=True), []),
        (ParkedFilter(cause="' OR ''='"), []),
    ],
)
async def test_parked_messages_are_found_by_what_an_operator_asks(
    store: EventStore, rows: list[ParkedMessage], wanted: ParkedFilter, positions: list[int]
) -> None:
    assert [each.position for each in await store.parked_messages(wanted)] == positions


async def test_what_is_parked_and_dead_is_counted_by_consumer_and_cause(
    store: EventStore, rows: list[ParkedMessage]
) -> None:
    await store.append(AppendRequest(timers=(timer("a", NOON), timer("b", NOON), timer("c", NOON))))
    await store.fail_timers([failed("a"), failed("b", dead=True)])
    assert await store.parked_counts() == [
        ParkedCount("message", "payment", "KeyError", False, 1),
        ParkedCount("message", "saga", "KeyError", True, 1),
        ParkedCount("message", "saga", BEHIND, False, 1),
        ParkedCount("message", "saga", "poison", False, 1),
        ParkedCount("message", "saga", "poison", True, 1),
        ParkedCount("timer", "saga", "KeyError", False, 1),
        ParkedCount("timer", "saga", "KeyError", True, 1),
    ]


async def test_the_orders_of_which_messages_are_parked_are_known_by_consumer(
    store: EventStore, rows: list[ParkedMessage]
) -> None:
    await store.append(AppendRequest(parked=(replace(parked(42, cause=BEHIND), subject="o-5"),)))
    assert await store.parked_subjects("saga") == {"o-5", "o-12", "o-40", "o-41"}
    assert await store.parked_subjects("shipping") == frozenset()


async def test_a_dead_letter_is_marked_as_copied_unless_it_has_died_anew(
    store: EventStore, rows: list[ParkedMessage]
) -> None:
    await store.append(AppendRequest(timers=(timer("a", NOON),)))
    await store.fail_timers([failed("a", dead=True)])
    anew = replace(rows[2], dead_at=LATER + timedelta(seconds=1))
    await store.append(AppendRequest(parked=(anew,)))
    await store.mark_copied(rows[1:3], [failed("a", dead=True)])
    assert await store.parked_messages(ParkedFilter(is_dead=True, is_copied=False)) == [anew]
    assert await store.parked_messages(ParkedFilter(is_copied=True)) == [replace(rows[1], is_copied=True)]
    assert await store.failed_timers(ParkedFilter(is_copied=False)) == []


async def test_a_failed_timer_is_due_later_and_keeps_when_it_first_failed(store: EventStore) -> None:
    await store.append(AppendRequest(timers=(timer("a", NOON), timer("b", NOON))))
    await store.fail_timers([failed("a"), failed("b", dead=True), failed("gone")])
    assert await store.due(NOON, kind="saga") == []
    assert [each.id for each in await store.due(LATER, kind="saga")] == ["a"]
    await store.fail_timers([replace(failed("a", cause="poison"), since=LATER)])
    assert await store.failed_timers(ParkedFilter()) == [failed("a", cause="poison"), failed("b", dead=True)]
    assert await store.failed_timers(ParkedFilter(), after=("saga", "a")) == [failed("b", dead=True)]
    assert await store.failed_timers(ParkedFilter(consumer="cart")) == []
    assert await store.failed_timers(ParkedFilter(subject="order-a", cause="poison")) == [failed("a", cause="poison")]


@pytest.mark.parametrize("stale", [False, True])
async def test_dead_timers_are_revived_and_dropped_unless_they_were_replaced(store: EventStore, stale: bool) -> None:
    await store.append(AppendRequest(timers=(timer("a", NOON), timer("b", NOON))))
    given = [failed("a", dead=True), failed("b", dead=True)]
    await store.fail_timers(given)
    if stale:
        await store.append(AppendRequest(timers=(timer("a", LATER, token="2"), timer("b", LATER, token="2"))))
        given = []
    revived, dropped = (replace(timer(name, NOON), attempts=4) for name in "ab")
    await store.settle_timers(revived=[revived], dropped=[dropped])
    expected: list[Timer] = (
        [timer("a", LATER, token="2"), timer("b", LATER, token="2")] if stale else [timer("a", NOON)]
    )
    assert sorted(await store.due(LATER, kind="saga"), key=lambda each: each.id) == expected
    assert await store.failed_timers(ParkedFilter()) == []


async def test_a_timer_that_is_set_anew_has_not_failed(store: EventStore) -> None:
    await store.append(AppendRequest(timers=(timer("a", NOON), timer("b", NOON))))
    await store.fail_timers([failed("a", dead=True), failed("b", dead=True)])
    await store.append(AppendRequest(timers=(timer("a", LATER),), cancelled_timers=("b",)))
    assert await store.failed_timers(ParkedFilter()) == []
    assert await store.due(LATER, kind="saga") == [timer("a", LATER)]
