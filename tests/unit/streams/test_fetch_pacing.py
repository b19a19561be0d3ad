"""How long a fetch may wait: short while something happens, long while nothing does, for every consumer there is."""

from types import SimpleNamespace
from typing import Any

import faust
import pytest
from faust.transport.drivers import aiokafka as driver

from streams import transport
from streams.transport import LULL, FetchPacing, PacedApp, PacedConsumer, PacedThread, PacedTransport

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
    monkeypatch.setattr(transport, "monotonic", time)
    return time


@pytest.fixture
def pace(time: Time) -> FetchPacing:
    return FetchPacing(busy=BUSY, idle=IDLE)


def consumer(*, is_started: bool = True) -> Any:
    """As much of the driver's consumer as is paced; its fetcher is there once it is started."""
    fetcher = SimpleNamespace(_fetch_max_wait_ms=1500) if is_started else None
    return SimpleNamespace(_fetch_max_wait_ms=1500, _fetcher=fetcher)


def waits(*consumers: Any) -> list[int]:
    return [each._fetcher._fetch_max_wait_ms if each._fetcher else each._fetch_max_wait_ms for each in consumers]


def test_whoever_joins_is_busy_at_first(pace: FetchPacing) -> None:
    started, new = consumer(), consumer(is_started=False)
    pace.join(started)
    pace.join(new)
    assert waits(started, new) == [BUSY, BUSY]


def test_it_slackens_after_a_lull_and_not_before(pace: FetchPacing, time: Time) -> None:
    one, two = consumer(), consumer()
    pace.join(one)
    pace.join(two)
    time.now += LULL
    pace.slacken()
    assert waits(one, two) == [BUSY, BUSY]
    time.now += 0.1
    pace.slacken()
    assert waits(one, two) == [IDLE, IDLE]


def test_it_quickens_at_once_when_something_is_published(pace: FetchPacing, time: Time) -> None:
    one = consumer()
    pace.join(one)
    time.now += LULL * 2
    pace.slacken()
    pace.quicken()
    assert waits(one) == [BUSY]
    pace.slacken()
    assert waits(one) == [BUSY]


def test_whoever_joins_in_a_lull_goes_at_its_pace(pace: FetchPacing, time: Time) -> None:
    time.now += LULL * 2
    pace.slacken()
    late = consumer()
    pace.join(late)
    assert waits(late) == [IDLE]


def test_a_consumer_that_starts_later_keeps_the_pace_it_was_given(pace: FetchPacing) -> None:
    """The driver hands the consumer's figure to the fetcher when it starts."""
    new = consumer(is_started=False)
    pace.join(new)
    assert new._fetch_max_wait_ms == BUSY


async def test_faust_builds_its_consumers_through_the_paced_ones(pace: FetchPacing) -> None:
    app = PacedApp("paced", broker="kafka://localhost:1", web_enabled=False, autodiscover=False)
    app.pacing = pace
    built = app._new_transport()
    assert isinstance(built, PacedTransport)
    assert built.Consumer is PacedConsumer
    assert issubclass(PacedConsumer, driver.Consumer)
    assert issubclass(PacedThread, driver.AIOKafkaConsumerThread)
    assert issubclass(PacedApp, faust.App)
