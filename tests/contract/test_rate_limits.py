"""Limits and delays, wherever they are counted."""

import asyncio
import gc
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from limits.aio.storage import Storage
from prometheus_client import CollectorRegistry
from pymongo import AsyncMongoClient

from edge import limit_counters, rate_limits
from edge.limit_counters import COLLECTION, DocumentCounters, MemoryCounters
from edge.rate_limits import FREE_FAILURES, LIMITS, LONGEST_DELAY, Limit, RateLimiter, delay_after
from schemas.errors import TooManyRequests
from tests.documents import JAVA, MONGODB, NX
from tests.log_lines import captured_log

MEMORY = "memory"
THREE = Limit(3, 60)
ADDRESS = "198.51.100.23"
Open = Callable[[], Storage]


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.25

    def __call__(self) -> float:
        return self.now


leaves_sockets = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""Of a test in which the driver leaves sockets of connections that are given up to the garbage collector."""


@pytest.fixture
def collected() -> Iterator[None]:
    """What a test leaves to the garbage collector is collected as its own."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _in_time(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not about time, a busy machine may take more of it."""
    if "in_time" not in request.fixturenames:
        monkeypatch.setattr(rate_limits, "ANSWER_WITHIN", 10)


@pytest.fixture
def in_time() -> None:
    """Counters have the time that they really have."""


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
async def database(request: pytest.FixtureRequest, documents_uri: str) -> AsyncIterator[Any]:
    async with AsyncMongoClient[Any](documents_uri) as client:
        name = f"test_{uuid.uuid4().hex}"
        yield client[name]
        await client.drop_database(name)


@pytest.fixture(params=[MEMORY, *([MONGODB] if MONGODB else [NX, JAVA])])
async def open_counters(request: pytest.FixtureRequest, clock: Seconds) -> AsyncIterator[Open]:
    """Opens the counters as another process would; those in memory are of one process only."""
    if request.param == MEMORY:
        counters = MemoryCounters(clock=clock)
        yield lambda: counters
        return
    uri = request.param if request.param == MONGODB else request.getfixturevalue(request.param)
    async with AsyncMongoClient[Any](uri) as client:
        name = f"test_{uuid.uuid4().hex}"
        await DocumentCounters(client[name], clock=clock).prepare()
        yield lambda: DocumentCounters(client[name], clock=clock)
        await client.drop_database(name)


@pytest.fixture
def limiter(open_counters: Open, clock: Seconds) -> RateLimiter:
    return RateLimiter(open_counters(), clock=clock)


async def refused(limiter: RateLimiter, name: str = "a", key: str = ADDRESS) -> int:
    """After how many seconds it may be asked again."""
    with pytest.raises(TooManyRequests) as error:
        await limiter.hit(name, key, THREE)
    return error.value.retry_after


async def test_so_many_are_let_through_and_no_more_until_the_time_is_over(limiter: RateLimiter, clock: Seconds) -> None:
    for _ in range(THREE.amount):
        await limiter.hit("a", ADDRESS, THREE)
    assert await refused(limiter) == 60
    clock.now += 59
    assert await refused(limiter) == 1
    clock.now += 1
    for _ in range(THREE.amount):
        await limiter.hit("a", ADDRESS, THREE)
    assert await refused(limiter) == 60


async def test_names_and_keys_are_counted_apart(limiter: RateLimiter) -> None:
    for _ in range(THREE.amount):
        await limiter.hit("a", ADDRESS, THREE)
    await limiter.hit("b", ADDRESS, THREE)
    await limiter.hit("a", "another", THREE)
    await refused(limiter)


async def test_a_limit_without_a_figure_is_that_of_the_table(limiter: RateLimiter) -> None:
    for _ in range(LIMITS["password reset by account"].amount):
        await limiter.hit("password reset by account", "ada")
    with pytest.raises(TooManyRequests):
        await limiter.hit("password reset by account", "ada")


async def test_processes_count_together_also_at_the_same_moment(open_counters: Open, clock: Seconds) -> None:
    processes = [open_counters() for _ in range(4)]
    for _ in range(2):  # the first round finds no counter, the second one that has expired
        counted = await asyncio.gather(*(process.incr("a", 60) for process in processes for _ in range(5)))
        assert max(counted) == await processes[0].get("a") == 20
        clock.now += 60


async def test_no_more_are_let_through_at_the_same_moment(open_counters: Open, clock: Seconds) -> None:
    """Fewer may be: `mongo-java-server` may answer with the count of who came at the same moment."""
    limiters = [RateLimiter(open_counters(), clock=clock) for _ in range(4)]
    hits = (limiter.hit("a", ADDRESS, Limit(10, 60)) for limiter in limiters for _ in range(5))
    answers = await asyncio.gather(*hits, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, TooManyRequests)]
    assert 10 <= len(refused) < 20
    assert all(answer is None or answer in refused for answer in answers)


