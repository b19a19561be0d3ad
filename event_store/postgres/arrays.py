"""Array parameters in PostgreSQL's binary form: with the driver's own they take longer than the insert itself.

The form (`array_recv` in PostgreSQL's source): number of dimensions, a flag for nulls, the type of the elements, for
each dimension its length and lower bound; then each element's length and bytes. All integers are big-endian.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from psycopg import pq
from psycopg.abc import Buffer
from psycopg.adapt import Dumper

BYTEA, TEXT = 17, 25
"""Object ids of the types."""
_HEADER = struct.Struct(">iiIii")
_NO_DIMENSIONS = struct.Struct(">iiI")


class Array(NamedTuple):
    """An encoded parameter for `%b`; the statement casts it to its type."""

    encoded: bytes


class ArrayDumper(Dumper):
    """Sends an `Array` as it is."""

    format = pq.Format.BINARY
    oid = 0

    def dump(self, obj: Array) -> Buffer:
        return obj.encoded


def text_array(values: Iterable[str]) -> Array:
    """Encode a parameter for `%b::text[]`."""
    return _encode(TEXT, [value.encode() for value in values])


def bytes_array(values: Sequence[bytes]) -> Array:
    """Encode a parameter for `%b::bytea[]`."""
    return _encode(BYTEA, values)


def int_array(values: Iterable[int]) -> str:
    """Format a parameter for `%s::bigint[]`; the driver would choose the type by the size of the numbers."""
    return f"{{{','.join(map(str, values))}}}"


def _encode(type_id: int, values: Sequence[bytes]) -> Array:
    if not values:
        return Array(_NO_DIMENSIONS.pack(0, 0, type_id))
    header = _HEADER.pack(1, 0, type_id, len(values), 1)
    return Array(header + b"".join([len(value).to_bytes(4) + value for value in values]))
