"""A consumer is dead when it has work and makes no progress; not when it is idle, slow, or waits for a database."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace

import pytest

from schemas.topics import ORDERS, TopicPartition
from subscriptions import liveness
from subscriptions.liveness import GRACE, ConsumerDead, LivenessMonitor, watch_consumers

HERE, THERE = TopicPartition(ORDERS, 0), TopicPartition(ORDERS, 1)


@pytest.fixture
def monitor() -> LivenessMonitor:
    """A monitor that has observed an idle consumer once."""
    monitor = LivenessMonitor()
    monitor.observe(at(10, 10), at(10, 10), delivered=())
    assert monitor.age == 0
    return monitor


def at(here: int, there: int) -> Mapping[TopicPartition, int]:
    return {HERE: here, THERE: there}


def test_an_idle_consumer_does_not_age(monitor: LivenessMonitor) -> None:
    for _ in range(100):
        monitor.observe(at(10, 10), at(10, 10), delivered=())
    assert monitor.age == 0


def test_a_consumer_that_finishes_nothing_although_more_is_published_ages(monitor: LivenessMonitor) -> None:
    for age in range(1, 5):
        monitor.observe(at(12, 10), at(10, 10), delivered=(HERE,))
        assert monitor.age == age
    monitor.observe(at(12, 10), at(11, 10), delivered=())
    assert monitor.age == 0


def test_a_consumer_that_advances_does_not_age_however_far_behind(monitor: LivenessMonitor) -> None:
    monitor.observe(at(1_000, 1_000), at(10, 10), delivered=(HERE, THERE))
    for position in range(11, 40):
        monitor.observe(at(1_000, 1_000), at(position, 10), delivered=())
    assert monitor.age == 0


def test_a_consumer_whose_partition_advances_only_from_the_store_ages(monitor: LivenessMonitor) -> None:
    for age in range(1, 5):
        monitor.observe(at(10 + age, 10 + age), at(10 + age, 10 + age), delivered=(THERE,))
        assert monitor.age == age
    monitor.observe(at(14, 14), at(14, 14), delivered=())
    assert monitor.age == 4, "being idle does not reset the age"
    monitor.observe(at(14, 14), at(14, 14), delivered=(HERE,))
    assert monitor.age == 0


def test_one_lost_message_counts_once(monitor: LivenessMonitor) -> None:
    for _ in range(100):
        monitor.observe(at(20, 10), at(20, 10), delivered=())
    assert monitor.age == 1


def test_a_partition_that_another_consumer_has_taken_over_no_longer_counts(monitor: LivenessMonitor) -> None:
    monitor.observe(at(11, 11), at(11, 11), delivered=(THERE,))
    monitor.observe({THERE: 11}, {THERE: 11}, delivered=())
    assert monitor.age == 0


def test_a_consumer_without_an_assignment_ages_until_it_is_reset(monitor: LivenessMonitor) -> None:
    monitor.observe_unassigned()
    monitor.observe_unassigned()
    assert (monitor.age, monitor.reason) == (2, "was assigned nothing by its group")
    monitor.reset()
    assert monitor.age == 0


async def test_watching_ends_with_the_first_consumer_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "OBSERVE_EVERY", 0.001)
    young, old = (
        SimpleNamespace(name="young", age=0.0),
        SimpleNamespace(name="old", age=30.0 + GRACE, reason="finished nothing"),
    )
    watching = asyncio.create_task(watch_consumers([young, old], limit=30.0))
    await asyncio.wait([watching], timeout=0.02)
    assert not watching.done()
    old.age += 1.0
    with pytest.raises(ConsumerDead, match="old finished nothing for 36 s"):
        await watching
