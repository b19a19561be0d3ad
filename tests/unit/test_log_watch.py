"""A process notices within a second that the log it has read is no longer there."""

import asyncio

import pytest

from event_store.memory import MemoryBackend
from event_store.threaded import ThreadedStore
from schemas.errors import Unavailable
from schemas.order import OrderCompleted
from subscriptions import log_watch
from subscriptions.log_watch import LogReplaced, check_recorded, watch_log
from tests.unit.streams.fakes import SetClock, TroubledStore, order_id, put, replace_log

FIRST, OTHERS = [OrderCompleted(order_id=order_id(n)) for n in range(3)], [OrderCompleted(order_id=order_id(9))]


class WatchedStore(ThreadedStore):
    """A store in memory that can be away; it counts the checks."""

    def __init__(self) -> None:
        super().__init__(MemoryBackend(SetClock()))
        self.is_away = False
        self._checked = asyncio.Condition()
        self.checks = 0

    async def head(self) -> int:
        async with self._checked:
            self.checks += 1
            self._checked.notify_all()
        if self.is_away:
            raise Unavailable("away")
        return await super().head()

    async def checked(self, times: int) -> None:
        """Wait for so many checks that begin after this call; the one before the last of them has ended."""
        last = self.checks + times
        async with asyncio.timeout(10), self._checked:
            await self._checked.wait_for(lambda: self.checks >= last)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_watch, "CHECK_EVERY", 0.001)


@pytest.mark.parametrize("length", [0, 1, 3, 5])
async def test_a_log_that_is_replaced_ends_the_watch(length: int) -> None:
    """Also by one that is as long, or longer."""
    store, other = WatchedStore(), TroubledStore()
    await put(store, *FIRST)
    await put(other, *OTHERS * length, correlation_id="another-past")
    watching = asyncio.create_task(watch_log(store))
    await store.checked(2)
    await replace_log(store, other)
    with pytest.raises(LogReplaced, match="position 3"):
        await asyncio.wait_for(watching, 10)
    await store.close()
    await other.close()


async def test_a_log_that_grows_or_does_not_answer_is_watched_on() -> None:
    store = WatchedStore()
    watching = asyncio.create_task(watch_log(store))
    await store.checked(2)
    for number in range(3):
        await put(store, OrderCompleted(order_id=order_id(number)))
        await store.checked(2)
        store.is_away = True
        await store.checked(2)
        store.is_away = False
    await store.checked(2)
    assert not watching.done()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await store.close()


@pytest.mark.parametrize("recorded", [None, "", "other"])
def test_another_event_or_none_is_a_replaced_log(recorded: str | None) -> None:
    check_recorded(7, "event", "event")
    with pytest.raises(LogReplaced, match="at position 7 it had event event"):
        check_recorded(7, "event", recorded)
