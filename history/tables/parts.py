"""A copy of the log in columns, which is brought up to the log's end whenever it is asked for.

It is a folder of Parquet files named by their positions. Only what the log has more is read; a short last part is
joined with it, so that there are few. What is missing or damaged is made anew from the log.
"""

import fcntl
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from event_store.reading import EventReader
from history.event_filter import EventFilter
from history.replay.json_lines import JsonLines
from history.replay.selection import Selection
from history.replay.sink import Progress, replay
from history.tables.columns import lines_as_rows, quoted, write_columns

FULL = 250_000
"""Events of a part that is not joined with the next any more."""
LOCK = "lock"
NAME = re.compile(r"(\d{19})-(\d{19})\.parquet")


class Part(NamedTuple):
    """The events from one position to another, in one file."""

    first: int
    last: int
    path: Path


@asynccontextmanager
async def open_parts(
    reader: EventReader, folder: Path, *, progress: Progress = lambda *_: None
) -> AsyncIterator[list[Path]]:
    """Bring the copy in a folder up to the end of the log; give its files, which stay while the context is open.

    Raises:
        Unavailable: The log does not answer.
        OSError: The folder cannot be written.
    """
    folder = folder / await reader.log_id()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        parts = _find_parts(folder)
        head = await reader.head()
        while (done := parts[-1].last if parts else 0) < head:
            until = min(head, done + FULL)
            await _add(reader, folder, parts, until, progress)
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield [part.path for part in parts]


async def _add(reader: EventReader, folder: Path, parts: list[Part], until: int, progress: Progress) -> None:
    """Add the events up to a position, to the last part where that is short."""
    done = parts[-1].last if parts else 0
    short = parts.pop() if parts and parts[-1].last - parts[-1].first + 1 < FULL else None
    first = short.first if short else done + 1
    path = folder / f"{first:019}-{until:019}.parquet"
    with NamedTemporaryFile(dir=folder) as file:
        selection = Selection(EventFilter(), done, until)
        await replay(reader, selection, JsonLines(file), progress=progress)
        before = f"SELECT * FROM read_parquet({quoted(short.path)}) UNION ALL " if short else ""  # noqa: S608  # quoted
        write_columns(before + lines_as_rows([Path(file.name)]), path)
    if short:
        short.path.unlink()
    parts.append(Part(first, until, path))


def _find_parts(folder: Path) -> list[Part]:
    """Return the parts from position 1 on, without a gap; what does not follow on, or is unfinished, is removed."""
    left = {path for path in folder.iterdir() if path.name != LOCK}
    found = [Part(int(name[1]), int(name[2]), path) for path in left if (name := NAME.fullmatch(path.name))]
    parts: list[Part] = []
    for part in sorted(found, key=lambda part: (part.first, -part.last)):
        if part.first == (parts[-1].last if parts else 0) + 1:
            parts.append(part)
    for path in left - {part.path for part in parts}:
        path.unlink()
    return parts
