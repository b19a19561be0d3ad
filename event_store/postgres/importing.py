"""Writes events that another log has recorded, as they are and where they were.

By COPY, the quickest way in. For the owner of the tables: nobody else may choose the position of an event. Side rows
are not imported.
"""

import struct
from collections.abc import Iterable, Sequence
from itertools import islice

import psycopg

from event_store.backend import unavailable_on
from event_store.postgres import queries
from event_store.postgres.arrays import Array, ArrayDumper, int_array, text_array
from event_store.postgres.connections import Connection, fetch
from event_store.postgres.store import DATABASE_ERRORS, REQUEST_ERRORS
from schemas.codec import Stored
from schemas.errors import Conflict

CHUNK = 20_000
"""Events of a transaction: others who append wait for it, a fifth of a second."""
BLOCK = 500
"""Events that are handed to the driver at once."""
_BEGIN, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_HEAD, _VERSION, _LENGTH, _POSITION = (
    struct.Struct(">hI"),
    struct.Struct(">IqI"),
    struct.Struct(">I"),
    struct.Struct(">Iq"),
)


def import_events(url: str, events: Iterable[Stored]) -> int:
    """Write events behind the last one of the log at `url`, and return the last position.

    Each transaction holds the lock of appends, so positions are contiguous and become visible in order, as ever.

    Raises:
        Conflict: An event is not the next one of the log or of its stream. What came before its chunk stays.
        Unavailable: The database does not answer; what was imported until then stays.
    """
    remaining, last = iter(events), 0
    with unavailable_on(DATABASE_ERRORS, unless=REQUEST_ERRORS), psycopg.connect(url, autocommit=True) as connection:
        connection.adapters.register_dumper(Array, ArrayDumper)
        while chunk := list(islice(remaining, CHUNK)):
            with connection.transaction():
                _import_chunk(connection, chunk)
            last = chunk[-1].position
    return last


def copy_stream(events: Iterable[Stored]) -> bytes:
    """Encode all that a COPY of events is sent."""
    return _BEGIN + _rows(events) + _END


def _import_chunk(connection: Connection, chunk: Sequence[Stored]) -> None:
    connection.execute(queries.LOCK)
    _check(connection, chunk)
    with connection.cursor() as cursor, cursor.copy(queries.COPY) as copy:
        copy.write(_BEGIN)
        for start in range(0, len(chunk), BLOCK):
            copy.write(_rows(chunk[start : start + BLOCK]))
        copy.write(_END)


def _check(connection: Connection, chunk: Sequence[Stored]) -> None:
    """See that each event is the next one of the log and of its stream."""
    ((head,),) = fetch(connection, queries.HEAD)
    first, last = dict[str, int](), dict[str, int]()
    for position, event in enumerate(chunk, start=head + 1):
        if event.position != position or event.version != last.get(event.stream, event.version - 1) + 1:
            raise Conflict([event.stream])
        first.setdefault(event.stream, event.version)
        last[event.stream] = event.version
    before = {(stream, version - 1) for stream, version in first.items() if version > 1}
    asked = sorted(before | first.items())
    streams, versions = text_array(stream for stream, _ in asked), int_array(version for _, version in asked)
    if differing := before ^ {*fetch(connection, queries.STANDING, streams, versions)}:
        raise Conflict(sorted({stream for stream, _ in differing}))


def _rows(events: Iterable[Stored]) -> bytes:
    return b"".join([_row(*event) for event in events])


def _row(position: int, stream: str, version: int, name: str, state: bytes) -> bytes:
    stream_bytes, type_bytes = stream.encode(), name.encode()
    return b"".join(
        (
            _HEAD.pack(5, len(stream_bytes)),
            stream_bytes,
            _VERSION.pack(8, version, len(type_bytes)),
            type_bytes,
            _LENGTH.pack(len(state)),
            state,
            _POSITION.pack(8, position),
        )
    )
