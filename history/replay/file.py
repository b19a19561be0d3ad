"""A replay into a file of JSON Lines, which goes on where it was interrupted."""

import fcntl
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import orjson

from history.replay.json_lines import lines_of, position_of_line
from history.replay.plan import OtherReplay, Plan
from schemas.codec import Stored

NOTE = ".replay"
"""Ends the name of the note beside a file that is not complete."""
TAIL = 1 << 16
"""Bytes in which the end of the last whole line is looked for first."""


class JsonLinesFile:
    """Appends whole lines; the note beside the file names the replay until it is complete."""

    def __init__(self, path: Path, plan: Plan) -> None:
        """Begin the file, or take up one that this replay left; then `plan` ends where that one does.

        Raises:
            OtherReplay: There is a file, and it is complete or of another replay.
            OSError: It cannot be read or written.
        """
        self._note = path.with_name(path.name + NOTE)
        noted = _read_note(self._note, plan)
        if noted is None and path.exists():
            raise OtherReplay(f"{path} is there already: choose another name, or remove it")
        self.plan: Plan = noted or plan
        self._note.write_bytes(orjson.dumps(asdict(self.plan)))
        self._file: BinaryIO = path.open("a+b", buffering=0)
        _lock(self._file, path)
        self.reached = _cut_after_last_line(self._file)
        """The position of the last event in the file, 0 for none."""

    async def write(self, rows: Sequence[Stored]) -> None:
        """Append the lines of events."""
        lines = memoryview(lines_of(rows))
        while lines:
            lines = lines[self._file.write(lines) :]

    def finish(self) -> None:
        """See that all of it is on the disk; then the note has nothing to say any more."""
        os.fsync(self._file.fileno())
        self._note.unlink()

    def close(self) -> None:
        """Close the file, complete or not."""
        self._file.close()


def _lock(file: BinaryIO, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise OtherReplay(f"{path} is being written by another process") from error


def _read_note(note: Path, plan: Plan) -> Plan | None:
    """Return the plan of the unfinished file, None where there is none."""
    try:
        noted = Plan(**orjson.loads(note.read_bytes()))
    except FileNotFoundError:
        return None
    except (TypeError, ValueError) as error:
        raise OtherReplay(f"{note} cannot be read: remove it, and the file beside it") from error
    if noted.digest != plan.digest:
        raise OtherReplay(f"{note} is of another replay: choose another name, or remove it and the file beside it")
    return noted


def _cut_after_last_line(file: BinaryIO) -> int:
    """Cut off what was written of a line that has no end; return the position in the line before."""
    size, length = file.seek(0, os.SEEK_END), TAIL
    while True:
        start = max(0, size - length)
        file.seek(start)
        tail = file.read(size - start)
        end = tail.rfind(b"\n")
        begin = tail.rfind(b"\n", 0, max(end, 0))
        if start == 0 or begin >= 0:
            break
        length *= 4
    file.truncate(start + end + 1)
    return position_of_line(tail[begin + 1 :]) if end >= 0 else 0