async def delay(limiter: RateLimiter, account: str = "ada") -> int:
    """For how many seconds logins to an account are refused."""
    try:
        await limiter.check_delay(account)
    except TooManyRequests as error:
        return error.retry_after
    return 0


async def test_the_delay_doubles_with_each_failure_and_ends(limiter: RateLimiter, clock: Seconds) -> None:
    for _ in range(FREE_FAILURES - 1):
        await limiter.failed("ada")
        assert await delay(limiter) == 0
    for seconds in (1, 2, 4, 8, 16):
        await limiter.failed("ada")
        assert (await delay(limiter), await delay(limiter, "bob")) == (seconds, 0)
        clock.now += seconds
        assert await delay(limiter) == 0


async def test_a_login_forgets_the_failures(limiter: RateLimiter, clock: Seconds) -> None:
    for _ in range(FREE_FAILURES + 2):
        await limiter.failed("ada")
    clock.now += await delay(limiter)
    await limiter.succeeded("ada")
    await limiter.failed("ada")
    assert await delay(limiter) == 0


async def test_failures_are_forgotten_after_an_hour(limiter: RateLimiter, clock: Seconds) -> None:
    for _ in range(FREE_FAILURES + 20):
        await limiter.failed("ada")
    assert await delay(limiter) == LONGEST_DELAY
    clock.now += 3_600
    assert await delay(limiter) == 0
    await limiter.failed("ada")
    assert await delay(limiter) == 0


def test_the_longest_delay_is_a_quarter_of_an_hour() -> None:
    assert [delay_after(failures) for failures in (0, 4, 5, 6, 14, 15, 16, 10_000)] == [0, 0, 1, 2, 512, 900, 900, 900]


async def test_no_key_is_stored_in_clear(documents_uri: str, clock: Seconds, database: Any) -> None:
    limiter = RateLimiter(DocumentCounters(database, clock=clock), clock=clock)
    await limiter.hit("login by address", ADDRESS)
    for _ in range(FREE_FAILURES):
        await limiter.failed("ada@example.org")
    stored = str([document async for document in database[COLLECTION].find({})])
    assert "login by address" in stored
    assert ADDRESS not in stored
    assert "ada" not in stored


async def test_counters_in_memory_are_bounded_and_the_oldest_go_first(
    clock: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit_counters, "MAX_KEYS", 10)
    counters = MemoryCounters(clock=clock)
    for number in range(1_000):
        await counters.incr(str(number), 60)
    assert await counters.get("999") == 1
    assert await counters.get("0") == 0
    assert (await counters.reset() or 0) <= 10


async def test_the_limits_can_be_switched_off() -> None:
    limiter = RateLimiter(None)
    for _ in range(1_000):
        await limiter.hit("a", ADDRESS, THREE)
        await limiter.failed("ada")
        await limiter.check_delay("ada")
    await limiter.succeeded("ada")


async def use_all(limiter: RateLimiter) -> None:
    """Everything that a login asks of it."""
    await limiter.hit("login by address", ADDRESS)
    await limiter.check_delay("ada")
    await limiter.failed("ada")
    await limiter.succeeded("ada")


@leaves_sockets
async def test_counters_that_are_away_let_everything_through_and_say_so_once_a_minute(
    collected: None, clock: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = "mongodb://127.0.0.1:1/?directConnection=true&serverSelectionTimeoutMS=20&connectTimeoutMS=20"
    registry = CollectorRegistry()
    async with AsyncMongoClient[Any](uri) as client:
        limiter = RateLimiter(DocumentCounters(client.nowhere, clock=clock), clock=clock, registry=registry)
        with captured_log("INFO", "limits") as lines:
            await use_all(limiter)
            await use_all(limiter)
            assert lines.getvalue().count("rate limits are not checked") == 1
            clock.now += 60
            await use_all(limiter)
            assert lines.getvalue().count("rate limits are not checked") == 2
    assert registry.get_sample_value("aioutlet_rate_limits_unchecked_total") == 12


class Hanging(MemoryCounters):
    """Never answers."""

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        await asyncio.Event().wait()
        return 0

    async def get(self, key: str) -> int:
        return await self.incr(key, 0)


async def test_counters_that_hang_are_not_waited_for(in_time: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rate_limits.ANSWER_WITHIN == 0.2
    monkeypatch.setattr(rate_limits, "ANSWER_WITHIN", 0.01)
    async with asyncio.timeout(2):
        await use_all(RateLimiter(Hanging()))


@leaves_sockets
async def test_the_driver_itself_is_cut_off(collected: None, in_time: None, clock: Seconds) -> None:
    """A server that accepts a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        uri = f"mongodb://127.0.0.1:{server.getsockname()[1]}/?directConnection=true"
        client = AsyncMongoClient[Any](uri)
        limiter = RateLimiter(DocumentCounters(client.nowhere, clock=clock), clock=clock)
        async with asyncio.timeout(1):
            await limiter.hit("login by address", ADDRESS)
        await client.close()
