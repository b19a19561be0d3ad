"""What the recounts ask: an exported log, or tables that are told in its words."""

from typing import Any

import duckdb

Row = tuple[Any, ...]


class Tables:
    """Answers SQL over what is defined of a log, in a database in memory."""

    def __init__(self) -> None:
        """Begin without tables."""
        self._database = duckdb.connect()

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """Return the rows of a query."""
        found: list[Row] = self._database.execute(sql, parameters or None).fetchall()
        return found
