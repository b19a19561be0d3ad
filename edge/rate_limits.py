"""Limits for how often something may be asked: so many times in so many seconds, and a delay after failed logins."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from math import ceil
from time import time
from typing import NamedTuple, TypeVar

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from prometheus_client import CollectorRegistry, Counter

from schemas.error_codes import code_of
from schemas.errors import TooManyRequests

MINUTE, HOUR = 60, 3_600
"""Seconds."""


class Limit(NamedTuple):
    """At most `amount` times in `seconds`, counted from the first."""

    amount: int
    seconds: int


LIMITS: Mapping[str, Limit] = {
    "login by address": Limit(60, MINUTE),
    "login by account": Limit(30, MINUTE),
    "registration by address": Limit(20, HOUR),
    "password reset by address": Limit(20, HOUR),
    "password reset by account": Limit(5, HOUR),
    "mailed token by address": Limit(60, MINUTE),
    "refresh by address": Limit(600, MINUTE),
    "verification mail by account": Limit(5, HOUR),
    "password check by account": Limit(10, HOUR),
    "change of mail address by account": Limit(5, HOUR),
    "export by account": Limit(10, HOUR),
    "change of a guest's cart by address": Limit(1_200, MINUTE),
    "review by account": Limit(60, HOUR),
    "report of a review by account": Limit(20, HOUR),
    "decision about dead letters by account": Limit(120, MINUTE),
    "decision about read models by account": Limit(120, MINUTE),
    "reading of the audit by account": Limit(120, MINUTE),
}
"""Every limit by its name. An address is an IPv4 address or an IPv6 network of 64 bits; an account is a mail address
that somebody has typed, whether there is such an account or not, or the id of who is logged in."""
FREE_FAILURES = 5
"""Failed logins of an account within `FAILURES_COUNT_FOR` that delay nothing."""
FAILURES_COUNT_FOR = HOUR
"""Seconds from the first failed login, after which they are forgotten."""
LONGEST_DELAY = 900
"""Seconds; the delay begins with one second and doubles with each failed login."""
ANSWER_WITHIN = 0.2
"""Seconds in which the counters must answer; else the request is let through."""
LOG_EVERY = 60.0
"""Seconds between two lines about counters that do not answer."""

T = TypeVar("T")
HashKey = Callable[[bytes], bytes]

log = structlog.get_logger(__name__)


class RateLimiter:
    """Counts by names and keys; of a key only a hash is stored.

    Counters that do not answer in time let everything through: that is counted, and logged once a minute.
    """

    def __init__(
        self,
        counters: Storage | None,
        *,
        hash_key: HashKey = lambda key: sha256(key).digest(),
        clock: Callable[[], float] = time,
        registry: CollectorRegistry | None = None,
    ) -> None:
        """Take where to count; None limits nothing.

        Args:
            counters: Where to count.
            hash_key: A keyed hash, the same in all processes that share the counters: what is hashed, such as an IPv4
                address, is easily guessed.
            clock: Seconds since 1970, as that of the counters.
            registry: Registry of its metric.
        """
        self._counters = counters
        self._hash_key = hash_key
        self._clock = clock
        self._logged_at = -LOG_EVERY
        self._unchecked = Counter(
            "aioutlet_rate_limits_unchecked",
            "Rate limits that were not checked, because the counters did not answer",
            registry=registry or CollectorRegistry(),
        )

    async def hit(self, name: str, key: str, limit: Limit | None = None) -> None:
        """Count one more by `name` and `key`, under `limit` or the one that `LIMITS` has of this name.

        Raises:
            TooManyRequests: There were too many already; `retry_after` says when they are forgotten.
        """
        if self._counters is None:
            return
        limit = limit or LIMITS[name]
        item, hashed = RateLimitItemPerSecond(limit.amount, limit.seconds, "hits"), self._hash(key)
        if not await self._ask(FixedWindowRateLimiter(self._counters).hit(item, name, hashed), True):
            await self._refuse(item.key_for(name, hashed), limit.seconds)

    async def check_delay(self, account: str) -> None:
        """Refuse a login to an account while it is delayed.

        Raises:
            TooManyRequests: `retry_after` says for how long.
        """
        if self._counters is None:
            return
        failures = await self._ask(self._counters.get(self._failures_key(account)), 0)
        if failures < FREE_FAILURES:
            return
        stored = self._delay_key(account, failures)
        if await self._ask(self._counters.get(stored), 0):
            await self._refuse(stored, delay_after(failures))

    async def failed(self, account: str) -> None:
        """Note a failed login to an account, whether there is one or not."""
        if self._counters is None:
            return
        failures = await self._ask(self._counters.incr(self._failures_key(account), FAILURES_COUNT_FOR), 0)
        if delay := delay_after(failures):
            await self._ask(self._counters.incr(self._delay_key(account, failures), delay), 0)

    async def succeeded(self, account: str) -> None:
        """Forget the failed logins to an account."""
        if self._counters is not None:
            await self._ask(self._counters.clear(self._failures_key(account)), None)

    async def _refuse(self, stored: str, longest: int) -> None:
        """Refuse until a counter begins anew, which is within `longest` seconds."""
        assert self._counters  # noqa: S101 - it has just answered
        ends_at = await self._ask(self._counters.get_expiry(stored), self._clock() + longest)
        raise TooManyRequests("too often; try again later", retry_after=max(1, ceil(ends_at - self._clock())))

    async def _ask(self, answer: Awaitable[T], otherwise: T) -> T:
        """Return what the counters answer, or `otherwise` where they do not in time."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await answer
        except (StorageError, TimeoutError) as error:
            self._unchecked.inc()
            if self._clock() - self._logged_at >= LOG_EVERY:
                self._logged_at = self._clock()
                cause = error.__cause__ if isinstance(error, StorageError) else None
                log.warning("rate limits are not checked", cause=code_of(cause or error))
            return otherwise

    def _failures_key(self, account: str) -> str:
        return f"failed logins/{self._hash(account)}"

    def _delay_key(self, account: str, failures: int) -> str:
        """Each failure has a delay of its own, so that nothing must be removed before it is set."""
        return f"delayed logins/{self._hash(account)}/{failures}"

    def _hash(self, key: str) -> str:
        return self._hash_key(key.encode()).hex()


def delay_after(failures: int) -> int:
    """Return the seconds for which an account is delayed after so many failed logins in a row."""
    if failures < FREE_FAILURES:
        return 0
    doublings = min(failures - FREE_FAILURES, LONGEST_DELAY.bit_length())
    return min(1 << doublings, LONGEST_DELAY)
