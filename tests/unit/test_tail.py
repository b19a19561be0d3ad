"""Nobody sleeps on a committed event, and a crowd that waits asks the database no more than one would."""

import asyncio

import pytest

from concurrency.poll_interval import PollInterval
from event_store.tail import MANY_WRITERS, SINGLE_WRITER, Tail

NEVER = PollInterval(3_600, 3_600)
AT_ONCE = PollInterval(0, 0)


class Log:
    """A log that others append to: it grows without waking anybody here."""

    def __init__(self) -> None:
        self.head = 0
        self.looks = 0
        self.looked = asyncio.Event()

    async def read_head(self) -> int:
        self.looks += 1
        self.looked.set()
        return self.head


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.mark.parametrize("poll", [SINGLE_WRITER, MANY_WRITERS], ids=["alone", "shared"])
async def test_a_poll_finds_an_event_although_the_wake_up_was_lost(log: Log, poll: PollInterval) -> None:
    tail = Tail(log.read_head, poll)
    waiting = asyncio.ensure_future(tail.wait_past(0, timeout=60))
    await log.looked.wait()
    log.head = 5
    async with asyncio.timeout(10):
        assert await waiting == 5


@pytest.mark.parametrize("poll", [SINGLE_WRITER, MANY_WRITERS], ids=["alone", "shared"])
def test_a_poll_comes_at_least_every_quarter_of_a_second(poll: PollInterval) -> None:
    assert poll.shortest <= poll.longest <= 0.25


async def test_the_longer_nothing_comes_the_rarer_are_the_looks(log: Log) -> None:
    busy, quiet = Tail(log.read_head, PollInterval(0.001, 0.001)), Tail(log.read_head, PollInterval(0.001, 3_600))
    await busy.wait_past(0, timeout=0.1)
    often, log.looks = log.looks, 0
    await quiet.wait_past(0, timeout=0.1)
    assert 1 <= log.looks < often


async def test_our_own_appends_wake_at_once(log: Log) -> None:
    tail = Tail(log.read_head, NEVER)
    waiting = [asyncio.ensure_future(tail.wait_past(position, timeout=3_600)) for position in (0, 0, 6)]
    await log.looked.wait()
    tail.reached(6)
    async with asyncio.timeout(10):
        assert await asyncio.gather(*waiting[:2]) == [6, 6]
    assert not waiting[2].done()
    tail.reached(7)
    async with asyncio.timeout(10):
        assert await waiting[2] == 7


async def test_however_many_wait_there_is_one_look(log: Log) -> None:
    tail = Tail(log.read_head, NEVER)
    waiting = [asyncio.ensure_future(tail.wait_past(0, timeout=3_600)) for _ in range(50)]
    await log.looked.wait()
    tail.reached(1)
    await asyncio.gather(*waiting)
    assert log.looks == 1


async def test_what_is_known_to_be_there_costs_no_look(log: Log) -> None:
    tail = Tail(log.read_head, SINGLE_WRITER)
    tail.reached(9)
    assert await tail.wait_past(8, timeout=60) == 9
    assert log.looks == 0


async def test_the_head_never_moves_back(log: Log) -> None:
    tail = Tail(log.read_head, SINGLE_WRITER)
    tail.reached(9)
    tail.reached(3)
    assert await tail.wait_past(8, timeout=0) == 9


async def test_waiting_ends_with_the_head_when_its_time_is_up(log: Log) -> None:
    log.head = 4
    tail = Tail(log.read_head, SINGLE_WRITER)
    assert await tail.wait_past(4, timeout=0) == 4
    assert await tail.wait_past(4, timeout=0.01) == 4


async def test_a_look_that_fails_is_the_callers_to_hear_and_the_next_one_works() -> None:
    is_down = True

    async def read_head() -> int:
        if is_down:
            raise ConnectionError
        return 3

    tail = Tail(read_head, AT_ONCE)
    with pytest.raises(ConnectionError):
        await tail.wait_past(0, timeout=60)
    is_down = False
    assert await tail.wait_past(0, timeout=60) == 3


async def test_who_is_cancelled_takes_nobody_along(log: Log) -> None:
    tail = Tail(log.read_head, SINGLE_WRITER)
    first, second = (asyncio.ensure_future(tail.wait_past(0, timeout=60)) for _ in range(2))
    await log.looked.wait()
    first.cancel()
    log.head = 2
    async with asyncio.timeout(10):
        assert await second == 2
