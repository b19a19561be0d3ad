"""A consumer is dead when it has work and gets nowhere: not when it rests, is slow, or waits for another part."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace

import pytest

from schemas.topics import ORDERS, TopicPartition
from subscriptions import liveness
from subscriptions.liveness import GRACE, ConsumerDead, LivenessMonitor, watch_consumers

HERE, THERE = TopicPartition(ORDERS, 0), TopicPartition(ORDERS, 1)


@pytest.fixture
def watched() -> LivenessMonitor:
    """A monitor that has looked once, at a consumer with nothing to do."""
    made = LivenessMonitor()
    made.observe(at(10, 10), at(10, 10), delivered=())
    assert made.age == 0
    return made


def at(here: int, there: int) -> Mapping[TopicPartition, int]:
    return {HERE: here, THERE: there}


def test_who_has_nothing_to_do_does_not_age(watched: LivenessMonitor) -> None:
    for _ in range(100):
        watched.observe(at(10, 10), at(10, 10), delivered=())
    assert watched.age == 0


def test_who_finishes_nothing_although_more_is_published_ages_with_every_look(watched: LivenessMonitor) -> None:
    for age in range(1, 5):
        watched.observe(at(12, 10), at(10, 10), delivered=(HERE,))
        assert watched.age == age
    watched.observe(at(12, 10), at(11, 10), delivered=())
    assert watched.age == 0


def test_who_moves_anywhere_is_at_work_however_far_behind(watched: LivenessMonitor) -> None:
    watched.observe(at(1_000, 1_000), at(10, 10), delivered=(HERE, THERE))
    for position in range(11, 40):
        watched.observe(at(1_000, 1_000), at(position, 10), delivered=())
    assert watched.age == 0


def test_a_place_that_moves_only_by_what_the_store_has_ages(watched: LivenessMonitor) -> None:
    for age in range(1, 5):
        watched.observe(at(10 + age, 10 + age), at(10 + age, 10 + age), delivered=(THERE,))
        assert watched.age == age
    watched.observe(at(14, 14), at(14, 14), delivered=())
    assert watched.age == 4, "a rest is no excuse"
    watched.observe(at(14, 14), at(14, 14), delivered=(HERE,))
    assert watched.age == 0


def test_what_was_lost_once_ages_nobody_any_further(watched: LivenessMonitor) -> None:
    for _ in range(100):
        watched.observe(at(20, 10), at(20, 10), delivered=())
    assert watched.age == 1


def test_a_place_that_others_took_over_is_no_longer_asked_for(watched: LivenessMonitor) -> None:
    watched.observe(at(11, 11), at(11, 11), delivered=(THERE,))
    watched.observe({THERE: 11}, {THERE: 11}, delivered=())
    assert watched.age == 0


def test_who_waits_for_its_group_ages_and_a_good_reason_makes_young(watched: LivenessMonitor) -> None:
    watched.await_group()
    watched.await_group()
    assert (watched.age, watched.reason) == (2, "heard nothing from its group")
    watched.reset()
    assert watched.age == 0


async def test_the_watch_ends_with_the_first_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "OBSERVE_EVERY", 0.001)
    young, old = SimpleNamespace(name="young", age=0.0), SimpleNamespace(name="old", age=30.0 + GRACE, reason="rests")
    watching = asyncio.create_task(watch_consumers([young, old], limit=30.0))
    await asyncio.wait([watching], timeout=0.02)
    assert not watching.done()
    old.age += 1.0
    with pytest.raises(ConsumerDead, match="old rests for 36 s"):
        await watching
