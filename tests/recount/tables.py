"""What the recounts ask: an exported log, or tables that are told in its words."""

from typing import Any, Protocol

Row = tuple[Any, ...]


class Tables(Protocol):
    """Answers SQL over what `DEFINITIONS` defines of a log."""

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """Return the rows of a query."""
