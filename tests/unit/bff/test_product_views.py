"""Views of product pages, counted in memory and recorded by the minute."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import httpx
import pytest
from prometheus_client import CollectorRegistry

from bff import view_recording
from bff.product_views import MAX_MINUTES, MAX_SESSIONS, ViewCounter, Visitor
from bff.view_recording import MAX_BATCH, MAX_BATCHES, Batch, ViewRecording
from concurrency.background import background
from schemas.errors import Unavailable
from schemas.product import CountViews
from tests.unit.bff.shop import Browser, FakeShop, door_of
from tests.unit.streams.fakes import SetClock

ADA = Visitor("session-1", "192.0.2.1", "Mozilla/5.0 (X11) Firefox/140.0")
MINUTE = timedelta(minutes=1)


class Recorder:
    """Takes batches, unless it is told not to."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.is_down = False

    async def __call__(self, batch: Batch) -> None:
        if self.is_down:
            raise Unavailable("not now")
        self.batches.append(batch)

    @property
    def counted(self) -> dict[str, int]:
        views = [each for batch in self.batches for each in batch.views]
        return {product: sum(each.n for each in views if each.product_id == product) for product in names(views)}


def names(views: Sequence[CountViews]) -> list[str]:
    return sorted({each.product_id for each in views})


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def counter(clock: SetClock) -> ViewCounter:
    return ViewCounter(clock=clock)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def recording(counter: ViewCounter, recorder: Recorder, registry: CollectorRegistry) -> ViewRecording:
    return ViewRecording(counter, recorder, registry=registry)


def lost(registry: CollectorRegistry) -> float | None:
    return registry.get_sample_value("aioutlet_product_views_lost_total")


def test_a_visitor_counts_once_per_product_and_minute(counter: ViewCounter, clock: SetClock) -> None:
    for _ in range(3):
        counter.count("lamp", ADA)
    counter.count("mug", ADA)
    counter.count("lamp", ADA._replace(session="session-2"))
    counter.count("lamp", ADA._replace(session="", network="192.0.2.2"))
    clock.now += MINUTE
    counter.count("lamp", ADA)
    found = [(each.product_id, each.minute, each.n) for each in counter.drain(everything=True)]
    start = clock.now.replace(second=0, microsecond=0)
    assert found == [("lamp", start - MINUTE, 3), ("mug", start - MINUTE, 1), ("lamp", start, 1)]


@pytest.mark.parametrize("agent", ["", "Googlebot/2.1 (+http://www.google.com/bot.html)", "AhrefsSiteAudit crawler"])
def test_a_program_is_not_counted(counter: ViewCounter, agent: str) -> None:
    counter.count("lamp", ADA._replace(agent=agent))
    assert counter.drain(everything=True) == []


def test_who_makes_up_sessions_does_not_count_at_will(counter: ViewCounter) -> None:
    for number in range(1_000):
        counter.count("lamp", ADA._replace(session=f"session-{number}"))
    [views] = counter.drain(everything=True)
    assert views.n == MAX_SESSIONS


def test_a_minute_is_drained_when_it_is_over(counter: ViewCounter, clock: SetClock) -> None:
    counter.count("lamp", ADA)
    assert counter.drain() == []
    clock.now += MINUTE
    assert names(counter.drain()) == ["lamp"]
    assert counter.drain(everything=True) == []


def test_what_nobody_drains_is_dropped_and_told(counter: ViewCounter, clock: SetClock) -> None:
    for _ in range(MAX_MINUTES + 2):
        counter.count("lamp", ADA)
        clock.now += MINUTE
    assert counter.take_dropped() == 2
    assert counter.take_dropped() == 0
    assert len(counter.drain()) == MAX_MINUTES


async def test_many_products_are_recorded_in_batches_each_once(
    counter: ViewCounter, recorder: Recorder, recording: ViewRecording, clock: SetClock
) -> None:
    for number in range(2 * MAX_BATCH + 1):
        counter.count(f"product-{number}", ADA)
    clock.now += MINUTE
    await recording.flush()
    await recording.flush()
    assert [len(batch.views) for batch in recorder.batches] == [MAX_BATCH, MAX_BATCH, 1]
    assert len({batch.id for batch in recorder.batches}) == 3
    assert set(recorder.counted.values()) == {1}


async def test_what_cannot_be_recorded_is_tried_again_under_the_same_id(
    counter: ViewCounter, recorder: Recorder, recording: ViewRecording, clock: SetClock
) -> None:
    recorder.is_down = True
    counter.count("lamp", ADA)
    clock.now += MINUTE
    await recording.flush()
    tried = recording._batches[0].id
    recorder.is_down = False
    await recording.flush()
    assert [batch.id for batch in recorder.batches] == [tried]


async def test_what_cannot_be_recorded_for_long_is_dropped_and_counted(
    counter: ViewCounter,
    recorder: Recorder,
    recording: ViewRecording,
    clock: SetClock,
    registry: CollectorRegistry,
) -> None:
    recorder.is_down = True
    for _ in range(MAX_BATCHES + 3):
        counter.count("lamp", ADA)
        clock.now += MINUTE
        await recording.flush()
    assert lost(registry) == 3


async def test_nothing_is_lost_at_an_orderly_end(
    counter: ViewCounter, recorder: Recorder, recording: ViewRecording, registry: CollectorRegistry
) -> None:
    async with background(recording.run()):
        await asyncio.sleep(0)
        counter.count("lamp", ADA)
        counter.count("mug", ADA)
    assert (recorder.counted, lost(registry)) == ({"lamp": 1, "mug": 1}, 0)


async def test_a_recorder_that_never_answers_does_not_hold_up_the_end(
    counter: ViewCounter, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: Batch) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(view_recording, "LAST_WORDS", 0.01)
    async with background(ViewRecording(counter, never, registry=registry).run()):
        await asyncio.sleep(0)
        counter.count("lamp", ADA)
    assert lost(registry) == 1


async def test_a_page_that_was_shown_is_counted_and_one_that_was_not_is_not(counter: ViewCounter) -> None:
    shop = FakeShop()
    async with door_of(shop, views=counter) as app, Browser(app) as browser:
        browser.headers["User-Agent"] = ADA.agent
        for path in ("/bff/products/lamp", "/bff/products/lamp", "/bff/products/nothing", "/bff/products"):
            await browser.get(path)
    assert [(each.product_id, each.n) for each in counter.drain(everything=True)] == [("lamp", 1)]


async def test_sessions_are_told_apart_and_crawlers_left_out(counter: ViewCounter) -> None:
    shop = FakeShop()
    async with door_of(shop, views=counter) as app:
        for agent in (ADA.agent, ADA.agent, "Googlebot/2.1"):
            async with Browser(app) as browser:
                browser.headers["User-Agent"] = agent
                answer: httpx.Response = await browser.get("/bff/products/lamp")
                assert answer.status_code == 200
        async with Browser(app) as browser:
            browser.headers["User-Agent"] = ADA.agent
            await browser.log_in()
            await browser.get("/bff/products/lamp")
    [views] = counter.drain(everything=True)
    assert views.n == 2
