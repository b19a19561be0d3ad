"""A replay into one Parquet file: the lines are collected beside it, and become its columns when all are there."""

from collections.abc import Sequence
from pathlib import Path

from history.replay.file import JsonLinesFile
from history.replay.plan import OtherReplay, Plan
from history.tables.columns import lines_as_rows, write_columns
from schemas.codec import Stored

LINES = ".jsonl"


class ParquetFile:
    """Collects lines as `JsonLinesFile` does, and is taken up like it."""

    def __init__(self, path: Path, plan: Plan) -> None:
        """Begin the file, or take up one that this replay left.

        Raises:
            OtherReplay: The file is there already, or its lines are of another replay.
            OSError: It cannot be read or written.
        """
        if path.exists():
            raise OtherReplay(f"{path} is there already: choose another name, or remove it")
        self._path, self._collected = path, path.with_name(path.name + LINES)
        self._lines = JsonLinesFile(self._collected, plan)
        self.plan, self.reached = self._lines.plan, self._lines.reached

    async def write(self, rows: Sequence[Stored]) -> None:
        """Collect events."""
        await self._lines.write(rows)

    def finish(self) -> None:
        """Write the Parquet file, and remove what was collected."""
        write_columns(lines_as_rows([self._collected]), self._path)
        self._lines.finish()
        self._collected.unlink()

    def close(self) -> None:
        """Close it, complete or not."""
        self._lines.close()
