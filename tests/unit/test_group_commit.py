"""Callers share a transaction, and the failure of one is not the failure of another."""

import asyncio
from collections.abc import Sequence
from threading import Event

import pytest

from event_store import group_commit
from event_store.backend import AppendOutcome
from event_store.group_commit import GroupCommitter
from event_store.records import AppendRequest, AppendResult
from schemas.errors import Conflict, Unavailable


class Database:
    """Commits when it is allowed to, and keeps every batch."""

    def __init__(self, *, failing: AppendRequest | None = None, is_down: bool = False) -> None:
        self.may_commit = Event()
        self.has_started = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.sizes: list[int] = []
        self.requests: list[AppendRequest] = []
        self.failing = failing
        self.is_down = is_down

    def commit(self, requests: Sequence[AppendRequest]) -> Sequence[AppendOutcome]:
        self.loop.call_soon_threadsafe(self.has_started.set)
        self.may_commit.wait()
        if self.is_down:
            raise Unavailable("down")
        if self.failing in requests:
            raise ZeroDivisionError
        self.sizes.append(len(requests))
        self.requests += requests
        return [AppendResult(0, sum(self.sizes)) for _ in requests]


def make_requests(n: int) -> list[AppendRequest]:
    return [AppendRequest(cancelled_timers=(str(number),)) for number in range(n)]


async def append_while_busy(
    committer: GroupCommitter, database: Database, batch: list[AppendRequest]
) -> list[AppendResult | BaseException]:
    """Append `batch` while another request is being committed."""
    first = asyncio.ensure_future(committer.append(AppendRequest()))
    await database.has_started.wait()
    others = asyncio.gather(*(committer.append(each) for each in batch), return_exceptions=True)
    await asyncio.sleep(0)
    database.may_commit.set()
    await asyncio.wait([first])
    return await others


async def test_appends_during_a_transaction_share_the_next() -> None:
    database = Database()
    positions: list[int] = []
    committer = GroupCommitter(database.commit, on_committed=positions.append)
    await append_while_busy(committer, database, make_requests(50))
    assert database.sizes == [1, 50]
    assert positions == [1, 51]
    await committer.close()


async def test_a_request_that_makes_the_transaction_fail_fails_alone() -> None:
    batch = make_requests(9)
    database = Database(failing=batch[4])
    committer = GroupCommitter(database.commit, on_committed=lambda _: None)
    outcomes = await append_while_busy(committer, database, batch)
    assert [type(outcome) for outcome in outcomes] == [AppendResult] * 4 + [ZeroDivisionError] + [AppendResult] * 4
    assert await committer.append(AppendRequest()) == AppendResult(0, 10)
    await committer.close()


async def test_a_database_that_is_down_fails_all_callers_and_may_come_back() -> None:
    database = Database(is_down=True)
    committer = GroupCommitter(database.commit, on_committed=lambda _: None)
    outcomes = await append_while_busy(committer, database, make_requests(3))
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    database.is_down = False
    assert await committer.append(AppendRequest()) == AppendResult(0, 1)
    await committer.close()


async def test_a_pending_append_is_finished_when_the_store_closes() -> None:
    database = Database()
    committer = GroupCommitter(database.commit, on_committed=lambda _: None)
    waiting = asyncio.ensure_future(committer.append(AppendRequest()))
    await database.has_started.wait()
    closing = asyncio.ensure_future(committer.close())
    database.may_commit.set()
    assert await waiting == AppendResult(0, 1)
    await closing
    with pytest.raises(Unavailable):
        await committer.append(AppendRequest())


async def test_many_requests_are_split_into_transactions_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MAX_BATCH", 20)
    database = Database()
    committer = GroupCommitter(database.commit, on_committed=lambda _: None)
    await append_while_busy(committer, database, make_requests(50))
    assert database.sizes == [1, 20, 20, 10]
    await committer.close()


async def test_requests_are_recorded_in_the_order_they_came() -> None:
    database = Database()
    committer = GroupCommitter(database.commit, on_committed=lambda _: None)
    batch = make_requests(30)
    await append_while_busy(committer, database, batch)
    assert database.requests[1:] == batch
    await committer.close()


async def test_callers_beyond_the_limit_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MAX_PENDING", 3)
    database = Database()
    committer = GroupCommitter(database.commit, on_committed=lambda _: None)
    outcomes = await append_while_busy(committer, database, make_requests(9))
    assert all(isinstance(outcome, AppendResult) for outcome in outcomes)
    assert database.sizes[:2] == [1, 2]
    assert max(database.sizes) <= 3
    await committer.close()


async def test_a_request_whose_caller_was_cancelled_is_recorded_like_the_others() -> None:
    database = Database()
    committer = GroupCommitter(database.commit, on_committed=lambda _: None)
    first = asyncio.ensure_future(committer.append(AppendRequest()))
    await database.has_started.wait()
    others = [asyncio.ensure_future(committer.append(each)) for each in make_requests(3)]
    await asyncio.sleep(0)
    others[1].cancel()
    first.cancel()
    database.may_commit.set()
    outcomes = await asyncio.gather(*others, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [AppendResult, asyncio.CancelledError, AppendResult]
    assert database.sizes == [1, 3]
    await committer.close()


async def test_a_conflict_fails_its_own_caller_only() -> None:
    async with asyncio.timeout(10):
        committer = GroupCommitter(
            lambda requests: [
                Conflict(each.cancelled_timers) if "1" in each.cancelled_timers else AppendResult(7, 7)
                for each in requests
            ],
            on_committed=lambda _: None,
        )
        outcomes = await asyncio.gather(*map(committer.append, make_requests(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [AppendResult, Conflict, AppendResult]
    await committer.close()


async def test_on_committed_is_called_before_the_callers_go_on() -> None:
    database = Database()
    calls: list[str] = []
    committer = GroupCommitter(database.commit, on_committed=lambda position: calls.append(f"committed {position}"))
    database.may_commit.set()
    await committer.append(AppendRequest())
    calls.append("returned")
    assert calls == ["committed 1", "returned"]
    await committer.close()


async def test_closing_twice_does_nothing_more() -> None:
    committer = GroupCommitter(Database().commit, on_committed=lambda _: None)
    await committer.close()
    await committer.close()
