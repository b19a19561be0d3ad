"""Waiting for a part that does not answer: again, a little later each time, and never silently."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

T = TypeVar("T")
FIRST, LONGEST = 0.1, 5.0

log = structlog.get_logger(__name__)


class RetryPolicy:
    """Repeats work that fails with one of `errors`, after 0.1 s doubling to 5 s with full jitter."""

    def __init__(self, name: str, errors: tuple[type[Exception], ...]) -> None:
        self._name = name
        self._errors = errors
        self._waiting = 0

    @property
    def is_waiting(self) -> bool:
        """Whether anything failed when it was last tried."""
        return self._waiting > 0

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do the work until it is done and return what it returns; other errors are raised."""
        failures = 0
        try:
            while True:
                try:
                    return await work()
                except self._errors as error:
                    self._waiting += not failures
                    failures += 1
                    log.warning("waiting", name=self._name, failures=failures, cause=repr(error))
                await asyncio.sleep(random.uniform(0, min(LONGEST, FIRST * 2**failures)))  # noqa: S311 - no secret, jitter
        finally:
            self._waiting -= bool(failures)
