"""Callers share a transaction, and none of them shares another's misfortune."""

import asyncio
from collections.abc import Sequence
from threading import Event

import pytest

from event_store.backend import Outcome
from event_store.gathering import Gatherer
from event_store.records import Append, Appended
from schemas.errors import Unavailable


class Ledger:
    """Commits when it is let, and remembers the size of every batch."""

    def __init__(self, *, spoilt: Append | None = None, is_down: bool = False) -> None:
        self.may_commit = Event()
        self.is_entered = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.sizes: list[int] = []
        self.spoilt = spoilt
        self.is_down = is_down

    def commit(self, units: Sequence[Append]) -> Sequence[Outcome]:
        self.loop.call_soon_threadsafe(self.is_entered.set)
        self.may_commit.wait()
        if self.is_down:
            raise Unavailable("down")
        if self.spoilt in units:
            raise ZeroDivisionError
        self.sizes.append(len(units))
        return [Appended(0, sum(self.sizes)) for _ in units]


def units(n: int) -> list[Append]:
    return [Append(cleared=(str(number),)) for number in range(n)]


async def after_the_first(gatherer: Gatherer, ledger: Ledger, some: list[Append]) -> list[Appended | BaseException]:
    """Let `some` come while another unit is being committed."""
    first = asyncio.ensure_future(gatherer.append(Append()))
    await ledger.is_entered.wait()
    gathered = asyncio.gather(*(gatherer.append(one) for one in some), return_exceptions=True)
    await asyncio.sleep(0)
    ledger.may_commit.set()
    await asyncio.wait([first])
    return await gathered


async def test_who_comes_during_a_transaction_shares_the_next() -> None:
    ledger = Ledger()
    reached: list[int] = []
    gatherer = Gatherer(ledger.commit, reached=reached.append)
    await after_the_first(gatherer, ledger, units(50))
    assert ledger.sizes == [1, 50]
    assert reached == [1, 51]
    await gatherer.close()


async def test_a_unit_that_spoils_the_transaction_fails_alone() -> None:
    some = units(9)
    ledger = Ledger(spoilt=some[4])
    gatherer = Gatherer(ledger.commit, reached=lambda _: None)
    outcomes = await after_the_first(gatherer, ledger, some)
    assert [type(outcome) for outcome in outcomes] == [Appended] * 4 + [ZeroDivisionError] + [Appended] * 4
    assert await gatherer.append(Append()) == Appended(0, 10)
    await gatherer.close()


async def test_a_database_that_is_down_is_so_for_everybody_and_may_come_back() -> None:
    ledger = Ledger(is_down=True)
    gatherer = Gatherer(ledger.commit, reached=lambda _: None)
    outcomes = await after_the_first(gatherer, ledger, units(3))
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    ledger.is_down = False
    assert await gatherer.append(Append()) == Appended(0, 1)
    await gatherer.close()


async def test_whoever_was_let_in_is_told_even_when_the_store_closes() -> None:
    ledger = Ledger()
    gatherer = Gatherer(ledger.commit, reached=lambda _: None)
    waiting = asyncio.ensure_future(gatherer.append(Append()))
    await ledger.is_entered.wait()
    closing = asyncio.ensure_future(gatherer.close())
    ledger.may_commit.set()
    assert await waiting == Appended(0, 1)
    await closing
    with pytest.raises(Unavailable):
        await gatherer.append(Append())
