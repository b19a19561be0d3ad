"""With two writers a crowd is shared out, and nothing overtakes what it is chained to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from threading import Event

import pytest

from event_store import gathering
from event_store.backend import Outcome
from event_store.gathering import WORTHWHILE, Gatherer
from event_store.records import Append, Appended
from tests.contract.event_store.units import NOON, answer, timer, unit


class Ledger:
    """Commits each batch only when it is let, one by one as they were begun."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._begun: asyncio.Queue[tuple[Sequence[Append], Event]] = asyncio.Queue()

    def commit(self, units: Sequence[Append]) -> Sequence[Outcome]:
        may_end = Event()
        self._loop.call_soon_threadsafe(self._begun.put_nowait, (units, may_end))
        may_end.wait()
        return [Appended(0, 0) for _ in units]

    async def begun(self) -> tuple[Sequence[Append], Event]:
        """The next batch that is being committed, and what lets it end."""
        async with asyncio.timeout(10):
            return await self._begun.get()

    @property
    def is_idle(self) -> bool:
        """Whether no batch has been begun that nobody has asked for."""
        return self._begun.empty()

    async def let_all(self) -> None:
        """Let whatever is begun end, for ever."""
        while True:
            (await self._begun.get())[1].set()


@asynccontextmanager
async def gathered(ledger: Ledger, units: Sequence[Append]) -> AsyncIterator[Gatherer]:
    """These units at two writers, all of them answered when the context has been left."""
    gatherer = Gatherer(ledger.commit, reached=lambda _: None, writers=2)
    callers = asyncio.gather(*map(gatherer.append, units))
    yield gatherer
    letting = asyncio.ensure_future(ledger.let_all())
    assert len(await callers) == len(units)
    await gatherer.close()
    letting.cancel()


def crowd(size: int) -> list[Append]:
    return [unit(f"order-{number}") for number in range(size)]


async def test_a_crowd_is_shared_out_and_both_halves_are_committed_at_once() -> None:
    ledger, units = Ledger(), crowd(4 * WORTHWHILE)
    async with gathered(ledger, units):
        (first, end_first), (second, end_second) = await ledger.begun(), await ledger.begun()
        assert [*first, *second] == units
        assert len(first) == len(second)
        end_first.set()
        end_second.set()


async def test_a_few_share_one_transaction() -> None:
    ledger, units = Ledger(), crowd(WORTHWHILE)
    async with gathered(ledger, units):
        batch, end = await ledger.begun()
        assert list(batch) == units
        end.set()


async def test_a_few_who_come_later_wait_for_the_end_of_what_runs() -> None:
    ledger = Ledger()
    async with gathered(ledger, crowd(1)) as gatherer:
        _, end = await ledger.begun()
        late = asyncio.gather(*(gatherer.append(one) for one in crowd(WORTHWHILE - 1)[1:]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert ledger.is_idle
        end.set()
        batch, end = await ledger.begun()
        assert len(batch) == WORTHWHILE - 2
        end.set()
        await late


@pytest.mark.parametrize(
    "chained",
    [
        (unit("order-1"), unit("order-1", 1)),
        (unit("a", answer=answer(expires_at=NOON)), unit("b", answer=answer(expires_at=NOON))),
        (unit("a", timers=(timer("t", NOON),)), unit("b", cleared=("t",))),
    ],
    ids=["stream", "key", "timer"],
)
async def test_what_touches_the_same_is_never_committed_at_once(
    chained: tuple[Append, Append], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "WORTHWHILE", 1)
    ledger, (earlier, later) = Ledger(), chained
    async with gathered(ledger, [earlier, later]):
        batch, end = await ledger.begun()
        assert list(batch) == [earlier]
        assert ledger.is_idle
        end.set()
        batch, end = await ledger.begun()
        assert list(batch) == [later]
        end.set()


async def test_nobody_overtakes_whoever_has_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "WORTHWHILE", 1)
    ledger, chained, free = Ledger(), unit("order-1", 1), unit("order-2")
    async with gathered(ledger, [unit("order-1")]) as gatherer:
        _, end = await ledger.begun()
        later = asyncio.gather(gatherer.append(chained), gatherer.append(free))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert ledger.is_idle
        end.set()
        begun = [await ledger.begun(), await ledger.begun()]
        assert [list(batch) for batch, _ in begun] == [[chained], [free]]
        for _, end in begun:
            end.set()
        await later
