"""Arrays as PostgreSQL sends and receives them, joined in one go: the driver's own take longer than the insert.

The binary form (`array_recv` in its source): dimensions, a flag for nulls, the type of the elements, for each
dimension its length and lower bound; then each element's length and bytes. All integers are big-endian.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from psycopg import pq
from psycopg.abc import Buffer
from psycopg.adapt import Dumper

BYTEA, TEXT = 17, 25
_HEADER = struct.Struct(">iiIii")
_NO_DIMENSIONS = struct.Struct(">iiI")


class Array(NamedTuple):
    """A parameter for `%b`, to be cast to its type by the statement."""

    encoded: bytes


class ArrayDumper(Dumper):
    """Sends it as it is."""

    format = pq.Format.BINARY
    oid = 0

    def dump(self, obj: Array) -> Buffer:
        return obj.encoded


def text_array(values: Iterable[str]) -> Array:
    """For `%b::text[]`."""
    return _array(TEXT, [value.encode() for value in values])


def bytes_array(values: Sequence[bytes]) -> Array:
    """For `%b::bytea[]`."""
    return _array(BYTEA, values)


def int_array(values: Iterable[int]) -> str:
    """Whole numbers for `%s::bigint[]`: of one type, whatever their size."""
    return f"{{{','.join(map(str, values))}}}"


def _array(of: int, values: Sequence[bytes]) -> Array:
    if not values:
        return Array(_NO_DIMENSIONS.pack(0, 0, of))
    header = _HEADER.pack(1, 0, of, len(values), 1)
    return Array(header + b"".join([len(value).to_bytes(4) + value for value in values]))
