"""With two writers a batch is shared out, and nothing overtakes what it is chained to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from threading import Event

import pytest

from event_store import group_commit
from event_store.backend import AppendOutcome
from event_store.group_commit import FULL_BATCH, GroupCommitter
from event_store.records import AppendRequest, AppendResult
from tests.contract.event_store.requests import NOON, answer, timer, unit


class Ledger:
    """Commits each batch only when it is let, one by one as they were begun."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._begun: asyncio.Queue[tuple[Sequence[AppendRequest], Event]] = asyncio.Queue()

    def commit(self, units: Sequence[AppendRequest]) -> Sequence[AppendOutcome]:
        may_end = Event()
        self._loop.call_soon_threadsafe(self._begun.put_nowait, (units, may_end))
        may_end.wait()
        return [AppendResult(0, 0) for _ in units]

    async def begun(self) -> tuple[Sequence[AppendRequest], Event]:
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
async def gathered(ledger: Ledger, units: Sequence[AppendRequest]) -> AsyncIterator[GroupCommitter]:
    """These units at two writers, all of them answered when the context has been left."""
    committer = GroupCommitter(ledger.commit, on_committed=lambda _: None, writers=2)
    callers = asyncio.gather(*map(committer.append, units))
    yield committer
    letting = asyncio.ensure_future(ledger.let_all())
    assert len(await callers) == len(units)
    await committer.close()
    letting.cancel()


def batch(size: int) -> list[AppendRequest]:
    return [unit(f"order-{number}") for number in range(size)]


async def test_a_crowd_is_shared_out_and_both_halves_are_committed_at_once() -> None:
    ledger, units = Ledger(), batch(4 * FULL_BATCH)
    async with gathered(ledger, units):
        (first, end_first), (second, end_second) = await ledger.begun(), await ledger.begun()
        assert [*first, *second] == units
        assert len(first) == len(second)
        end_first.set()
        end_second.set()


async def test_a_few_share_one_transaction() -> None:
    ledger, units = Ledger(), batch(FULL_BATCH)
    async with gathered(ledger, units):
        share, end = await ledger.begun()
        assert list(share) == units
        end.set()


async def test_a_few_who_come_later_wait_for_the_end_of_what_runs() -> None:
    ledger = Ledger()
    async with gathered(ledger, batch(1)) as committer:
        _, end = await ledger.begun()
        late = asyncio.gather(*(committer.append(one) for one in batch(FULL_BATCH - 1)[1:]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert ledger.is_idle
        end.set()
        share, end = await ledger.begun()
        assert len(share) == FULL_BATCH - 2
        end.set()
        await late


@pytest.mark.parametrize(
    "chained",
    [
        (unit("order-1"), unit("order-1", 1)),
        (unit("a", idempotency=answer(expires_at=NOON)), unit("b", idempotency=answer(expires_at=NOON))),
        (unit("a", timers=(timer("t", NOON),)), unit("b", cleared=("t",))),
    ],
    ids=["stream", "key", "timer"],
)
async def test_what_touches_the_same_is_never_committed_at_once(
    chained: tuple[AppendRequest, AppendRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "FULL_BATCH", 1)
    ledger, (earlier, later) = Ledger(), chained
    async with gathered(ledger, [earlier, later]):
        share, end = await ledger.begun()
        assert list(share) == [earlier]
        assert ledger.is_idle
        end.set()
        share, end = await ledger.begun()
        assert list(share) == [later]
        end.set()


async def test_nobody_overtakes_whoever_has_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "FULL_BATCH", 1)
    ledger, chained, free = Ledger(), unit("order-1", 1), unit("order-2")
    async with gathered(ledger, [unit("order-1")]) as committer:
        _, end = await ledger.begun()
        later = asyncio.gather(committer.append(chained), committer.append(free))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert ledger.is_idle
        end.set()
        begun = [await ledger.begun(), await ledger.begun()]
        assert [list(batch) for batch, _ in begun] == [[chained], [free]]
        for _, end in begun:
            end.set()
        await later
