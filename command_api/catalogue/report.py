"""The report of an import: what became of the rows of a file."""

from collections import Counter
from collections.abc import Sequence

from command_api.catalogue.batch import UNCHANGED, BatchOutcome
from schemas.accepted import Accepted
from schemas.catalogue_file.rows import RowFault
from schemas.message import Message

MAX_ERRORS = 1_000
"""Errors that a report lists; the others it counts."""


class RowError(Message):
    """One thing that is wrong with a row, which begins on physical line `line` of the file."""

    line: int
    product_id: str | None
    field: str | None
    code: str
    detail: str


class CatalogueImported(Message):
    """How many rows were read and what they led to; one that changes several things counts at each.

    `recorded` is the last version that was recorded, if any was.
    """

    dry_run: bool
    rows: int
    created: int
    updated: int
    price_changed: int
    relisted: int
    discontinued: int
    unchanged: int
    failed: int
    errors: list[RowError]
    errors_left_out: int
    recorded: Accepted | None


class ReportBuilder:
    """Sums up what became of the rows."""

    def __init__(self) -> None:
        self._rows = 0
        self._counts: Counter[str] = Counter()
        self._failed = 0
        self._faults: list[RowFault] = []
        self._left_out = 0
        self._last: Accepted | None = None

    def add(self, outcome: BatchOutcome) -> None:
        """Count a batch."""
        self._rows += outcome.rows
        self._counts += outcome.counts
        for fault in outcome.faults:
            self._add_errors([fault])
        if outcome.last and (self._last is None or outcome.last.position > self._last.position):
            self._last = outcome.last

    def add_failed(self, faults: Sequence[RowFault]) -> None:
        """Count a row of which nothing is imported."""
        self._rows += 1
        self._add_errors(faults)

    def _add_errors(self, faults: Sequence[RowFault]) -> None:
        self._failed += 1
        listed = faults[: max(0, MAX_ERRORS - len(self._faults))]
        self._faults += listed
        self._left_out += len(faults) - len(listed)

    def build(self, *, is_dry_run: bool) -> CatalogueImported:
        """Return the report; its errors are in the order of the file."""
        return CatalogueImported(
            dry_run=is_dry_run,
            rows=self._rows,
            created=self._counts["product.created"],
            updated=self._counts["product.updated"],
            price_changed=self._counts["product.price.changed"],
            relisted=self._counts["product.relisted"],
            discontinued=self._counts["product.discontinued"],
            unchanged=self._counts[UNCHANGED],
            failed=self._failed,
            errors=[RowError(**fault._asdict()) for fault in sorted(self._faults, key=lambda each: each.line)],
            errors_left_out=self._left_out,
            recorded=self._last,
        )
