"""A backup of a log in a file, made while its shop is open and put back while it is not."""

import sqlite3
from contextlib import closing
from pathlib import Path


def back_up(log: Path, copy: Path) -> None:
    """Copy a log that may be in use."""
    with closing(sqlite3.connect(log)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def put_back(copy: Path, log: Path) -> None:
    """Put the copy where the log was; nothing of what came after it is left."""
    for part in (log, *log.parent.glob(f"{log.name}-*")):
        part.unlink(missing_ok=True)
    log.write_bytes(copy.read_bytes())
