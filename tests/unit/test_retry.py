"""A retry policy tries again, a little later each time, logs it, and raises other errors."""

import asyncio
import random

import pytest
from structlog.testing import capture_logs

from subscriptions import retry as retry_module
from subscriptions.retry import FIRST, LONGEST, RetryPolicy


class Failing:
    """Work that raises these errors, and then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.tries = 0

    async def work(self) -> str:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The longest that each pause could have been; none of them is waited for."""
    longest_pauses: list[float] = []

    def longest(least: float, most: float) -> float:
        assert least == 0
        longest_pauses.append(most)
        return 0.0

    monkeypatch.setattr(random, "uniform", longest)
    return longest_pauses


POLICY = RetryPolicy("relay", (ConnectionError, TimeoutError))


async def test_work_that_succeeds_is_done_once(pauses: list[float]) -> None:
    failing = Failing()
    assert await POLICY.run(failing.work) == "done"
    assert (failing.tries, pauses) == (1, [])


async def test_work_that_fails_is_done_again_until_it_succeeds(pauses: list[float]) -> None:
    failing = Failing(ConnectionResetError(), TimeoutError(), ConnectionError())
    assert await POLICY.run(failing.work) == "done"
    assert failing.tries == 4


async def test_pauses_double_from_the_first_to_the_longest(pauses: list[float]) -> None:
    await POLICY.run(Failing(*[ConnectionError()] * 9).work)
    assert pauses == [min(LONGEST, FIRST * 2**failure) for failure in range(1, 10)]
    assert pauses[-1] == LONGEST == 5.0


async def test_an_outage_of_any_length_is_waited_for(pauses: list[float]) -> None:
    await POLICY.run(Failing(*[ConnectionError()] * 1_100).work)
    assert pauses[-1] == LONGEST


async def test_another_error_is_raised_at_once(pauses: list[float]) -> None:
    failing = Failing(ConnectionError(), ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await POLICY.run(failing.work)
    assert (failing.tries, len(pauses)) == (2, 1)


async def test_pauses_start_again_with_every_piece_of_work(pauses: list[float]) -> None:
    for _ in range(2):
        await POLICY.run(Failing(ConnectionError()).work)
    assert pauses == [FIRST * 2] * 2


async def test_every_failure_is_logged(pauses: list[float]) -> None:
    with capture_logs() as lines:
        await POLICY.run(Failing(ConnectionResetError(104, "gone"), TimeoutError()).work)
    assert [(line["name"], line["failures"], line["cause"]) for line in lines] == [
        ("relay", 1, "ConnectionResetError ECONNRESET"),
        ("relay", 2, "TimeoutError"),
    ]


async def test_is_waiting_while_work_is_retried(pauses: list[float]) -> None:
    retry = RetryPolicy("relay", (ConnectionError,))
    seen: list[bool] = []

    async def fails_twice() -> None:
        seen.append(retry.is_waiting)
        if len(seen) < 3:
            raise ConnectionError

    await retry.run(fails_twice)
    assert (seen, retry.is_waiting) == ([False, True, True], False)


async def test_a_pause_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry_module, "FIRST", 3_600.0)
    monkeypatch.setattr(retry_module, "LONGEST", 3_600.0)
    monkeypatch.setattr(random, "uniform", lambda _, most: most)
    has_failed = asyncio.Event()

    async def fails() -> None:
        has_failed.set()
        raise ConnectionError

    waiting = asyncio.ensure_future(POLICY.run(fails))
    await has_failed.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize("error", [None, ConnectionError("as a driver says that is cancelled while it connects")])
async def test_work_that_keeps_its_cancellation_to_itself_is_cancelled_all_the_same(
    pauses: list[float], error: Exception | None
) -> None:
    begun = asyncio.Event()

    async def swallow() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if error:
                raise error from None

    working = asyncio.ensure_future(RetryPolicy("test", (ConnectionError,)).run(swallow))
    await begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert pauses == []
