"""Callers share a transaction, and none of them shares another's misfortune."""

import asyncio
from collections.abc import Sequence
from threading import Event

import pytest

from event_store import group_commit
from event_store.backend import AppendOutcome
from event_store.group_commit import GroupCommitter
from event_store.records import AppendRequest, AppendResult
from schemas.errors import Conflict, Unavailable


class Ledger:
    """Commits when it is let, and remembers every batch."""

    def __init__(self, *, spoilt: AppendRequest | None = None, is_down: bool = False) -> None:
        self.may_commit = Event()
        self.is_entered = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.sizes: list[int] = []
        self.units: list[AppendRequest] = []
        self.spoilt = spoilt
        self.is_down = is_down

    def commit(self, units: Sequence[AppendRequest]) -> Sequence[AppendOutcome]:
        self.loop.call_soon_threadsafe(self.is_entered.set)
        self.may_commit.wait()
        if self.is_down:
            raise Unavailable("down")
        if self.spoilt in units:
            raise ZeroDivisionError
        self.sizes.append(len(units))
        self.units += units
        return [AppendResult(0, sum(self.sizes)) for _ in units]


def units(n: int) -> list[AppendRequest]:
    return [AppendRequest(cleared=(str(number),)) for number in range(n)]


async def after_the_first(
    committer: GroupCommitter, ledger: Ledger, some: list[AppendRequest]
) -> list[AppendResult | BaseException]:
    """Let `some` come while another unit is being committed."""
    first = asyncio.ensure_future(committer.append(AppendRequest()))
    await ledger.is_entered.wait()
    gathered = asyncio.gather(*(committer.append(one) for one in some), return_exceptions=True)
    await asyncio.sleep(0)
    ledger.may_commit.set()
    await asyncio.wait([first])
    return await gathered


async def test_who_comes_during_a_transaction_shares_the_next() -> None:
    ledger = Ledger()
    reached: list[int] = []
    committer = GroupCommitter(ledger.commit, on_committed=reached.append)
    await after_the_first(committer, ledger, units(50))
    assert ledger.sizes == [1, 50]
    assert reached == [1, 51]
    await committer.close()


async def test_a_unit_that_spoils_the_transaction_fails_alone() -> None:
    some = units(9)
    ledger = Ledger(spoilt=some[4])
    committer = GroupCommitter(ledger.commit, on_committed=lambda _: None)
    outcomes = await after_the_first(committer, ledger, some)
    assert [type(outcome) for outcome in outcomes] == [AppendResult] * 4 + [ZeroDivisionError] + [AppendResult] * 4
    assert await committer.append(AppendRequest()) == AppendResult(0, 10)
    await committer.close()


async def test_a_database_that_is_down_is_so_for_everybody_and_may_come_back() -> None:
    ledger = Ledger(is_down=True)
    committer = GroupCommitter(ledger.commit, on_committed=lambda _: None)
    outcomes = await after_the_first(committer, ledger, units(3))
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    ledger.is_down = False
    assert await committer.append(AppendRequest()) == AppendResult(0, 1)
    await committer.close()


async def test_whoever_was_let_in_is_told_even_when_the_store_closes() -> None:
    ledger = Ledger()
    committer = GroupCommitter(ledger.commit, on_committed=lambda _: None)
    waiting = asyncio.ensure_future(committer.append(AppendRequest()))
    await ledger.is_entered.wait()
    closing = asyncio.ensure_future(committer.close())
    ledger.may_commit.set()
    assert await waiting == AppendResult(0, 1)
    await closing
    with pytest.raises(Unavailable):
        await committer.append(AppendRequest())


async def test_a_crowd_is_split_into_transactions_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MAX_BATCH", 20)
    ledger = Ledger()
    committer = GroupCommitter(ledger.commit, on_committed=lambda _: None)
    await after_the_first(committer, ledger, units(50))
    assert ledger.sizes == [1, 20, 20, 10]
    await committer.close()


async def test_callers_are_recorded_in_the_order_they_came() -> None:
    ledger = Ledger()
    committer = GroupCommitter(ledger.commit, on_committed=lambda _: None)
    some = units(30)
    await after_the_first(committer, ledger, some)
    assert ledger.units[1:] == some
    await committer.close()


async def test_whoever_finds_no_room_waits_to_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MAX_PENDING", 3)
    ledger = Ledger()
    committer = GroupCommitter(ledger.commit, on_committed=lambda _: None)
    outcomes = await after_the_first(committer, ledger, units(9))
    assert all(isinstance(outcome, AppendResult) for outcome in outcomes)
    assert ledger.sizes[:2] == [1, 2]
    assert max(ledger.sizes) <= 3
    await committer.close()


async def test_a_caller_that_was_cancelled_is_recorded_and_spoils_nobodys_answer() -> None:
    ledger = Ledger()
    committer = GroupCommitter(ledger.commit, on_committed=lambda _: None)
    impatient = asyncio.ensure_future(committer.append(AppendRequest()))
    await ledger.is_entered.wait()
    others = [asyncio.ensure_future(committer.append(unit)) for unit in units(3)]
    await asyncio.sleep(0)
    others[1].cancel()
    impatient.cancel()
    ledger.may_commit.set()
    outcomes = await asyncio.gather(*others, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [AppendResult, asyncio.CancelledError, AppendResult]
    assert ledger.sizes == [1, 3]
    await committer.close()


async def test_a_refusal_is_its_callers_alone() -> None:
    async with asyncio.timeout(10):
        committer = GroupCommitter(
            lambda units: [Conflict(unit.cleared) if "1" in unit.cleared else AppendResult(7, 7) for unit in units],
            on_committed=lambda _: None,
        )
        outcomes = await asyncio.gather(*map(committer.append, units(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [AppendResult, Conflict, AppendResult]
    await committer.close()


async def test_those_who_wait_on_the_tail_hear_of_a_batch_before_its_callers_go_on() -> None:
    ledger = Ledger()
    heard: list[str] = []
    committer = GroupCommitter(ledger.commit, on_committed=lambda position: heard.append(f"reached {position}"))
    ledger.may_commit.set()
    await committer.append(AppendRequest())
    heard.append("answered")
    assert heard == ["reached 1", "answered"]
    await committer.close()


async def test_closing_twice_is_closing_once() -> None:
    committer = GroupCommitter(Ledger().commit, on_committed=lambda _: None)
    await committer.close()
    await committer.close()
