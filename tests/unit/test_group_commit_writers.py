"""Two writers divide the pending requests, and no request overtakes one that it depends on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from threading import Event

import pytest

from event_store import group_commit
from event_store.backend import AppendOutcome
from event_store.group_commit import FULL_BATCH, GroupCommitter
from event_store.records import AppendRequest, AppendResult
from tests.contract.event_store.requests import NOON, record, request, timer


class Database:
    """Commits each batch only when it is allowed to, in any order."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._started: asyncio.Queue[tuple[Sequence[AppendRequest], Event]] = asyncio.Queue()

    def commit(self, requests: Sequence[AppendRequest]) -> Sequence[AppendOutcome]:
        may_end = Event()
        self._loop.call_soon_threadsafe(self._started.put_nowait, (requests, may_end))
        may_end.wait()
        return [AppendResult(0, 0) for _ in requests]

    async def next_commit(self) -> tuple[Sequence[AppendRequest], Event]:
        """The next batch that is being committed, and the event that ends it."""
        async with asyncio.timeout(10):
            return await self._started.get()

    @property
    def is_idle(self) -> bool:
        """Whether no further commit has started."""
        return self._started.empty()

    async def end_all(self) -> None:
        """End every commit, until cancelled."""
        while True:
            (await self._started.get())[1].set()


@asynccontextmanager
async def committing(database: Database, requests: Sequence[AppendRequest]) -> AsyncIterator[GroupCommitter]:
    """A committer with two writers and these requests pending; at the end all are recorded."""
    committer = GroupCommitter(database.commit, on_committed=lambda _: None, writers=2)
    callers = asyncio.gather(*map(committer.append, requests))
    yield committer
    ending = asyncio.ensure_future(database.end_all())
    assert len(await callers) == len(requests)
    await committer.close()
    ending.cancel()


def batch(size: int) -> list[AppendRequest]:
    return [request(f"order-{number}") for number in range(size)]


async def test_many_requests_are_halved_and_committed_at_once() -> None:
    database, requests = Database(), batch(4 * FULL_BATCH)
    async with committing(database, requests):
        (first, end_first), (second, end_second) = await database.next_commit(), await database.next_commit()
        assert [*first, *second] == requests
        assert len(first) == len(second)
        end_first.set()
        end_second.set()


async def test_few_requests_share_one_transaction() -> None:
    database, requests = Database(), batch(FULL_BATCH)
    async with committing(database, requests):
        started, end = await database.next_commit()
        assert list(started) == requests
        end.set()


async def test_few_later_requests_wait_for_the_end_of_a_running_commit() -> None:
    database = Database()
    async with committing(database, batch(1)) as committer:
        _, end = await database.next_commit()
        late = asyncio.gather(*(committer.append(each) for each in batch(FULL_BATCH - 1)[1:]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert database.is_idle
        end.set()
        started, end = await database.next_commit()
        assert len(started) == FULL_BATCH - 2
        end.set()
        await late


@pytest.mark.parametrize(
    "pair",
    [
        (request("order-1"), request("order-1", 1)),
        (
            request("a", idempotency=record(expires_at=NOON)),
            request("b", idempotency=record(expires_at=NOON)),
        ),
        (request("a", timers=(timer("t", NOON),)), request("b", cancelled_timers=("t",))),
    ],
    ids=["stream", "key", "timer"],
)
async def test_requests_with_something_in_common_are_never_committed_at_once(
    pair: tuple[AppendRequest, AppendRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "FULL_BATCH", 1)
    database, (earlier, later) = Database(), pair
    async with committing(database, [earlier, later]):
        started, end = await database.next_commit()
        assert list(started) == [earlier]
        assert database.is_idle
        end.set()
        started, end = await database.next_commit()
        assert list(started) == [later]
        end.set()


async def test_a_request_that_has_to_wait_is_not_overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "FULL_BATCH", 1)
    database, second, other = Database(), request("order-1", 1), request("order-2")
    async with committing(database, [request("order-1")]) as committer:
        _, end = await database.next_commit()
        later = asyncio.gather(committer.append(second), committer.append(other))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert database.is_idle
        end.set()
        commits = [await database.next_commit(), await database.next_commit()]
        assert [list(batch) for batch, _ in commits] == [[second], [other]]
        for _, end in commits:
            end.set()
        await later
