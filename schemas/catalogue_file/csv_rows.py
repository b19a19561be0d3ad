"""Lines of a CSV file as rows (RFC 4180): a quoted cell may have line ends, separators and doubled quotes."""

import csv
from collections.abc import Sequence

from schemas.catalogue_file.columns import COLUMNS, PRODUCT_ID, read_cells
from schemas.catalogue_file.lines import is_text
from schemas.catalogue_file.rows import Row, RowFault
from schemas.errors import FileUnreadable

SEPARATORS = ",;\t"


class CsvRows:
    """Takes the lines of a file one by one; the first that is not empty is the header."""

    def __init__(self) -> None:
        self._header: Sequence[str] = ()
        self._separator = SEPARATORS[0]
        self._record = ""
        self.begins = 1
        """The line on which the row begins that is not complete yet, or was completed last."""
        self.is_open = False
        """Whether a quoted cell goes on in the next line."""

    @property
    def pending(self) -> str:
        """The row of which more lines come."""
        return self._record if self.is_open else ""

    def take(self, number: int, line: str) -> Row | RowFault | None:
        """Return the row that this line completes, or what is wrong with it.

        Raises:
            FileUnreadable: It is the header, which is not one of a catalogue file.
        """
        if self.is_open:
            self._record += f"\n{line}"
        else:
            self._record, self.begins = line, number
        self.is_open = ends_in_quotes(line, self._separator, in_quotes=self.is_open)
        if self.is_open or not self._record.strip(f"{self._separator} "):
            return None
        if self._header:
            return self._read_row()
        self._header = self._read_header()
        return None

    def close(self) -> RowFault | None:
        """Return what is wrong with the row that the end of the file ends.

        Raises:
            FileUnreadable: There was no header.
        """
        if not self._header:
            raise FileUnreadable("there is no header", line=self.begins)
        return RowFault(self.begins, "quote_not_closed", "a quoted cell does not end") if self.is_open else None

    def _read_row(self) -> Row | RowFault | None:
        if not is_text(self._record):
            return RowFault(self.begins, "not_utf8", "not UTF-8")
        try:
            cells = self._cells()
        except csv.Error as error:
            return RowFault(self.begins, "malformed_row", f"not CSV: {error}")
        if len(cells) != len(self._header):
            detail = f"{len(cells)} cells, where the header has {len(self._header)}"
            return RowFault(self.begins, "wrong_number_of_cells", detail)
        return Row(self.begins, read_cells(self._header, cells)) if any(cells) else None

    def _read_header(self) -> Sequence[str]:
        if not is_text(self._record):
            raise FileUnreadable("the header is not UTF-8", line=self.begins)
        self._separator = max(SEPARATORS, key=self._record.count)
        try:
            header = [cell.strip() for cell in self._cells()]
        except csv.Error as error:
            raise FileUnreadable(f"the header is not CSV: {error}", line=self.begins) from None
        if unknown := [name for name in header if name not in COLUMNS]:
            raise FileUnreadable(f"the header names a column that is none: {unknown[0][:80]!r}", line=self.begins)
        if len({*header}) < len(header):
            raise FileUnreadable("the header names a column twice", line=self.begins)
        if PRODUCT_ID not in header:
            raise FileUnreadable(f"the header has no column {PRODUCT_ID}", line=self.begins)
        return header

    def _cells(self) -> list[str]:
        if '"' not in self._record:
            return self._record.split(self._separator)
        return next(csv.reader([self._record], delimiter=self._separator, strict=True))


def ends_in_quotes(line: str, separator: str, *, in_quotes: bool) -> bool:
    """Whether a quoted cell is open at the end of a line; a quote opens one only where a cell begins."""
    if '"' not in line:
        return in_quotes
    at = 0
    while True:
        if not in_quotes:
            if line.startswith('"', at):
                in_quotes, at = True, at + 1
            elif (found := line.find(separator, at)) >= 0:
                at = found + 1
            else:
                return False
        elif (found := line.find('"', at)) < 0:
            return True
        else:
            at = found + 1
            if line.startswith('"', at):
                at += 1
            else:
                in_quotes, end = False, line.find(separator, at)
                at = end + 1 if end >= 0 else len(line)
