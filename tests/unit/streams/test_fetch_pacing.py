"""How long a fetch may wait: short while messages are published, longer while none are, for all consumers."""

from types import SimpleNamespace
from typing import Any

import faust
import pytest
from faust.transport.drivers import aiokafka as driver

from streams import fetch_pacing
from streams.faust_driver import PacedApp, PacedConsumer, PacedThread, PacedTransport
from streams.fetch_pacing import IDLE_AFTER, FetchPacing

BUSY, IDLE = 3, 70


class Time:
    """The machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(fetch_pacing, "monotonic", time)
    return time


@pytest.fixture
def pacing(time: Time) -> FetchPacing:
    return FetchPacing(busy=BUSY, idle=IDLE)


def consumer(*, is_started: bool = True) -> Any:
    """As much of the driver's consumer as is paced; its fetcher is there once it is started."""
    fetcher = SimpleNamespace(_fetch_max_wait_ms=1500) if is_started else None
    return SimpleNamespace(_fetch_max_wait_ms=1500, _fetcher=fetcher)


def waits(*consumers: Any) -> list[int]:
    return [each._fetcher._fetch_max_wait_ms if each._fetcher else each._fetch_max_wait_ms for each in consumers]


def test_a_new_consumer_is_busy_at_first(pacing: FetchPacing) -> None:
    started, new = consumer(), consumer(is_started=False)
    pacing.add(started)
    pacing.add(new)
    assert waits(started, new) == [BUSY, BUSY]


def test_it_slows_down_after_a_while_and_not_before(pacing: FetchPacing, time: Time) -> None:
    one, two = consumer(), consumer()
    pacing.add(one)
    pacing.add(two)
    time.now += IDLE_AFTER
    pacing.slow_down()
    assert waits(one, two) == [BUSY, BUSY]
    time.now += 0.1
    pacing.slow_down()
    assert waits(one, two) == [IDLE, IDLE]


def test_it_speeds_up_at_once_when_something_is_published(pacing: FetchPacing, time: Time) -> None:
    one = consumer()
    pacing.add(one)
    time.now += IDLE_AFTER * 2
    pacing.slow_down()
    pacing.speed_up()
    assert waits(one) == [BUSY]
    pacing.slow_down()
    assert waits(one) == [BUSY]


def test_a_consumer_added_while_it_is_quiet_waits_long(pacing: FetchPacing, time: Time) -> None:
    time.now += IDLE_AFTER * 2
    pacing.slow_down()
    late = consumer()
    pacing.add(late)
    assert waits(late) == [IDLE]


def test_a_consumer_that_starts_later_keeps_the_wait_it_was_given(pacing: FetchPacing) -> None:
    """The driver hands the consumer's figure to the fetcher when it starts."""
    new = consumer(is_started=False)
    pacing.add(new)
    assert new._fetch_max_wait_ms == BUSY


async def test_faust_builds_its_consumers_through_the_paced_ones(pacing: FetchPacing) -> None:
    app = PacedApp("paced", broker="kafka://localhost:1", web_enabled=False, autodiscover=False)
    app.pacing = pacing
    built = app._new_transport()
    assert isinstance(built, PacedTransport)
    assert built.Consumer is PacedConsumer
    assert issubclass(PacedConsumer, driver.Consumer)
    assert issubclass(PacedThread, driver.AIOKafkaConsumerThread)
    assert issubclass(PacedApp, faust.App)
