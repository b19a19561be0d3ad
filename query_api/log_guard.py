"""Keeps queries from documents that are not of the log: they are compared with it every second."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from pymongo.errors import PyMongoError

from schemas.error_codes import code_of
from schemas.errors import LogMismatch, Unavailable

FindMismatch = Callable[[], Awaitable[str | None]]
"""Returns why the documents are not of the log, or None where they are."""
COMPARE_EVERY = 1.0
"""Seconds between two comparisons."""
NOT_COMPARED = "the documents have not been compared with the log yet"

log = structlog.get_logger(__name__)


class LogGuard:
    """Refuses queries until the documents were compared with the log, and whenever they are not of it.

    While the log or the documents do not answer, the last result counts.
    """

    def __init__(self, find_mismatch: FindMismatch) -> None:
        self._find_mismatch = find_mismatch
        self._mismatch: str | None = NOT_COMPARED
        self.mismatches = 0
        """How often the documents were found to be of another log: what is remembered of them is wrong then."""

    def check(self) -> None:
        """Raise `LogMismatch` unless the documents are of the log."""
        if self._mismatch is not None:
            raise LogMismatch(self._mismatch)

    async def probe(self) -> None:
        """As `check`, for the readiness of the service."""
        self.check()

    async def run(self) -> None:
        """Compare every second until cancelled."""
        while True:
            await self.compare()
            await asyncio.sleep(COMPARE_EVERY)

    async def compare(self) -> None:
        """Compare the documents with the log once."""
        try:
            mismatch = await self._find_mismatch()
        except (Unavailable, PyMongoError) as error:
            log.warning("documents not compared with the log", cause=code_of(error))
            return
        if mismatch != self._mismatch:
            log.warning("queries are refused" if mismatch else "queries are answered", cause=mismatch)
            self.mismatches += mismatch is not None
        self._mismatch = mismatch
