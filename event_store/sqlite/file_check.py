"""Whether a file is a whole SQLite database: looked at before it is used, so that damage is named at start."""

import sqlite3
from contextlib import closing
from pathlib import Path

CHECKED_BYTES = 67_108_864
"""The largest file that is looked through: that takes a tenth of a second."""


def check_file(path: Path) -> None:
    """Look through a file that exists and is not too large.

    Raises:
        sqlite3.Error: It is damaged, or no database.
    """
    if not path.exists() or path.stat().st_size > CHECKED_BYTES:
        return
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError
