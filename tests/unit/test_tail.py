"""A wait ends with the next event, and many waiting callers poll the database no more often than one."""

import asyncio

import pytest

from concurrency.poll_interval import PollInterval
from event_store.tail import MANY_WRITERS, SINGLE_WRITER, Tail

NEVER = PollInterval(3_600, 3_600)
ALWAYS = PollInterval(0, 0)


class Log:
    """A log to which another process appends."""

    def __init__(self) -> None:
        self.head = 0
        self.polls = 0
        self.polled = asyncio.Event()

    async def read_head(self) -> int:
        self.polls += 1
        self.polled.set()
        return self.head


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.mark.parametrize("poll", [SINGLE_WRITER, MANY_WRITERS], ids=["alone", "shared"])
async def test_a_poll_finds_an_event_of_another_process(log: Log, poll: PollInterval) -> None:
    tail = Tail(log.read_head, poll)
    waiting = asyncio.ensure_future(tail.wait_past(0, timeout=60))
    await log.polled.wait()
    log.head = 5
    async with asyncio.timeout(10):
        assert await waiting == 5


@pytest.mark.parametrize("poll", [SINGLE_WRITER, MANY_WRITERS], ids=["alone", "shared"])
def test_polls_are_at_most_a_quarter_of_a_second_apart(poll: PollInterval) -> None:
    assert poll.shortest <= poll.longest <= 0.25


async def test_the_longer_nothing_comes_the_rarer_are_the_polls(log: Log) -> None:
    busy, quiet = Tail(log.read_head, PollInterval(0.001, 0.001)), Tail(log.read_head, PollInterval(0.001, 3_600))
    await busy.wait_past(0, timeout=0.1)
    often, log.polls = log.polls, 0
    await quiet.wait_past(0, timeout=0.1)
    assert 1 <= log.polls < often


async def test_an_append_of_this_process_wakes_at_once(log: Log) -> None:
    tail = Tail(log.read_head, NEVER)
    waiting = [asyncio.ensure_future(tail.wait_past(position, timeout=3_600)) for position in (0, 0, 6)]
    await log.polled.wait()
    tail.advance(6)
    async with asyncio.timeout(10):
        assert await asyncio.gather(*waiting[:2]) == [6, 6]
    assert not waiting[2].done()
    tail.advance(7)
    async with asyncio.timeout(10):
        assert await waiting[2] == 7


async def test_many_waiting_callers_share_one_poll(log: Log) -> None:
    tail = Tail(log.read_head, NEVER)
    waiting = [asyncio.ensure_future(tail.wait_past(0, timeout=3_600)) for _ in range(50)]
    await log.polled.wait()
    tail.advance(1)
    await asyncio.gather(*waiting)
    assert log.polls == 1


async def test_a_known_position_needs_no_poll(log: Log) -> None:
    tail = Tail(log.read_head, SINGLE_WRITER)
    tail.advance(9)
    assert await tail.wait_past(8, timeout=60) == 9
    assert log.polls == 0


async def test_the_head_never_moves_back(log: Log) -> None:
    tail = Tail(log.read_head, SINGLE_WRITER)
    tail.advance(9)
    tail.advance(3)
    assert await tail.wait_past(8, timeout=0) == 9


async def test_waiting_ends_with_the_head_when_its_time_is_up(log: Log) -> None:
    log.head = 4
    tail = Tail(log.read_head, SINGLE_WRITER)
    assert await tail.wait_past(4, timeout=0) == 4
    assert await tail.wait_past(4, timeout=0.01) == 4


async def test_a_poll_that_fails_is_raised_and_the_next_one_works() -> None:
    is_down = True

    async def read_head() -> int:
        if is_down:
            raise ConnectionError
        return 3

    tail = Tail(read_head, ALWAYS)
    with pytest.raises(ConnectionError):
        await tail.wait_past(0, timeout=60)
    is_down = False
    assert await tail.wait_past(0, timeout=60) == 3


async def test_a_cancelled_caller_does_not_disturb_another(log: Log) -> None:
    tail = Tail(log.read_head, SINGLE_WRITER)
    first, second = (asyncio.ensure_future(tail.wait_past(0, timeout=60)) for _ in range(2))
    await log.polled.wait()
    first.cancel()
    log.head = 2
    async with asyncio.timeout(10):
        assert await second == 2
