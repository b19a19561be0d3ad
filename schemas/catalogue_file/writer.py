"""Writes a catalogue file: what the reader reads."""

import csv
import io
from collections.abc import Iterable

import orjson

from schemas.catalogue_file.columns import COLUMNS, write_cells
from schemas.catalogue_file.rows import Fields, FileFormat


def write_header(form: FileFormat) -> bytes:
    """Return what a file of this format begins with."""
    return _csv([COLUMNS]) if form is FileFormat.CSV else b""


def write_rows(form: FileFormat, products: Iterable[Fields]) -> bytes:
    """Return the rows of some products."""
    if form is FileFormat.CSV:
        return _csv(map(write_cells, products))
    return b"".join(orjson.dumps(product, option=orjson.OPT_APPEND_NEWLINE) for product in products)


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
