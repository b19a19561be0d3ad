"""Retrying while a database or broker does not answer: a little later each time, with a line in the log."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from concurrency.jitter import pause_with_jitter
from schemas.error_codes import code_of

T = TypeVar("T")
FIRST, LONGEST = 0.1, 5.0
"""Pauses in seconds."""
MAX_TRIES = 3
"""So often is tried again what fails by a fault of our own; then it is a dead letter."""

log = structlog.get_logger(__name__)


class RetryPolicy:
    """Repeats work that fails with one of `errors`, after 0.1 s doubling to 5 s with full jitter."""

    def __init__(self, name: str, errors: tuple[type[Exception], ...]) -> None:
        self._name = name
        self._errors = errors
        self._failing = 0

    @property
    def is_waiting(self) -> bool:
        """Whether any work has failed and is tried again."""
        return self._failing > 0

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do the work until it succeeds and return its result; other errors are raised."""
        failures = 0
        try:
            while True:
                try:
                    result = await work()
                except self._errors as error:
                    _check_not_cancelled()
                    self._failing += not failures
                    failures += 1
                    log.warning("waiting", name=self._name, failures=failures, cause=code_of(error))
                else:
                    _check_not_cancelled()
                    return result
                await pause_with_jitter(failures, first=FIRST, longest=LONGEST)
        finally:
            self._failing -= bool(failures)


def _check_not_cancelled() -> None:
    """Raise `CancelledError` if the work was cancelled: drivers that connect at that moment keep it to themselves."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
