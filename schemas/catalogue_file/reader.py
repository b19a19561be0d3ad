"""Reads a catalogue file piece by piece: rows, and what is wrong with those that are none."""

from collections.abc import Iterable, Iterator

from schemas.catalogue_file.columns import PRODUCT_ID
from schemas.catalogue_file.csv_rows import CsvRows
from schemas.catalogue_file.json_rows import JsonRows
from schemas.catalogue_file.lines import LineSplitter
from schemas.catalogue_file.rows import MAX_PRODUCTS, MAX_ROW, FileFormat, Row, RowFault


class CatalogueReader:
    """Takes the bytes of one file in any pieces.

    It keeps the ids it has seen, and of the file no more than one row: one too many or too long ends the reading.
    """

    def __init__(self, form: FileFormat) -> None:
        """Read a file of this format."""
        self._lines = LineSplitter()
        self._rows = CsvRows() if form is FileFormat.CSV else JsonRows()
        self._line = 0
        self._seen: dict[str, int] = {}
        self._is_ended = False

    def feed(self, chunk: bytes) -> list[Row | RowFault]:
        """Return the rows that end in this piece.

        Raises:
            FileUnreadable: The header is not one of a catalogue file; nothing of the file can be read.
        """
        if self._is_ended:
            return []
        return [*self._take(self._lines.feed(chunk))]

    def close(self) -> list[Row | RowFault]:
        """Return what the end of the file ends; raises as `feed` does."""
        if self._is_ended:
            return []
        return [*self._take(self._lines.close()), *self._end()]

    def _take(self, lines: Iterable[str]) -> Iterator[Row | RowFault]:
        for line in lines:
            self._line += 1
            if self._is_too_long(line):
                yield self._too_long()
                return
            row = self._rows.take(self._line, line)
            if row is not None:
                yield self._first_of_its_id(row) if isinstance(row, Row) else row
            if self._is_ended:
                return
        if self._is_too_long(self._lines.pending):
            self._line += 1
            yield self._too_long()

    def _end(self) -> Iterator[RowFault]:
        if not self._is_ended and (fault := self._rows.close()):
            yield fault

    def _is_too_long(self, line: str) -> bool:
        return len(self._rows.pending) + len(line) > MAX_ROW

    def _too_long(self) -> RowFault:
        self._is_ended = True
        begins = self._rows.begins if self._rows.is_open else self._line
        return RowFault(begins, "row_too_long", f"longer than {MAX_ROW} characters; the rest was not read")

    def _first_of_its_id(self, row: Row) -> Row | RowFault:
        product_id = row.fields.get(PRODUCT_ID)
        if not isinstance(product_id, str):
            return row
        first = self._seen.setdefault(product_id, row.line)
        if len(self._seen) > MAX_PRODUCTS:
            self._is_ended = True
            return RowFault(row.line, "too_many_rows", f"more than {MAX_PRODUCTS} products; the rest was not read")
        if first == row.line:
            return row
        return RowFault(row.line, "duplicate", f"the product stands in line {first} already", PRODUCT_ID, product_id)
