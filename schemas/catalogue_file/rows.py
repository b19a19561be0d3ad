"""A catalogue file's formats, its rows, and what is wrong with one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

MAX_ROW = 262_144
"""Characters of a row; the longest product has fewer, in whatever form it is written."""
MAX_PRODUCTS = 500_000
"""Products of a file; their ids are kept while it is read."""
Fields = Mapping[str, Any]
"""What a row says, in the names and forms of `PutProduct` on the wire."""


class FileFormat(StrEnum):
    """How the products stand in a file."""

    CSV = "csv"
    JSON_LINES = "jsonl"


MEDIA_TYPES = {
    "text/csv": FileFormat.CSV,
    "application/jsonl": FileFormat.JSON_LINES,
    "application/x-ndjson": FileFormat.JSON_LINES,
}


class Row(NamedTuple):
    """One product of a file; `line` is the physical line on which it begins, from 1."""

    line: int
    fields: Fields


class RowFault(NamedTuple):
    """One thing that is wrong with a row, and the field it is in, where it is in one."""

    line: int
    code: str
    detail: str
    field: str | None = None
    product_id: str | None = None
