"""The saga's policy follows the configuration, within a second and without a restart."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.config import released_values
from domain.fulfilment.policy import POLICY, Policy
from event_store.records import AppendRequest
from schemas.config import ConfigChanged, ConfigKey, DeadlineRules
from schemas.envelope import Cause, wrap_events
from schemas.errors import StreamUnreadable, Unavailable
from schemas.stream_names import CONFIG_STREAM
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.policy_in_force import PolicyInForce
from tests.examples import NOON
from tests.histories import events
from tests.timers import next_due
from tests.unit.streams.fakes import Counts, SetClock, TroubledStore, give, put

QUICKER = DeadlineRules(payment=5, inventory=2, shipping=20, undo=7, reservation=600)


class Timer:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def change(version: int, value: DeadlineRules = QUICKER) -> ConfigChanged:
    return ConfigChanged(
        key=ConfigKey.DEADLINES,
        version=version,
        old=released_values(POLICY)[ConfigKey.DEADLINES].model_dump(mode="json"),
        new=value.model_dump(mode="json"),
        by="ann",
        reason="quicker",
    )


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
def policies(store: TroubledStore, timer: Timer) -> PolicyInForce:
    return PolicyInForce(store, Policy(backoff=0.25), timer=timer)


async def test_without_a_change_it_is_the_released_one(policies: PolicyInForce) -> None:
    assert await policies.current() == Policy(backoff=0.25)


async def test_a_change_counts_a_second_later(store: TroubledStore, policies: PolicyInForce, timer: Timer) -> None:
    await policies.current()
    await put(store, change(1))
    timer.now += 0.99
    assert (await policies.current()).payment_timeout == 30
    timer.now += 0.02
    assert (await policies.current()).payment_timeout == 5
    await put(store, change(2, QUICKER.model_copy(update={"payment": 6.0})))
    timer.now += 1
    assert (await policies.current()).payment_timeout == 6


async def test_callers_at_the_same_time_share_one_read(
    store: TroubledStore, policies: PolicyInForce, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, stream = [], store.stream

    async def counted(name: str, *, after: int = 0) -> object:
        reads.append((name, after))
        return await stream(name, after=after)

    monkeypatch.setattr(store, "stream", counted)
    await asyncio.gather(*(policies.current() for _ in range(20)))
    assert reads == [(CONFIG_STREAM, 0)]


async def test_a_change_that_cannot_be_read_makes_everybody_wait(store: TroubledStore, policies: PolicyInForce) -> None:
    cause = Cause(id="c", at=NOON, correlation_id="c", request_id="r", traceparent="t")
    [envelope] = wrap_events(CONFIG_STREAM, 0, [change(1)], cause)
    wrong = change(1).model_copy(update={"version": 0})
    await store.append(AppendRequest(events=(replace(envelope, event=wrong),)))
    with pytest.raises(StreamUnreadable) as raised:
        await policies.current()
    assert isinstance(raised.value, Unavailable)


async def test_a_new_wait_lasts_as_long_as_configured(store: TroubledStore, clock: SetClock, counts: Counts) -> None:
    await put(store, change(1))
    await give(Fulfilment(store, clock=clock, metrics=counts), await put(store, *events("order.created")))
    assert await next_due(store) == NOON + timedelta(seconds=5)


async def test_a_new_reservation_lives_as_long_as_configured(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    await put(store, change(1), *events("stock.received"))
    await give(Inventory(store, clock=clock, metrics=counts), await put(store, *events("inventory.reservation")))
    assert await next_due(store) == NOON + timedelta(seconds=600)
