"""Events as JSON Lines: position, stream and version, and then the stored object of each; what is sealed stays so."""

import re
from collections.abc import Sequence
from typing import IO

import orjson

from schemas.codec import Stored

POSITION = re.compile(rb'\{"position":(\d+),')


def json_line(row: Stored) -> bytes:
    """Return the line of an event, without its end; bytes that are no JSON object are text under `unreadable`."""
    place = orjson.dumps({"position": row.position, "stream": row.stream, "version": row.version})
    if _is_object(row.state):
        return place[:-1] + b"," + row.state[1:]
    rest = orjson.dumps({"type": row.type, "unreadable": row.state.decode(errors="backslashreplace")})
    return place[:-1] + b"," + rest[1:]


def lines_of(rows: Sequence[Stored]) -> bytes:
    """Return the lines of events."""
    return b"".join(json_line(row) + b"\n" for row in rows)


def position_of_line(line: bytes) -> int:
    """Return the position in a line that `json_line` wrote, 0 where it did not."""
    found = POSITION.match(line)
    return int(found[1]) if found else 0


class JsonLines:
    """Writes lines to an open file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    async def write(self, rows: Sequence[Stored]) -> None:
        """Write the lines of events."""
        self._file.write(lines_of(rows))
        self._file.flush()


def _is_object(state: bytes) -> bool:
    try:
        return isinstance(orjson.loads(state), dict) and state[:1] == b"{" and len(state) > 2 and b"\n" not in state
    except ValueError:
        return False
