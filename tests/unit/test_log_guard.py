"""Queries are refused until the documents were compared with the log, and whenever they are not of it."""

import asyncio

import pytest
from pymongo.errors import AutoReconnect
from structlog.testing import capture_logs

from query_api import log_guard
from query_api.log_guard import LogGuard
from schemas.errors import LogMismatch, Unavailable


class Comparison:
    """What a comparison finds, or why it cannot be made; it tells when it was asked."""

    def __init__(self, *results: str | Exception | None) -> None:
        self.results = list(results)
        self.is_done = asyncio.Event()

    async def __call__(self) -> str | None:
        result = self.results.pop(0)
        if not self.results:
            self.is_done.set()
            self.results.append(result)
        if isinstance(result, Exception):
            raise result
        return result


def is_refused(guard: LogGuard) -> bool:
    try:
        guard.check()
    except LogMismatch:
        return True
    return False


async def test_before_the_first_comparison_everything_is_refused() -> None:
    with pytest.raises(LogMismatch, match="not been compared"):
        await LogGuard(Comparison(None)).probe()


@pytest.mark.parametrize(
    ("results", "refused"),
    [
        ((None,), False),
        (("another log",), True),
        (("another log", None), False),
        ((None, "another log"), True),
        ((Unavailable("away"),), True),
        ((AutoReconnect(),), True),
        ((None, Unavailable("away")), False),
        ((None, AutoReconnect()), False),
        (("another log", Unavailable("away")), True),
        (("another log", Unavailable("away"), None), False),
    ],
)
async def test_the_last_comparison_that_could_be_made_counts(
    results: tuple[str | Exception | None, ...], refused: bool
) -> None:
    guard = LogGuard(Comparison(*results))
    for _ in results:
        await guard.compare()
    assert is_refused(guard) == refused


async def test_the_cause_is_told_to_the_caller_and_logged_once() -> None:
    guard = LogGuard(Comparison("the documents are of log 7"))
    with capture_logs() as lines:
        await guard.compare()
        await guard.compare()
    with pytest.raises(LogMismatch, match="the documents are of log 7"):
        guard.check()
    assert [line["event"] for line in lines] == ["queries are refused"]


async def test_it_compares_until_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_guard, "COMPARE_EVERY", 0.001)
    comparison = Comparison("another log", Unavailable("away"), None)
    guard = LogGuard(comparison)
    task = asyncio.create_task(guard.run())
    async with asyncio.timeout(10):
        await comparison.is_done.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not is_refused(guard)
