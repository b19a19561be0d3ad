"""Brings a catalogue file into the catalogue, some batches at a time, and reports on it."""

import asyncio
from collections import deque
from collections.abc import Iterable
from types import TracebackType

from command_api.catalogue.batch import BatchOutcome, CheckedRow, check_row, import_batch
from command_api.catalogue.report import CatalogueImported, ReportBuilder
from command_api.context import CommandContext
from schemas.catalogue_file.rows import Row, RowFault
from schemas.envelope import Actor

BATCH = 500
"""Rows of one append."""
AT_ONCE = 2
"""Batches under way: one is recorded while the next is decided."""


class CatalogueImport:
    """One import; its batches touch different products, so their order does not matter.

    A context manager: batches that are under way when it fails are ended first.
    """

    def __init__(self, context: CommandContext, actor: Actor, *, is_dry_run: bool) -> None:
        """Import for `actor`; a dry run decides everything and records nothing."""
        self._context = context
        self._actor = actor
        self._is_dry_run = is_dry_run
        self._waiting: list[CheckedRow] = []
        self._running: deque[asyncio.Task[BatchOutcome]] = deque()
        self._report = ReportBuilder()

    async def __aenter__(self) -> "CatalogueImport":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, asyncio.CancelledError):  # nobody may wait any longer
            for task in self._running:
                task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def add(self, found: Iterable[Row | RowFault]) -> None:
        """Take the next rows of the file; return when there is room for more.

        Raises:
            Conflict: Others keep changing the same products. Earlier batches are recorded.
            Unavailable: The store does not answer. Earlier batches may be recorded.
        """
        for row in found:
            checked = [row] if isinstance(row, RowFault) else check_row(row)
            if isinstance(checked, CheckedRow):
                self._waiting.append(checked)
            else:
                self._report.add_failed(checked)
            if len(self._waiting) == BATCH:
                await self._start()

    async def finish(self) -> CatalogueImported:
        """Import the rest, and return the report; raises as `add` does."""
        if self._waiting:
            await self._start()
        while self._running:
            await self._end_oldest()
        return self._report.build(is_dry_run=self._is_dry_run)

    async def _start(self) -> None:
        if len(self._running) == AT_ONCE:
            await self._end_oldest()
        rows, self._waiting = self._waiting, []
        work = import_batch(self._context, self._actor, rows, is_dry_run=self._is_dry_run)
        self._running.append(asyncio.create_task(work))

    async def _end_oldest(self) -> None:
        self._report.add(await self._running[0])
        del self._running[0]
